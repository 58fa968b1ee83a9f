#include "topologies/graphs/barabasi_albert.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sim/ground/random.hpp"

namespace gossamer {

Graph barabasi_albert(NodeId nodes, NodeId attachments, std::uint64_t seed) {
  if (attachments < 1 || attachments >= nodes)
    throw TopologyError{fmt::format("barabasi_albert: attachments {} do not fit, expected from 1 to below the {} nodes",
                                    attachments, nodes)};
  check_size("barabasi_albert", nodes, 2, 2.0 * attachments * (nodes - attachments));
  Draws draws{seed, Purpose::topology};
  Graph graph = empty_graph(nodes);
  std::vector<NodeId> ends;  // both ends of every edge: a node of degree k appears k times
  const auto join = [&](NodeId i, NodeId j) {
    add_edge(i, j, graph);
    ends.push_back(i);
    ends.push_back(j);
  };
  for (NodeId i = 1; i <= attachments; ++i) join(0, i);
  std::vector<NodeId> chosen;
  for (NodeId i = attachments + 1; i < nodes; ++i) {
    chosen.clear();
    while (std::ssize(chosen) < attachments) {
      const NodeId j = ends[draws.below(ends.size())];
      if (std::ranges::find(chosen, j) == chosen.end()) chosen.push_back(j);
    }
    for (const NodeId j : chosen) join(i, j);
  }
  return graph;
}

}  // namespace gossamer
