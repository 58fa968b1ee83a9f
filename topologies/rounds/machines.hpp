#pragma once
#include <vector>

#include "topologies/mixing.hpp"

/// Rounds for nodes that share machines, as in BlueFog: Ying, Yuan, Hu, Chen, Yin, "BlueFog: Make Decentralized
/// Algorithms Practical for Optimization and Deep Learning", arXiv:2111.04287, and `bluefog.common.topology_util`.
/// Each of M machines has L nodes: node l of machine m has the number m L + l.
namespace gossamer {

/// In round k node k mod L of every machine sends to node k mod L of the next machine, m + 1 modulo M. The other nodes
/// of a machine form a circle, and each sends to the next one. Every node sends to one node and receives from one;
/// all weights are 1/2.
///
/// Every round is (I + P)/2 with a permutation P, and L rounds are a period.
/// BlueFog: GetInnerOuterRingDynamicSendRecvRanks.
/// Throws TopologyError if M < 2, or if L < 3, since a node would have no partner.
std::vector<Mixing> inner_outer_ring(NodeId machines, NodeId per_machine);

/// The same along exponential graphs: in round k node k mod L of every machine m sends to node k mod L of machine
/// m + 2^e, e = k mod (⌊log₂(M − 1)⌋ + 1). The other L − 1 nodes of a machine form a circle, and each sends to the node
/// 2^e places further, e = k mod (⌊log₂(L − 2)⌋ + 1). A period is the least common multiple of L and these two numbers
/// of offsets.
///
/// BlueFog: GetInnerOuterExp2DynamicSendRecvRanks.
/// Throws TopologyError if M < 2, or L < 3.
std::vector<Mixing> inner_outer_exponential(NodeId machines, NodeId per_machine);

/// All nodes of a machine average, then machines average in the rounds of the one-peer exponential graph:
///
///     W(e) = ½ (I + C^{−2^e}) ⊗ J_L,   e = 0 … ⌊log₂(M − 1)⌋:   machine m sends to m + 2^e.
///
/// A period averages exactly if M is a power of two. BlueFog: hierarchical_neighbor_allreduce with one machine a round.
/// Cost    In BlueFog, machines reduce their models and send one model to each other. Here each node sends its model to
///         all 2L − 1 other nodes that need it. Models are the same, bytes and times are not.
/// Throws TopologyError if M < 2, or L < 1.
std::vector<Mixing> machine_exponential(NodeId machines, NodeId per_machine);

}  // namespace gossamer
