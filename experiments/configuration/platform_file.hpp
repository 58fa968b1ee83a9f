#pragma once
#include <filesystem>

#include "experiments/catalogue.hpp"
#include "sim/network/platforms/platform_graph.hpp"

namespace gossamer {

/// Reads a platform file, whose format experiments/formats/platform.md describes. Throws ExperimentError for what it cannot
/// accept, with the place in the file.
PlatformGraph read_platform_file(const std::filesystem::path& file, const Catalogue& catalogue);

}  // namespace gossamer
