#pragma once
#include <vector>

#include "topologies/mixing.hpp"
#include "topologies/rounds/matching.hpp"

/// Decompositions of one graph into matchings, as candidates for the choice of the best one.
namespace gossamer {

/// Up to `count` different decompositions of W's graph into matchings. They come from `edge_coloring`, and from
/// `maximum_matchings` under several orders of the nodes. All have the smallest number of matchings that was found.
///
/// In each decomposition the largest matching comes first; matchings of equal size are in the order of their edges.
/// Cost    `count` times that of `maximum_matchings`; if that exceeds 10⁹ steps, only `edge_coloring` is used.
/// Throws TopologyError if the graph is directed, or `count` < 1.
std::vector<std::vector<Matching>> edge_colorings(const Mixing& base, int count);

/// The decompositions that differ from this one by one exchange: all edges of a path or a cycle whose edges belong to
/// two matchings alternately change their matching (Kempe 1879). A matching that loses its last edge is removed.
std::vector<std::vector<Matching>> kempe_exchanges(NodeId nodes, const std::vector<Matching>& matchings);

}  // namespace gossamer
