#pragma once
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The arguments of `gossamer collectives`.
struct CollectivesCommand {
  std::vector<std::string> sources;  ///< experiment files, `kind:key=value,…`, or network blocks as JSON
  std::vector<std::string> overrides = {};
  std::vector<Bytes> sizes = {};     ///< if empty, the experiment's payload; for a block, 1 MB
  std::optional<NodeId> nodes = {};  ///< if empty, those of the experiment; for a block, 16
};

/// Prints the time of every collective by every algorithm, for each source and size, by formula and played message by
/// message. All nodes begin at once. Throws ExperimentError.
void collectives_command(const CollectivesCommand& command, const Catalogue& catalogue, std::ostream& out);

}  // namespace gossamer
