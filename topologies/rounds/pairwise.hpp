#pragma once
#include <span>

#include "topologies/mixing.hpp"

namespace gossamer {

/// Two nodes that give each other the same weight.
struct WeightedPair {
  NodeId i = 0;
  NodeId j = 0;
  double weight = 0.5;
};

/// I − Σ_{(i,j)} w_ij (e_i − e_j)(e_i − e_j)ᵀ: symmetric with row and column sums 1. A node keeps the weight that it
/// does not give to others. The weights of equal pairs are added.
SparseMatrix pairwise(NodeId nodes, std::span<const WeightedPair> pairs);

/// One round of a schedule: the same as a proved mixing matrix, which need not be connected.
Mixing pairwise_round(NodeId nodes, std::span<const WeightedPair> pairs, Diagonal diagonal = Diagonal::nonnegative);

/// a I + b 11ᵀ, the mean of rounds in which all nodes and all pairs have the same law.
SparseMatrix alike(NodeId nodes, double a, double b);

}  // namespace gossamer
