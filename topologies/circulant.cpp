#include "topologies/circulant.hpp"

#include <map>

namespace gossamer {

SparseMatrix circulant(NodeId nodes, const std::vector<std::pair<NodeId, double>>& terms) {
  std::map<NodeId, double> weights;
  for (const auto& [offset, weight] : terms) weights[(offset % nodes + nodes) % nodes] += weight;
  SparseMatrix result(nodes, nodes);
  result.reserve(static_cast<Eigen::Index>(weights.size()) * nodes);
  std::map<NodeId, double> row;
  for (NodeId i = 0; i < nodes; ++i) {
    row.clear();
    // i + offset in 64 bits: both may be near 2²⁸ or larger.
    for (const auto& [offset, weight] : weights) row[static_cast<NodeId>((std::int64_t{i} + offset) % nodes)] = weight;
    result.startVec(i);
    for (const auto& [j, weight] : row) result.insertBack(i, j) = weight;
  }
  result.finalize();
  return result;
}

}  // namespace gossamer
