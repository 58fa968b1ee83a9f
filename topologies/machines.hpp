#pragma once
#include <vector>

#include "topologies/mixing.hpp"

/// Rounds for nodes that share machines, as BlueFog has them: Ying, Yuan, Hu, Chen, Yin, "BlueFog: Make Decentralized
/// Algorithms Practical for Optimization and Deep Learning", arXiv:2111.04287, and `bluefog.common.topology_util`.
/// M machines hold L nodes each: node l of machine m has number m L + l.
namespace gossamer {

/// In round k node k mod L of every machine speaks to its namesake on the next machine, m + 1 modulo M; the others of
/// its machine speak to the next one among themselves, in a circle. Everybody speaks to one and hears one: w = 1/2.
///
/// Every round is (I + P)/2 with a permutation P, and L rounds are a period.
/// BlueFog: GetInnerOuterRingDynamicSendRecvRanks.
/// Throws TopologyError where M < 2, or L < 3, which would leave a node alone.
std::vector<Mixing> inner_outer_ring(NodeId machines, NodeId per_machine);

/// The same along exponential graphs: in round k node k mod L of every machine speaks to its namesake on machine m +
/// 2^e, e = k mod (⌊log₂(M − 1)⌋ + 1); the other L − 1 nodes of a machine, in a circle, speak to the one 2^e places on,
/// e = k mod (⌊log₂(L − 2)⌋ + 1). A period is the least common multiple of L and these two numbers of offsets.
///
/// BlueFog: GetInnerOuterExp2DynamicSendRecvRanks.
/// Throws TopologyError where M < 2, or L < 3.
std::vector<Mixing> inner_outer_exponential(NodeId machines, NodeId per_machine);

/// All nodes of a machine average, then machines speak to one another in the rounds of the one-peer exponential graph:
///
///     W(e) = ½ (I + C^{−2^e}) ⊗ J_L,   e = 0 … ⌊log₂(M − 1)⌋:   machine m speaks to m + 2^e.
///
/// A period averages exactly if M is a power of two. BlueFog: hierarchical_neighbor_allreduce, machines in turn.
/// Cost    Unlike in BlueFog, whose machines reduce their models and send one to each other, nodes here send theirs to
///         all 2L − 1 others that need it: models agree, bytes and times do not.
/// Throws TopologyError where M < 2, or L < 1.
std::vector<Mixing> machine_exponential(NodeId machines, NodeId per_machine);

}  // namespace gossamer
