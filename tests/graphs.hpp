#pragma once
#include <vector>

#include "topologies/mixing.hpp"

/// Mixing matrices written down entry by entry, so that tests of other rooms need no graph.
namespace gossamer::testing {

/// Row i is 1/(number of entries) on `row(i)`, the nodes that i receives from, itself included.
template <class Row>
Mixing equal_weights(NodeId n, Row row) {
  SparseMatrix w(n, n);
  for (NodeId i = 0; i < n; ++i) {
    const std::vector<NodeId> received_from = row(i);
    for (const NodeId j : received_from) w.coeffRef(i, j) = 1.0 / static_cast<double>(received_from.size());
  }
  return Mixing{w};
}

/// Each node and its two neighbors, 1/3 each. Needs n ≥ 3.
inline Mixing ring(NodeId n) {
  return equal_weights(n, [n](NodeId i) { return std::vector<NodeId>{i, (i + 1) % n, (i + n - 1) % n}; });
}

/// A line, and so a tree: 1/3 between neighbors, the rest for each node itself.
inline Mixing line(NodeId n) {
  SparseMatrix w(n, n);
  for (NodeId i = 0; i < n; ++i) {
    const NodeId neighbors = (i > 0 ? 1 : 0) + (i + 1 < n ? 1 : 0);
    w.coeffRef(i, i) = 1 - neighbors / 3.0;
    if (i > 0) w.coeffRef(i, i - 1) = 1.0 / 3;
    if (i + 1 < n) w.coeffRef(i, i + 1) = 1.0 / 3;
  }
  return Mixing{w};
}

/// The last node is joined to all others, 1/n each.
inline Mixing star(NodeId n) {
  SparseMatrix w(n, n);
  for (NodeId i = 0; i < n; ++i) {
    w.coeffRef(i, i) = i + 1 < n ? 1 - 1.0 / n : 1.0 / n;
    if (i + 1 == n) continue;
    w.coeffRef(n - 1, i) = w.coeffRef(i, n - 1) = 1.0 / n;
  }
  return Mixing{w};
}

/// Everybody, 1/n each.
inline Mixing complete(NodeId n) {
  return equal_weights(n, [n](NodeId) {
    std::vector<NodeId> all;
    for (NodeId j = 0; j < n; ++j) all.push_back(j);
    return all;
  });
}

/// Directed: each node receives from itself and from the nodes 1, 2, 4, … before it.
inline Mixing exponential(NodeId n) {
  return equal_weights(n, [n](NodeId i) {
    std::vector<NodeId> received_from{i};
    for (NodeId step = 1; step < n; step *= 2) received_from.push_back((i + n - step) % n);
    return received_from;
  });
}

/// Directed, with unequal weights, and not normal: a mean of permutations that do not commute, one of which leaves
/// nodes 0 and n/2 where they are, so that they keep more of their own. Needs an even n.
inline Mixing tangle(NodeId n) {
  SparseMatrix w(n, n);
  for (NodeId i = 0; i < n; ++i) {
    w.coeffRef(i, i) += 0.35;
    w.coeffRef(i, (i + 1) % n) += 0.3;
    w.coeffRef(i, i % 2 == 0 ? i + 1 : i - 1) += 0.2;
    w.coeffRef(i, (n - i) % n) += 0.15;
  }
  return Mixing{w};
}

/// Directed, and column-stochastic alone: node j keeps and gives equal shares, to the next node and, where j is even,
/// to node j/2 as well. Its transpose is row-stochastic alone.
inline SparseMatrix unequal_shares(NodeId n) {
  SparseMatrix p(n, n);
  for (NodeId j = 0; j < n; ++j) {
    std::vector<NodeId> takers{j, (j + 1) % n};
    if (j % 2 == 0) takers.push_back(j / 2);
    for (const NodeId i : takers) p.coeffRef(i, j) += 1.0 / static_cast<double>(takers.size());
  }
  return p;
}

}  // namespace gossamer::testing
