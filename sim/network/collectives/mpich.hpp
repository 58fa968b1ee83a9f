#pragma once
#include "sim/ground/quantities.hpp"

/// MPICH's choices among the algorithms of a collective, for vectors of `size` bytes among `nodes` nodes.
///
/// Thakur, Rabenseifner, Gropp, "Optimization of Collective Communication Operations in MPICH", IJHPCA 19(1), 2005,
/// with the size limits from the section on each collective. Unlike in MPICH, short pieces are gathered by recursive
/// doubling for any number of nodes, instead of Bruck's algorithm. Long vectors are reduced and scattered around a
/// ring, which takes as long as an exchange of pieces with every other node in turn.
namespace gossamer::mpich {

/// Reductions, to one node or to all.
bool halved_reduction(NodeId nodes, Bytes size);
bool whole_reduction(NodeId nodes, Bytes size);

bool tree_broadcast(NodeId nodes, Bytes size);
bool doubling_broadcast(NodeId nodes, Bytes size);
bool ring_broadcast(NodeId nodes, Bytes size);

bool doubling_gather(NodeId nodes, Bytes size);
bool ring_gather(NodeId nodes, Bytes size);

bool halving_scatter(NodeId nodes, Bytes size);
bool ring_scatter(NodeId nodes, Bytes size);

}  // namespace gossamer::mpich
