#pragma once
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// What `gossamer collectives` is asked for.
struct CollectivesCommand {
  std::vector<std::string> sources;  ///< experiment files, `kind:key=value,…`, or network blocks as JSON
  std::vector<std::string> overrides = {};
  std::vector<Bytes> sizes = {};     ///< the experiment's payload where there are none; of a block, 1 MB
  std::optional<NodeId> nodes = {};  ///< those of the experiment where not given; of a block, 16
};

/// Prints, for each source and size, what every collective takes by every algorithm on that network, by formula and
/// played message by message, where all nodes begin at once. Throws ExperimentError.
void collectives_command(const CollectivesCommand& command, std::ostream& out);

}  // namespace gossamer
