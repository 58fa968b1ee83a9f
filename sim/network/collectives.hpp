#pragma once
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/network.hpp"
#include "sim/network/schedules.hpp"

namespace gossamer {

/// What messages of a size take where all links are alike; formulas cut bytes into fractions.
struct MessageCosts {
  using Time = std::function<Seconds(double size)>;

  Time alone;     ///< one message
  Time exchange;  ///< one that leaves its sender while another comes in there, and likewise at the receiver
  Time next_in;   ///< how much later than one the next is in that comes to the same receiver at once
  Time next_out;  ///< how much later than one the next is in that the same sender sends at once, to another receiver
};

/// The same between any two nodes, of which the later ones do not depend.
struct PairCosts {
  using Time = std::function<Seconds(NodeId from, NodeId to, double size)>;

  Time alone;
  Time exchange;
  MessageCosts::Time next_in;
  MessageCosts::Time next_out;
  /// Between two messages of one sender; none where nothing is faster than the way.
  std::function<Seconds(NodeId from, double size)> interval = {};

  MessageCosts between(NodeId from, NodeId to) const;
};

/// How much less than by its formula an algorithm takes if it is played among n nodes that begin at once, n no power of
/// two, on links on which messages do not wait for each other: at most this share of the formula's time. A formula goes
/// round by round, as if every round began everywhere at once; a schedule lets each node go ahead as far as it can.
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
/// All are at most 1/2, the trees' among three nodes. Where messages wait for each other, at a card or on a link that
/// they share, playing may also take longer than the formula: `gossamer collectives` shows both.
struct Slack {
  std::string_view text = {};                     ///< empty where formula and schedule agree
  double (*share)(const Group& group) = nullptr;  ///< null likewise

  double most(const Group& group) const { return share && !group.power_of_two() ? share(group) : 0; }
};

/// A way to do a collective.
///
/// Formulas are those of Thakur, Rabenseifner, Gropp, "Optimization of Collective Communication Operations in MPICH",
/// International Journal of High Performance Computing Applications 19(1), 2005, without the cost of adding, in which t
/// is the time of a message: all begin at once, and nothing else is under way. With LogGP's t(s) = o + L + s G + o the
/// ring takes 2 (n − 1) (L + 2 o + (N/n) G): unlike in LogGP's paper every byte takes G, the first one, too.
struct CollectiveAlgorithm {
  std::string_view collective;  ///< "all_reduce", "broadcast", …
  std::string_view name;
  std::string_view formula;  ///< as text, of n nodes, vectors of N bytes and messages that take t
  std::string_view source;   ///< the paper
  CollectiveSchedule (*schedule)(NodeId node, const Group& group);
  /// Of vectors of so many bytes, of a group of at least two.
  Seconds (*duration)(const MessageCosts& t, const Group& group, double size);
  /// The longest chain of messages where links differ; null where it is found by following the schedules.
  Seconds (*chain)(const PairCosts::Time& time, NodeId nodes, double size) = nullptr;
  /// The time that messages are under way, summed over them; null where it is no all-reduce.
  Seconds (*under_way)(const MessageCosts& t, const Group& group, double size) = nullptr;
  Slack slack = {};
};

/// All of them.
const std::vector<CollectiveAlgorithm>& collective_algorithms();

/// That of an all-reduce that is an algorithm, so not of `automatic` and `mpich`.
const CollectiveAlgorithm& algorithm_of(AllReduce algorithm);

/// The all-reduces among which `automatic` chooses, in this order: all but the parameter server.
std::span<const AllReduce> all_reduces_among_peers();

/// The fastest of those that it considers, and the first of several that are as fast, up to rounding.
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

/// The method as it is, but MPICH's choice for `mpich`, among `nodes` nodes that average `size` bytes: recursive
/// doubling up to 2048 bytes, and where there are fewer parameters (of 4 bytes) than the largest power of two up to n;
/// else Rabenseifner's. `automatic` stays, for `Network::all_reduce` to decide.
AllReduceMethod chosen(AllReduceMethod method, NodeId nodes, Bytes size);

/// The name of the algorithm that MPICH chooses for a collective on vectors of `size` bytes among so many nodes:
/// Thakur, Rabenseifner, Gropp, see above, with the limits of its section on each. Unlike in MPICH short pieces are
/// gathered by recursive doubling among any number of nodes, for Bruck's algorithm, and long vectors are reduced and
/// scattered around a ring, which takes as long as exchanging pieces with every other node in turn.
std::string_view chosen_by_mpich(std::string_view collective, NodeId nodes, Bytes size);

/// Throws NetworkError for more shards than nodes, and for shards of what is no parameter server.
void check_shards(AllReduce algorithm, std::optional<NodeId> shards, NodeId nodes);

/// The messages and bytes that a node sends and receives in an all-reduce, by formula as well: those of its schedule,
/// with pieces of whole bytes. It costs O(log n), or O(n) at the root of a parameter server.
Traffic all_reduce_traffic(const AllReduceMethod& method, NodeId node, NodeId nodes, Bytes size);

/// By formula, where all links are alike, of a group of at least two.
CollectiveCost cost_of(const CollectiveAlgorithm& algorithm, const MessageCosts& t, const Group& group, double size);

/// The longest chain of messages, each of which takes its time and no other's.
Seconds longest_chain(const CollectiveAlgorithm& algorithm, const PairCosts::Time& time, const Group& group,
                      double size);

/// What collectives take by formula, on links that may differ. Remembers the last answer, since every node that joins
/// asks for it.
///
/// On links that differ it is the longest chain of messages: in a ring, which runs over the nodes in their order, twice
/// around less the two shortest neighboring paths, or all that one node sends where its card is so slow; in recursive
/// doubling and Rabenseifner's algorithm, level by level, O(n log n). Messages that queue for a parameter server do so
/// for as long as between the first two nodes.
class CollectiveCosts {
 public:
  enum class Links { alike, differ };
  CollectiveCost cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size, Links links,
                      const std::function<PairCosts()>& times);

 private:
  const CollectiveAlgorithm* algorithm_ = nullptr;
  NodeId nodes_ = 0;
  Bytes size_ = -1;
  CollectiveCost known_;
};

}  // namespace gossamer
