#pragma once
#include "sim/node.hpp"

namespace gossamer {

/// Synchronous gossip: every round each node averages with every neighbor. It computes no gradients.
///
///     X ← W(k) X
///
/// Xiao, Boyd, "Fast linear iterations for distributed averaging", Systems & Control Letters 53, 2004.
/// With a symmetric W the distance to the mean shrinks by ρ = ‖W − J‖ per round at least, where J = 11ᵀ/n.
/// Cost    per round and node: deg(i) payloads sent and as many received; no gradient.
/// Time    a round lasts the longer of a step, which computes nothing, and a message.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own model: the mean is not kept.
struct Gossip {};
Task gossip(Node& node, Gossip settings);

}  // namespace gossamer
