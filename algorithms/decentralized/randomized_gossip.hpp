#pragma once
#include "sim/node.hpp"

namespace gossamer {

/// Randomized gossip: at each tick of its clock, a node averages with one random neighbor.
///
///     x_i, x_j ← (x_i + x_j)/2        j uniform among the neighbors of i; a node without neighbors keeps its model
///
/// Boyd, Ghosh, Prabhakar, Shah, "Randomized gossip algorithms", IEEE Transactions on Information Theory 52(6), 2006.
/// A tick is a step of the compute law. With exponential steps each node has a Poisson clock, as in the paper. Then the
/// ticks of all nodes are a Poisson process of n times the rate with uniform initiators. Per tick
///
///     E‖X − x̄‖² ← ‖X − x̄‖² − tr(Xᵀ Lap X)/(2|E|)        on a regular graph with |E| edges, Lap = D − A
///
/// Unlike the paper, an averaging takes time. Hence both sides add increments, which keep the mean even if
/// averagings overlap.
/// Cost    per tick: one payload each way, for any degree; no gradient.
/// Time    the initiator's clock stops until the answer arrives; the partner waits for nothing.
/// Faults  an averaging that is not answered is skipped. If only the answer was lost, the mean is not kept.
struct RandomizedGossip {};
Task randomized_gossip(Node& node, RandomizedGossip settings);

}  // namespace gossamer
