#pragma once
#include <vector>

#include "topologies/matching.hpp"
#include "topologies/mixing.hpp"

/// Decompositions of one graph into matchings, from which the best one is chosen.
namespace gossamer {

/// Up to `count` decompositions of W's graph into matchings, no two alike, all of the smallest number of matchings that
/// was found: by `edge_coloring`, and by `maximum_matchings` under several orders of the nodes.
///
/// In each the largest matching comes first; among matchings of a size the order is that of their edges.
/// Cost    `count` times that of `maximum_matchings`; above 10⁹ steps only `edge_coloring` is asked.
/// Throws TopologyError where the graph is directed, or `count` < 1.
std::vector<std::vector<Matching>> edge_colorings(const Mixing& base, int count);

/// The decompositions that differ from this one by one exchange: along a path or a cycle whose edges belong to two
/// matchings in turn, all change their matching (Kempe 1879). A matching that loses its last edge is left out.
std::vector<std::vector<Matching>> kempe_exchanges(NodeId nodes, const std::vector<Matching>& matchings);

}  // namespace gossamer
