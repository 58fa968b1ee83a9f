#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "topologies/facts.hpp"
#include "topologies/files/edge_attributes.hpp"
#include "topologies/mixing.hpp"
#include "topologies/rounds/matching.hpp"
#include "topologies/schedule.hpp"

namespace gossamer {

/// The product of a configuration's topology block. The spectrum costs more, so it is separate: `spectrum(mixing)`.
struct Topology {
  std::string kind;
  Mixing mixing;  ///< W of every round; with a schedule, the mean of W(k) over k
  GraphFacts facts;
  std::optional<GraphFile> file = {};                        ///< of the graph, if any; its edges may have attributes
  std::vector<std::string> notes = {};                       ///< on content of the file that is not used
  std::shared_ptr<const MixingSchedule> schedule = nullptr;  ///< null if W is constant
  bool draws_matchings = false;                              ///< whether rounds draw from matchings of a graph
  std::vector<ActiveMatching> matchings = {};                ///< these matchings
};

}  // namespace gossamer
