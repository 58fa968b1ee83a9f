#pragma once
#include <iosfwd>
#include <optional>
#include <string>

#include "experiments/catalogue.hpp"

namespace gossamer {

/// `gossamer list [KIND]`: names and sentences of everything, or of one registry ("topologies", also "topology"), family
/// by family. Each entry has a line that begins with two spaces and its name. Throws ExperimentError if there is no such
/// registry.
void list_command(const std::optional<std::string>& kind, const Catalogue& catalogue, std::ostream& out);

}  // namespace gossamer
