#include "sim/network/collectives/formulas.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

namespace gossamer::formulas {
namespace {

Seconds ring_rounds(const MessageCosts& t, NodeId rounds, const Group& group, double size) {
  return static_cast<double>(rounds) * t.exchange(size / group.nodes);
}

/// Σ t(N/2) + t(N/4) + … down to pieces of the core.
Seconds halves(const MessageCosts::Time& time, const Group& group, double size) {
  Seconds sum{0};
  for (NodeId k = 2; k <= group.core(); k *= 2) sum += time(size / k);
  return sum;
}

/// The vector that surplus nodes hand over before the exchanges, or receive after them.
Seconds surplus(const MessageCosts& t, const Group& group, double size) {
  return group.power_of_two() ? Seconds{0} : t.alone(size);
}

/// The messages of node 0, as if each waited for the one before.
Seconds scatter(const MessageCosts& t, const Group& group, double size) {
  Seconds sum{0};
  for (NodeId k = 1; k < group.nodes; k *= 2) sum += t.alone(size / group.nodes * std::min(k, group.nodes - k));
  return sum;
}

/// Queueing time on the ways to a parameter server and back. A shard receives n − 1 messages, each sender sends to S
/// shards, and the same number of messages goes back.
Seconds queueing_for_server(const MessageCosts& t, const Group& group, double size) {
  const double shard = size / group.shards;
  const NodeId at_server = group.nodes - 2;  // messages behind the first
  const NodeId at_client = group.nodes > group.shards ? group.shards - 1 : group.shards - 2;  // likewise
  const Seconds in = t.next_in(shard), out = t.next_out(shard);
  return std::max(at_server * in, at_client * out) + std::max(at_server * out, at_client * in);
}

/// Each of S shards receives n − 1 messages and sends as many back. On average a message waits for half of the queue.
double messages_to_shards(const Group& group) {
  return static_cast<double>(group.shards) * static_cast<double>(group.nodes - 1);
}

/// An exchange between nodes of the core, at a distance in node numbers.
struct Exchange {
  NodeId distance = 0;
  double size = 0;
};

/// Surplus nodes hand over their vector before the exchanges and receive the result after them.
Seconds hypercube_chain(const PairCosts::Time& time, NodeId nodes, double size,
                        const std::vector<Exchange>& exchanges) {
  const NodeId core = Group{.nodes = nodes}.core();
  std::vector<Seconds> ready(static_cast<std::size_t>(core));
  for (NodeId i = core; i < nodes; ++i) ready[static_cast<std::size_t>(i - core)] = time(i, i - core, size);
  for (const Exchange& exchange : exchanges) {
    const std::vector<Seconds> before = ready;
    for (NodeId i = 0; i < core; ++i) {
      const NodeId peer = i ^ exchange.distance;
      ready[static_cast<std::size_t>(i)] = std::max(
          before[static_cast<std::size_t>(i)], before[static_cast<std::size_t>(peer)] + time(peer, i, exchange.size));
    }
  }
  Seconds end = *std::max_element(ready.begin(), ready.end());
  for (NodeId i = core; i < nodes; ++i)
    end = std::max(end, ready[static_cast<std::size_t>(i - core)] + time(i - core, i, size));
  return end;
}

}  // namespace

Seconds ring_all_reduce(const MessageCosts& t, const Group& group, double size) {
  return ring_rounds(t, 2 * (group.nodes - 1), group, size);
}

Seconds once_around(const MessageCosts& t, const Group& group, double size) {
  return ring_rounds(t, group.nodes - 1, group, size);
}

Seconds doubling(const MessageCosts& t, const Group& group, double size) {
  return (group.doublings() + (group.power_of_two() ? 0 : 2)) * t.exchange(size);
}

Seconds among_places(const MessageCosts& t, const Group& group, double size) {
  const double piece = size / group.nodes;
  const NodeId surplus = group.nodes - group.core();
  Seconds sum{0};
  for (NodeId k = 1; k < group.core(); k *= 2) sum += t.exchange(piece * (k + std::min(k, surplus)));
  return surplus == 0 ? sum : sum + t.alone(size) + t.alone(piece);
}

Seconds rabenseifner(const MessageCosts& t, const Group& group, double size) {
  return 2 * halves(t.exchange, group, size) + 2 * surplus(t, group, size);
}

Seconds reduce_scatter_gather(const MessageCosts& t, const Group& group, double size) {
  return surplus(t, group, size) + halves(t.exchange, group, size) + halves(t.alone, group, size);
}

Seconds tree(const MessageCosts& t, const Group& group, double size) { return group.tree_depth() * t.alone(size); }

Seconds two_trees(const MessageCosts& t, const Group& group, double size) { return 2 * tree(t, group, size); }

Seconds scatter_all_gather(const MessageCosts& t, const Group& group, double size) {
  return scatter(t, group, size) + once_around(t, group, size);
}

Seconds scatter_doubling(const MessageCosts& t, const Group& group, double size) {
  return scatter(t, group, size) + among_places(t, group, size);
}

Seconds parameter_server(const MessageCosts& t, const Group& group, double size) {
  return 2 * t.alone(size / group.shards) + queueing_for_server(t, group, size);
}

Seconds ring_in_flight(const MessageCosts& t, const Group& group, double size) {
  return static_cast<double>(group.nodes) * ring_all_reduce(t, group, size);
}

Seconds doubling_in_flight(const MessageCosts& t, const Group& group, double size) {
  const NodeId messages = group.core() * group.doublings() + 2 * (group.nodes - group.core());
  return static_cast<double>(messages) * t.exchange(size);
}

Seconds rabenseifner_in_flight(const MessageCosts& t, const Group& group, double size) {
  return static_cast<double>(group.core()) * 2 * halves(t.exchange, group, size) +
         static_cast<double>(2 * (group.nodes - group.core())) * surplus(t, group, size);
}

Seconds trees_in_flight(const MessageCosts& t, const Group& group, double size) {
  return static_cast<double>(2 * (group.nodes - 1)) * t.alone(size);
}

CollectiveCost server_queueing(const MessageCosts& t, const Group& group, double size) {
  const Seconds longest = queueing_for_server(t, group, size);
  return {.duration = longest, .in_flight = messages_to_shards(group) * longest / 2};
}

Seconds server_in_flight(const MessageCosts& t, const Group& group, double size) {
  return 2 * messages_to_shards(group) * t.alone(size / group.shards) + server_queueing(t, group, size).in_flight;
}

Seconds ring_chain(const PairCosts::Time& time, NodeId nodes, double size) {
  const double piece = size / nodes;
  const auto hop = [&](NodeId i) { return time(i % nodes, (i + 1) % nodes, piece); };
  Seconds around{0}, least_two{std::numeric_limits<double>::infinity()};
  for (NodeId i = 0; i < nodes; ++i) {
    around += hop(i);
    least_two = std::min(least_two, hop(i) + hop(i + 1));
  }
  return 2 * around - least_two;
}

NodeId once_around_messages(const Group& group) { return group.nodes - 1; }

NodeId twice_around_messages(const Group& group) { return 2 * (group.nodes - 1); }

Seconds slowest_sender(const PairCosts& t, NodeId nodes, double size) {
  const double piece = size / nodes;
  Seconds slowest{0};
  for (NodeId i = 0; i < nodes; ++i)
    slowest = std::max(slowest, (2 * nodes - 3) * t.interval(i, piece) + t.exchange(i, (i + 1) % nodes, piece));
  return slowest;
}

Seconds doubling_chain(const PairCosts::Time& time, NodeId nodes, double size) {
  std::vector<Exchange> exchanges;
  for (NodeId k = 1; k < Group{.nodes = nodes}.core(); k *= 2) exchanges.push_back({k, size});
  return hypercube_chain(time, nodes, size, exchanges);
}

Seconds rabenseifner_chain(const PairCosts::Time& time, NodeId nodes, double size) {
  std::vector<Exchange> exchanges;
  for (NodeId k = 1; k < Group{.nodes = nodes}.core(); k *= 2) exchanges.push_back({k, size / (2 * k)});
  for (std::size_t k = exchanges.size(); k-- > 0;) exchanges.push_back(exchanges[k]);
  return hypercube_chain(time, nodes, size, exchanges);
}

}  // namespace gossamer::formulas
