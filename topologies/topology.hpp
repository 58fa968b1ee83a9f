#pragma once
#include <optional>
#include <string>

#include "topologies/edge_attributes.hpp"
#include "topologies/facts.hpp"
#include "topologies/mixing.hpp"

namespace gossamer {

/// What a configuration's topology block becomes. Its spectrum costs more, so it is asked for: `spectrum(mixing)`.
struct Topology {
  std::string kind;
  Mixing mixing;
  Facts facts;
  std::optional<GraphFile> file = {};  ///< of the graph, whose edges may have attributes
};

}  // namespace gossamer
