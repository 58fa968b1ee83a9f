#include "topologies/rounds/pairwise.hpp"

#include <vector>

namespace gossamer {

SparseMatrix pairwise(NodeId nodes, std::span<const WeightedPair> pairs) {
  std::vector<Eigen::Triplet<double, NodeId>> entries;
  entries.reserve(static_cast<std::size_t>(nodes) + 4 * pairs.size());
  for (NodeId i = 0; i < nodes; ++i) entries.emplace_back(i, i, 1.0);
  for (const auto& [i, j, weight] : pairs) {
    entries.emplace_back(i, j, weight);
    entries.emplace_back(j, i, weight);
    entries.emplace_back(i, i, -weight);
    entries.emplace_back(j, j, -weight);
  }
  SparseMatrix result(nodes, nodes);
  result.setFromTriplets(entries.begin(), entries.end());
  return result;
}

Mixing pairwise_round(NodeId nodes, std::span<const WeightedPair> pairs, Diagonal diagonal) {
  return Mixing{pairwise(nodes, pairs), {.diagonal = diagonal, .connectivity = Connectivity::any}};
}

SparseMatrix alike(NodeId nodes, double a, double b) {
  Eigen::MatrixXd dense = Eigen::MatrixXd::Constant(nodes, nodes, b);
  dense.diagonal().array() += a;
  return dense.sparseView();
}

}  // namespace gossamer
