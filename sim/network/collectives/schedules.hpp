#pragma once
#include "sim/network/collectives/schedule.hpp"

/// The messages of collectives: each function returns the schedule of one node. Reductions take the mean. Broadcasts
/// start at node 0, and reductions to one node end there. The schedule of a group of one node sends nothing.
/// Shapes  x ∈ R^d at each node, cut into pieces (see `Action`).
/// Cost    a schedule has O(log n) actions; a ring's repeats are loops; a parameter server's has O(n) at a shard's
///         node, O(S) at the others.
/// Errors  none: a group has at least one node, and 1 ≤ S ≤ n (`assert`).
namespace gossamer {

/// The participants of a collective.
struct Group {
  NodeId nodes = 1;
  NodeId shards = 1;  ///< S ≤ nodes: number of nodes that hold the parameter server

  /// The largest power of two up to n. Nodes beyond it are surplus nodes.
  NodeId core() const;
  bool power_of_two() const { return core() == nodes; }
  /// ⌊log₂ n⌋ and ⌈log₂ n⌉.
  int doublings() const;
  int tree_depth() const;
};

}  // namespace gossamer

namespace gossamer::schedules {

/// Reduce-scatter and all-gather around a ring: 2 (n − 1) steps. In each step a node sends one piece of n to the next
/// node.
///
/// Node k + 1 starts piece k with its x/n. Each node on the way adds its own, so piece k is summed in the order k + 1,
/// k + 2, …, n − 1, 0, …, k, one fused multiply-add after the other. Node k has its mean first.
CollectiveSchedule ring_all_reduce(NodeId node, const Group& group);
CollectiveSchedule ring_reduce_scatter(NodeId node, const Group& group);
/// Node k begins with piece k.
CollectiveSchedule ring_all_gather(NodeId node, const Group& group);

/// Recursive doubling: with p the largest power of two up to n, nodes i < p exchange their sums with i XOR 1, 2, 4, …
///
/// Every node scales its vector by 1/n first. Then pairs add; addition commutes, so all have the same bits. Nodes i ≥ p
/// send their vector to node i − p in step 0, before the exchanges of steps 1 … log₂ p, and receive the mean from it in
/// the step after.
CollectiveSchedule recursive_doubling(NodeId node, const Group& group);

/// Reduce-scatter by recursive halving, then all-gather by recursive doubling among nodes i < p. At distance 1, 2, 4, …
/// two nodes exchange the halves of the pieces that they still sum; then, at distance p/2, …, 2, 1, all their pieces.
/// Surplus nodes act as in recursive doubling. The sums are also those of recursive doubling: each piece is added up in
/// the same order by its owner, and all others copy it.
///
/// Rabenseifner, "Optimization of Collective Reduction Operations", ICCS 2004. Near nodes exchange the large halves, as
/// in MPICH. Unlike in MPICH surplus nodes send whole vectors to nodes at distance p.
CollectiveSchedule rabenseifner(NodeId node, const Group& group);

/// Recursive halving and doubling at distance p/2, p/4, …, 1 among p places, so that node k ends with piece k of n; and
/// the same in reverse. If n is no power of two, node 2k + 1 sends all its data to node 2k before, and receives its
/// part after, for k < n − p. So the pieces of a place and its neighbors stay together, and no message has gaps.
CollectiveSchedule halving_reduce_scatter(NodeId node, const Group& group);
CollectiveSchedule doubling_all_gather(NodeId node, const Group& group);

/// Rabenseifner's reduce-scatter; then the pieces are gathered in a binomial tree.
CollectiveSchedule reduce_scatter_gather(NodeId node, const Group& group);

/// Binomial trees. Node i adds the vectors of nodes i + 1, i + 2, i + 4, …, i + 2^k, with 2^k below the lowest bit of
/// i, and sends the sum to node i without its lowest bit. A broadcast uses the same edges in reverse, to the farthest
/// node first.
CollectiveSchedule binomial_reduce(NodeId node, const Group& group);
CollectiveSchedule binomial_broadcast(NodeId node, const Group& group);
CollectiveSchedule binomial_all_reduce(NodeId node, const Group& group);

/// Scatters n pieces in a binomial tree, then gathers them around a ring, or by recursive doubling.
CollectiveSchedule scatter_all_gather(NodeId node, const Group& group);
CollectiveSchedule scatter_doubling(NodeId node, const Group& group);

/// A server in S shards, shard s at node s. Every node sends to each shard its part of the vector, beginning with the
/// shard after its own number. A shard adds the parts in the order of the nodes, one fused multiply-add with 1/n after
/// the other. Then it sends the mean to all, to the next node first. A message from a node to its own shard costs
/// nothing.
///
/// Li et al., "Scaling Distributed Machine Learning with the Parameter Server", OSDI 2014, with synchronous updates.
CollectiveSchedule parameter_server(NodeId node, const Group& group);

}  // namespace gossamer::schedules
