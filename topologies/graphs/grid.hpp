#pragma once
#include "topologies/graph.hpp"

namespace gossamer {

/// The torus: a rows × columns grid whose opposite borders are joined, the product of two circles. Node (r, c) has the
/// number r · columns + c and, if both sides are at least 3, degree 4.
///
/// Its Metropolis–Hastings weights are then all 1/5, so W has the eigenvalues
///     λ(a, b) = (1 + 2 cos(2πa / rows) + 2 cos(2πb / columns)) / 5,
/// and on a square torus the spectral gap closes as Θ(1/n).
/// With a side of 2 the borders are joined twice; this counts as one edge, so the degree is one less, and the term of
/// that side becomes cos(πa). Along a side of 1 there is no edge, so the degree is two less: a torus of one row is a
/// ring.
/// Cost    O(n + edges) time.
/// Throws TopologyError if a side is shorter than 1.
Graph torus(NodeId rows, NodeId columns);

/// A rows × columns grid with borders: node (r, c), number r · columns + c, is joined to the nodes above, below, left
/// and right.
///
/// With I − Lap/5 (`max_degree`, both sides at least 3) W has the eigenvalues
///     1 − (4/5) (sin²(πa / 2 rows) + sin²(πb / 2 columns)).
/// Cost    O(n + edges) time.
/// Throws TopologyError if a side is shorter than 1.
Graph grid(NodeId rows, NodeId columns);

}  // namespace gossamer
