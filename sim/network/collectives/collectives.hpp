#pragma once
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/collectives/schedules.hpp"
#include "sim/network/network.hpp"

namespace gossamer {

/// An operation among all nodes.
enum class Collective { all_reduce, broadcast, reduce, all_gather, reduce_scatter };

/// Its name: "all_reduce", "broadcast", …
std::string_view name(Collective collective);

/// Times of messages of a given size, if all links are alike. Sizes are real numbers because formulas cut vectors into
/// fractions of bytes.
struct MessageCosts {
  using Time = std::function<Seconds(double size)>;

  Time alone;     ///< one message
  Time exchange;  ///< a message whose sender receives one, and whose receiver sends one, at the same time
  Time next_in;   ///< delay of a second message that reaches the same receiver at the same time
  Time next_out;  ///< delay of a second message that the same sender sends at the same time to another receiver
};

/// The same times between any two nodes. `next_in` and `next_out` are the same for all nodes.
struct PairCosts {
  using Time = std::function<Seconds(NodeId from, NodeId to, double size)>;

  Time alone;
  Time exchange;
  MessageCosts::Time next_in;
  MessageCosts::Time next_out;
  /// Least time between two messages of one sender; empty if only the path between nodes limits the rate.
  std::function<Seconds(NodeId from, double size)> interval = {};

  MessageCosts between(NodeId from, NodeId to) const;
};

/// An upper bound of how much faster a played collective is than its formula, as a fraction of the formula's time. It
/// holds for n nodes that begin at the same time, where n is no power of two, on links on which messages do not wait
/// for each other. A formula adds up rounds as if every round began at all nodes at the same time. In a played schedule
/// each node goes ahead as far as it can.
///
/// With d = ⌊log₂ n⌋, p = 2^d, r = n − p surplus nodes and M = Σ min(2^k, r), k < d:
///
///     binomial trees     the longest chain has d messages, ⌈log₂ n⌉ = d + 1 by formula: exactly 1/(d + 1) less
///     doubling (N)       a chain has at least d + 1 messages of the formula's d + 2: at most 1/(d + 2) less
///     halving and        a chain may end away from the surplus nodes, which saves t(N); or begin away from them, which
///     doubling (pieces)  saves t(N/n) and M pieces: at most the larger of what this is in latencies and in bytes,
///                        1/(d + 2) and (1 + M)/(p + M + n)
///     scatter, ring      a chain down the tree without the first message, of r pieces, then n − 1 pieces around the
///                        ring: at most the larger of 1/(d + n) and r/(2 (n − 1)) less
///     scatter, doubling  a chain from node n − 1, which waits for r pieces, to node 0 and its guest: at most the
///                        larger of (d + 1)/(2 d + 3) and (p + M)/(3 p + 2 r − 1 + M) less
///
/// All bounds are at most 1/2, which binomial trees among three nodes reach. If messages wait for each other, at a card
/// or on a link that they share, a played collective may also take longer than its formula: `gossamer collectives`
/// shows both.
struct Overestimate {
  std::string_view text = {};                     ///< empty if formula and schedule agree
  double (*share)(const Group& group) = nullptr;  ///< null if formula and schedule agree

  double most(const Group& group) const { return share && !group.power_of_two() ? share(group) : 0; }
};

/// An algorithm for a collective: its schedule and its formulas.
///
/// Formulas are those of Thakur, Rabenseifner, Gropp, "Optimization of Collective Communication Operations in MPICH",
/// International Journal of High Performance Computing Applications 19(1), 2005, without the cost of additions; t is
/// the time of a message. All nodes begin at the same time, and no other message is in flight. With LogGP's
/// t(s) = o + L + s G + o the ring takes 2 (n − 1) (L + 2 o + (N/n) G). Unlike in LogGP's paper every byte takes G, the
/// first one included.
struct CollectiveAlgorithm {
  Collective collective = Collective::all_reduce;
  std::string_view name;
  std::string_view formula;  ///< as text, for n nodes, vectors of N bytes and messages that take t
  std::string_view source;   ///< the paper
  CollectiveSchedule (*schedule)(NodeId node, const Group& group) = nullptr;
  /// The time for vectors of `size` bytes in a group of at least two nodes.
  Seconds (*duration)(const MessageCosts& t, const Group& group, double size) = nullptr;
  /// The longest chain of messages if links differ; null if it is found by following the schedules.
  Seconds (*chain)(const PairCosts::Time& time, NodeId nodes, double size) = nullptr;
  /// The total time of all messages in flight; null if the collective is not an all-reduce.
  Seconds (*in_flight)(const MessageCosts& t, const Group& group, double size) = nullptr;
  Overestimate overestimate = {};
  bool sharded = false;  ///< whether it uses the group's shards

  /// The number of messages of a node, if all its messages are alike, as around a ring; null otherwise.
  NodeId (*alike)(const Group& group) = nullptr;
  /// The time of the slowest node's messages if cards limit the rate; null if it is no more than that of the chain.
  Seconds (*slowest_sender)(const PairCosts& t, NodeId nodes, double size) = nullptr;
  /// The time for which messages queue, which chains leave out; null if no message waits for another.
  CollectiveCost (*queueing)(const MessageCosts& t, const Group& group, double size) = nullptr;
  /// Whether MPICH chooses it for vectors of `size` bytes (see mpich.hpp); null: never.
  bool (*in_mpich)(NodeId nodes, Bytes size) = nullptr;
};

/// All algorithms. The all-reduces come first, in the order of `AllReduce`.
const std::vector<CollectiveAlgorithm>& collective_algorithms();

/// The entry of an all-reduce algorithm. `automatic` and `mpich` are not algorithms.
const CollectiveAlgorithm& algorithm_of(AllReduce algorithm);

/// The all-gather around a ring.
const CollectiveAlgorithm& ring_all_gather();

/// The all-reduces from which `automatic` chooses, in this order: all except the parameter server.
std::span<const AllReduce> all_reduces_among_peers();

/// The fastest of the considered algorithms. If several are equally fast up to rounding, the first of them.
class FastestAllReduce {
 public:
  void consider(AllReduce algorithm, Seconds duration) {
    constexpr double rounding = 1e-9;
    if (!(duration < duration_ * (1 - rounding))) return;
    duration_ = duration;
    algorithm_ = algorithm;
  }
  bool found() const { return duration_ < Seconds{std::numeric_limits<double>::infinity()}; }
  AllReduce algorithm() const { return algorithm_; }
  Seconds duration() const { return duration_; }

 private:
  Seconds duration_{std::numeric_limits<double>::infinity()};
  AllReduce algorithm_ = AllReduce::ring;
};

/// The method itself, unless it is `mpich`: then MPICH's choice for `nodes` nodes that average `size` bytes. That is
/// recursive doubling up to 2048 bytes, and if there are fewer parameters (of 4 bytes) than the largest power of two up
/// to n; otherwise Rabenseifner's algorithm. `automatic` is returned unchanged, because `Network::all_reduce` decides.
AllReduceMethod chosen(AllReduceMethod method, NodeId nodes, Bytes size);

/// Throws NetworkError if there are more shards than nodes, and if shards are given for an algorithm other than the
/// parameter server.
void check_shards(AllReduce algorithm, std::optional<NodeId> shards, NodeId nodes);

/// The messages and bytes that a node sends and receives in an all-reduce. They are those of its schedule with pieces
/// of whole bytes, also if the collective's time comes from a formula. Cost: O(log n), or O(n) for a shard's node of a
/// parameter server.
Traffic all_reduce_traffic(const AllReduceMethod& method, NodeId node, NodeId nodes, Bytes size);

}  // namespace gossamer
