#include "sim/network/collectives/collectives.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <limits>

#include "sim/network/collectives/mpich.hpp"

namespace gossamer {
namespace {

// ---------------------------------------------------------------------------------------------------------------------
// Formulas.

Seconds ring_rounds(const MessageCosts& t, NodeId rounds, const Group& group, double size) {
  return static_cast<double>(rounds) * t.exchange(size / group.nodes);
}

Seconds ring_all_reduce(const MessageCosts& t, const Group& group, double size) {
  return ring_rounds(t, 2 * (group.nodes - 1), group, size);
}

Seconds once_around(const MessageCosts& t, const Group& group, double size) {
  return ring_rounds(t, group.nodes - 1, group, size);
}

Seconds doubling(const MessageCosts& t, const Group& group, double size) {
  return (group.doublings() + (group.power_of_two() ? 0 : 2)) * t.exchange(size);
}

/// Σ t(N/2) + t(N/4) + … down to pieces of the core.
Seconds halves(const MessageCosts::Time& time, const Group& group, double size) {
  Seconds sum{0};
  for (NodeId k = 2; k <= group.core(); k *= 2) sum += time(size / k);
  return sum;
}

/// Σ t(N/p) + t(2 N/p) + … among p places. The places up to n − p hold two nodes each; these nodes hand over N and
/// receive N/n, or the other way round.
Seconds among_places(const MessageCosts& t, const Group& group, double size) {
  const double piece = size / group.nodes;
  const NodeId surplus = group.nodes - group.core();
  Seconds sum{0};
  for (NodeId k = 1; k < group.core(); k *= 2) sum += t.exchange(piece * (k + std::min(k, surplus)));
  return surplus == 0 ? sum : sum + t.alone(size) + t.alone(piece);
}

/// The vector that surplus nodes hand over before the exchanges, or receive after them.
Seconds surplus(const MessageCosts& t, const Group& group, double size) {
  return group.power_of_two() ? Seconds{0} : t.alone(size);
}

Seconds rabenseifner(const MessageCosts& t, const Group& group, double size) {
  return 2 * halves(t.exchange, group, size) + 2 * surplus(t, group, size);
}

Seconds reduce_scatter_gather(const MessageCosts& t, const Group& group, double size) {
  return surplus(t, group, size) + halves(t.exchange, group, size) + halves(t.alone, group, size);
}

Seconds tree(const MessageCosts& t, const Group& group, double size) { return group.tree_depth() * t.alone(size); }

Seconds two_trees(const MessageCosts& t, const Group& group, double size) { return 2 * tree(t, group, size); }

/// The messages of node 0, as if each waited for the one before.
Seconds scatter(const MessageCosts& t, const Group& group, double size) {
  Seconds sum{0};
  for (NodeId k = 1; k < group.nodes; k *= 2) sum += t.alone(size / group.nodes * std::min(k, group.nodes - k));
  return sum;
}

Seconds scatter_all_gather(const MessageCosts& t, const Group& group, double size) {
  return scatter(t, group, size) + once_around(t, group, size);
}

Seconds scatter_doubling(const MessageCosts& t, const Group& group, double size) {
  return scatter(t, group, size) + among_places(t, group, size);
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

Seconds parameter_server(const MessageCosts& t, const Group& group, double size) {
  return 2 * t.alone(size / group.shards) + queueing_for_server(t, group, size);
}

// ---------------------------------------------------------------------------------------------------------------------
// Total time of all messages in flight.

Seconds ring_under_way(const MessageCosts& t, const Group& group, double size) {
  return static_cast<double>(group.nodes) * ring_all_reduce(t, group, size);
}

/// Nodes of the core exchange in every round. A surplus node's vector travels there and back.
Seconds doubling_under_way(const MessageCosts& t, const Group& group, double size) {
  const NodeId messages = group.core() * group.doublings() + 2 * (group.nodes - group.core());
  return static_cast<double>(messages) * t.exchange(size);
}

Seconds rabenseifner_under_way(const MessageCosts& t, const Group& group, double size) {
  return static_cast<double>(group.core()) * 2 * halves(t.exchange, group, size) +
         static_cast<double>(2 * (group.nodes - group.core())) * surplus(t, group, size);
}

Seconds trees_under_way(const MessageCosts& t, const Group& group, double size) {
  return static_cast<double>(2 * (group.nodes - 1)) * t.alone(size);
}

/// Each of S shards receives n − 1 messages and sends as many back. On average a message waits for half of the queue.
double messages_to_shards(const Group& group) {
  return static_cast<double>(group.shards) * static_cast<double>(group.nodes - 1);
}
CollectiveCost server_queueing(const MessageCosts& t, const Group& group, double size) {
  const Seconds longest = queueing_for_server(t, group, size);
  return {.duration = longest, .under_way = messages_to_shards(group) * longest / 2};
}

Seconds server_under_way(const MessageCosts& t, const Group& group, double size) {
  return 2 * messages_to_shards(group) * t.alone(size / group.shards) + server_queueing(t, group, size).under_way;
}

// ---------------------------------------------------------------------------------------------------------------------
// Chains.

/// The longest chain of 2 (n − 1) messages around the ring.
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

/// The time in which one node sends all its pieces around the ring, plus the time of the last message.
Seconds slowest_sender(const PairCosts& t, NodeId nodes, double size) {
  const double piece = size / nodes;
  Seconds slowest{0};
  for (NodeId i = 0; i < nodes; ++i)
    slowest = std::max(slowest, (2 * nodes - 3) * t.interval(i, piece) + t.exchange(i, (i + 1) % nodes, piece));
  return slowest;
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

/// Exchanges of whole vectors at distance 1, 2, 4, …
Seconds doubling_chain(const PairCosts::Time& time, NodeId nodes, double size) {
  std::vector<Exchange> exchanges;
  for (NodeId k = 1; k < Group{.nodes = nodes}.core(); k *= 2) exchanges.push_back({k, size});
  return hypercube_chain(time, nodes, size, exchanges);
}

/// Exchanges at distance 1, 2, 4, … of halves, quarters, …; then the same in reverse order.
Seconds rabenseifner_chain(const PairCosts::Time& time, NodeId nodes, double size) {
  std::vector<Exchange> exchanges;
  for (NodeId k = 1; k < Group{.nodes = nodes}.core(); k *= 2) exchanges.push_back({k, size / (2 * k)});
  for (std::size_t k = exchanges.size(); k-- > 0;) exchanges.push_back(exchanges[k]);
  return hypercube_chain(time, nodes, size, exchanges);
}

// ---------------------------------------------------------------------------------------------------------------------
// Bounds of how much longer a formula takes than the played schedule; see `Slack`.

/// Σ min(2^k, r), k < d.
NodeId shared_pieces(const Group& group) {
  NodeId sum = 0;
  for (NodeId k = 1; k < group.core(); k *= 2) sum += std::min(k, group.nodes - group.core());
  return sum;
}
double share(NodeId part, NodeId whole) { return static_cast<double>(part) / whole; }

double slack_of_tree(const Group& group) { return share(1, group.tree_depth()); }
double slack_of_doubling(const Group& group) { return share(1, group.doublings() + 2); }
double slack_of_places(const Group& group) {
  const NodeId shared = shared_pieces(group);
  return std::max(share(1, group.doublings() + 2), share(1 + shared, group.core() + shared + group.nodes));
}
double slack_of_scatter_ring(const Group& group) {
  return std::max(share(1, group.doublings() + group.nodes), share(group.nodes - group.core(), 2 * (group.nodes - 1)));
}
double slack_of_scatter_doubling(const Group& group) {
  const NodeId shared = shared_pieces(group), p = group.core(), surplus = group.nodes - p;
  return std::max(share(group.doublings() + 1, 2 * group.doublings() + 3),
                  share(p + shared, 3 * p + 2 * surplus - 1 + shared));
}

constexpr Slack tree_slack{"1/⌈log₂ n⌉", slack_of_tree};
constexpr Slack doubling_slack{"up to 1/(⌊log₂ n⌋ + 2)", slack_of_doubling};
constexpr Slack places_slack{"up to 1/3", slack_of_places};
constexpr Slack scatter_ring_slack{"up to 1/4", slack_of_scatter_ring};
constexpr Slack scatter_doubling_slack{"up to 1/2", slack_of_scatter_doubling};

}  // namespace

MessageCosts PairCosts::between(NodeId from, NodeId to) const {
  return {.alone = [from, to, time = alone](double size) { return time(from, to, size); },
          .exchange = [from, to, time = exchange](double size) { return time(from, to, size); },
          .next_in = next_in,
          .next_out = next_out};
}

std::string_view name(Collective collective) {
  constexpr std::string_view names[] = {"all_reduce", "broadcast", "reduce", "all_gather", "reduce_scatter"};
  return names[static_cast<std::size_t>(collective)];
}

const std::vector<CollectiveAlgorithm>& collective_algorithms() {
  constexpr std::string_view thakur =
      "Thakur, Rabenseifner, Gropp, \"Optimization of Collective Communication Operations in MPICH\", IJHPCA 19(1), "
      "2005";
  constexpr std::string_view rabenseifner_2004 =
      "Rabenseifner, \"Optimization of Collective Reduction Operations\", ICCS 2004";
  constexpr std::string_view parameter_server_2014 =
      "Li et al., \"Scaling Distributed Machine Learning with the Parameter Server\", OSDI 2014";
  constexpr std::string_view places =
      "Σ t((2^k + min(2^k, n − p)) N/n), 2^k < p; t(N) + t(N/n) more where n is not the power of two p";
  static const std::vector<CollectiveAlgorithm> algorithms{
      {.collective = Collective::all_reduce,
       .name = "ring",
       .formula = "2 (n − 1) t(N/n)",
       .source = thakur,
       .schedule = schedules::ring_all_reduce,
       .duration = ring_all_reduce,
       .chain = ring_chain,
       .under_way = ring_under_way,
       .alike = twice_around_messages,
       .slowest_sender = slowest_sender},
      {.collective = Collective::all_reduce,
       .name = "recursive_doubling",
       .formula = "⌊log₂ n⌋ t(N), two more where n is no power of two",
       .source = thakur,
       .schedule = schedules::recursive_doubling,
       .duration = doubling,
       .chain = doubling_chain,
       .under_way = doubling_under_way,
       .slack = doubling_slack,
       .in_mpich = mpich::whole_reduction},
      {.collective = Collective::all_reduce,
       .name = "rabenseifner",
       .formula = "2 Σ t(N/2^k), k = 1 … ⌊log₂ n⌋, 2 t(N) more where n is no power of two",
       .source = rabenseifner_2004,
       .schedule = schedules::rabenseifner,
       .duration = rabenseifner,
       .chain = rabenseifner_chain,
       .under_way = rabenseifner_under_way,
       .in_mpich = mpich::halved_reduction},
      {.collective = Collective::all_reduce,
       .name = "binomial_tree",
       .formula = "2 ⌈log₂ n⌉ t(N)",
       .source = thakur,
       .schedule = schedules::binomial_all_reduce,
       .duration = two_trees,
       .under_way = trees_under_way,
       .slack = tree_slack},
      {.collective = Collective::all_reduce,
       .name = "parameter_server",
       .formula = "2 t(N/S), and what n − 1 messages queue at each of S shards",
       .source = parameter_server_2014,
       .schedule = schedules::parameter_server,
       .duration = parameter_server,
       .under_way = server_under_way,
       .sharded = true,
       .queueing = server_queueing},
      {.collective = Collective::broadcast,
       .name = "binomial",
       .formula = "⌈log₂ n⌉ t(N)",
       .source = thakur,
       .schedule = schedules::binomial_broadcast,
       .duration = tree,
       .slack = tree_slack,
       .in_mpich = mpich::tree_broadcast},
      {.collective = Collective::broadcast,
       .name = "scatter_all_gather",
       .formula = "Σ t(min(2^k, n − 2^k) N/n), 2^k < n, and (n − 1) t(N/n)",
       .source = thakur,
       .schedule = schedules::scatter_all_gather,
       .duration = scatter_all_gather,
       .slack = scatter_ring_slack,
       .in_mpich = mpich::ring_broadcast},
      {.collective = Collective::broadcast,
       .name = "scatter_doubling",
       .formula = "Σ t(min(2^k, n − 2^k) N/n), 2^k < n, and what all_gather takes by doubling",
       .source = thakur,
       .schedule = schedules::scatter_doubling,
       .duration = scatter_doubling,
       .slack = scatter_doubling_slack,
       .in_mpich = mpich::doubling_broadcast},
      {.collective = Collective::reduce,
       .name = "binomial",
       .formula = "⌈log₂ n⌉ t(N)",
       .source = thakur,
       .schedule = schedules::binomial_reduce,
       .duration = tree,
       .slack = tree_slack,
       .in_mpich = mpich::whole_reduction},
      {.collective = Collective::reduce,
       .name = "reduce_scatter_gather",
       .formula = "2 Σ t(N/2^k), k = 1 … ⌊log₂ n⌋, t(N) more where n is no power of two",
       .source = rabenseifner_2004,
       .schedule = schedules::reduce_scatter_gather,
       .duration = reduce_scatter_gather,
       .in_mpich = mpich::halved_reduction},
      {.collective = Collective::all_gather,
       .name = "ring",
       .formula = "(n − 1) t(N/n)",
       .source = thakur,
       .schedule = schedules::ring_all_gather,
       .duration = once_around,
       .alike = once_around_messages,
       .in_mpich = mpich::ring_gather},
      {.collective = Collective::all_gather,
       .name = "recursive_doubling",
       .formula = places,
       .source = thakur,
       .schedule = schedules::doubling_all_gather,
       .duration = among_places,
       .slack = places_slack,
       .in_mpich = mpich::doubling_gather},
      {.collective = Collective::reduce_scatter,
       .name = "ring",
       .formula = "(n − 1) t(N/n)",
       .source = thakur,
       .schedule = schedules::ring_reduce_scatter,
       .duration = once_around,
       .alike = once_around_messages,
       .in_mpich = mpich::ring_scatter},
      {.collective = Collective::reduce_scatter,
       .name = "recursive_halving",
       .formula = places,
       .source = thakur,
       .schedule = schedules::halving_reduce_scatter,
       .duration = among_places,
       .slack = places_slack,
       .in_mpich = mpich::halving_scatter}};
  return algorithms;
}

const CollectiveAlgorithm& algorithm_of(AllReduce algorithm) {
  assert(algorithm < AllReduce::automatic && "a choice has been made before");
  return collective_algorithms()[static_cast<std::size_t>(algorithm)];
}

}  // namespace gossamer
