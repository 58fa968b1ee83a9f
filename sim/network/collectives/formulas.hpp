#pragma once
#include "sim/network/collectives/collectives.hpp"

/// The formulas of collectives, see `CollectiveAlgorithm`, for vectors of `size` bytes.
namespace gossamer::formulas {

// The duration.
Seconds ring_all_reduce(const MessageCosts& t, const Group& group, double size);
Seconds once_around(const MessageCosts& t, const Group& group, double size);
Seconds doubling(const MessageCosts& t, const Group& group, double size);
/// Σ t(N/p) + t(2 N/p) + … among p places. The places up to n − p hold two nodes each; these nodes hand over N and
/// receive N/n, or the other way round.
Seconds among_places(const MessageCosts& t, const Group& group, double size);
Seconds rabenseifner(const MessageCosts& t, const Group& group, double size);
Seconds reduce_scatter_gather(const MessageCosts& t, const Group& group, double size);
Seconds tree(const MessageCosts& t, const Group& group, double size);
Seconds two_trees(const MessageCosts& t, const Group& group, double size);
Seconds scatter_all_gather(const MessageCosts& t, const Group& group, double size);
Seconds scatter_doubling(const MessageCosts& t, const Group& group, double size);
Seconds parameter_server(const MessageCosts& t, const Group& group, double size);

// The total time of all messages in flight.
Seconds ring_in_flight(const MessageCosts& t, const Group& group, double size);
/// Nodes of the core exchange in every round. A surplus node's vector travels there and back.
Seconds doubling_in_flight(const MessageCosts& t, const Group& group, double size);
Seconds rabenseifner_in_flight(const MessageCosts& t, const Group& group, double size);
Seconds trees_in_flight(const MessageCosts& t, const Group& group, double size);
Seconds server_in_flight(const MessageCosts& t, const Group& group, double size);

// The longest chain of messages if links differ.
/// The longest chain of 2 (n − 1) messages around the ring.
Seconds ring_chain(const PairCosts::Time& time, NodeId nodes, double size);
/// Exchanges of whole vectors at distance 1, 2, 4, …
Seconds doubling_chain(const PairCosts::Time& time, NodeId nodes, double size);
/// Exchanges at distance 1, 2, 4, … of halves, quarters, …; then the same in reverse order.
Seconds rabenseifner_chain(const PairCosts::Time& time, NodeId nodes, double size);

/// The time in which one node sends all its pieces around the ring, plus the time of the last message.
Seconds slowest_sender(const PairCosts& t, NodeId nodes, double size);
CollectiveCost server_queueing(const MessageCosts& t, const Group& group, double size);

// The number of messages of each node around a ring, once or twice.
NodeId once_around_messages(const Group& group);
NodeId twice_around_messages(const Group& group);

}  // namespace gossamer::formulas
