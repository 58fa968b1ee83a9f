#pragma once
#include <utility>
#include <vector>

#include "topologies/mixing.hpp"

namespace gossamer {

/// Σ_k c_k C^{u_k} for the pairs (u_k, c_k), where (C^u x)_i = x_{(i + u) mod n}: node i receives from i + u.
/// Offsets count modulo n; the coefficients of equal offsets are added. All circulants commute.
/// Shapes  n × n, stored sparse. Cost: O(n K log K) time for K offsets.
SparseMatrix circulant(NodeId nodes, const std::vector<std::pair<NodeId, double>>& terms);

}  // namespace gossamer
