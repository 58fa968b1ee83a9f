#pragma once
#include "topologies/graph.hpp"

namespace gossamer {

/// A rows × columns grid whose opposite borders meet: the product of two circles. Node (r, c) has number r · columns +
/// c and, if both sides are at least 3, degree 4.
///
/// Its Metropolis–Hastings weights are then all 1/5, so W has the eigenvalues
///     λ(a, b) = (1 + 2 cos(2πa / rows) + 2 cos(2πb / columns)) / 5,
/// and on a square torus the spectral gap closes as Θ(1/n).
/// The borders of a side of 2 meet twice: that is one edge, which takes one from the degree, and its term becomes
/// cos(πa). A side of 1 has no edge along it, and takes two: a torus of one row is a ring.
/// Throws TopologyError where a side is shorter than 1.
Graph torus(NodeId rows, NodeId columns);

/// A rows × columns grid with borders: node (r, c), number r · columns + c, joined to those above, below, left and
/// right.
///
/// With I − Lap/5 (`max_degree`, both sides at least 3) W has the eigenvalues
///     1 − (4/5) (sin²(πa / 2 rows) + sin²(πb / 2 columns)).
/// Throws TopologyError where a side is shorter than 1.
Graph grid(NodeId rows, NodeId columns);

}  // namespace gossamer
