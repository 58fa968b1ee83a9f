#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "topologies/edge_attributes.hpp"
#include "topologies/facts.hpp"
#include "topologies/matching.hpp"
#include "topologies/mixing.hpp"
#include "topologies/schedule.hpp"

namespace gossamer {

/// What a configuration's topology block becomes. Its spectrum costs more, so it is asked for: `spectrum(mixing)`.
struct Topology {
  std::string kind;
  Mixing mixing;  ///< of every round; where there is a schedule, the mean of W(k) over k
  Facts facts;
  std::optional<GraphFile> file = {};                        ///< of the graph, whose edges may have attributes
  std::vector<std::string> notes = {};                       ///< on what the file holds and nobody reads
  std::shared_ptr<const MixingSchedule> schedule = nullptr;  ///< null where all rounds are the same
  std::vector<ActiveMatching> matchings = {};                ///< if rounds draw from matchings of a graph
};

}  // namespace gossamer
