#pragma once
#include <filesystem>

#include "sim/network/platforms/platform_graph.hpp"

namespace gossamer {

/// Reads a platform file, whose format experiments/formats/platform.md describes. Throws ExperimentError for what it cannot
/// accept, with the place in the file.
PlatformGraph read_platform_file(const std::filesystem::path& file);

}  // namespace gossamer
