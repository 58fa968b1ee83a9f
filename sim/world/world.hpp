#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/ground/double_double.hpp"
#include "sim/ground/quantities.hpp"
#include "sim/ground/random.hpp"
#include "sim/network/collectives/schedule.hpp"
#include "sim/node.hpp"
#include "sim/numerics/data_plane.hpp"
#include "sim/numerics/params.hpp"
#include "topologies/schedule.hpp"

/// What a run asks of a world and gets back, whether its time is virtual or that of real ranks.
namespace gossamer {

/// What one node has done so far.
struct NodeCounters {
  std::uint64_t node_steps = 0;    ///< gradients finished
  std::uint64_t interactions = 0;  ///< exchanges and reads that it took part in, at either end
  std::uint64_t sent_messages = 0;
  std::uint64_t received_messages = 0;
  Bytes sent_bytes = 0;
  Bytes received_bytes = 0;
  Seconds computing{0};  ///< time spent on gradients, the share of one under way included
  /// Over gradients: exchanges that touched the node, and own reads that came back, while it computed them.
  std::uint64_t staleness_sum = 0;
  std::uint64_t staleness_max = 0;

  /// Sums, and the larger maximum.
  NodeCounters& operator+=(const NodeCounters& other);
  NodeCounters& operator+=(const Traffic& traffic);
};

/// What has gone wrong with one node, and with messages to it.
struct FaultCounters {
  std::uint64_t outages = 0;                 ///< crashes and absences begun
  Seconds down{0};                           ///< time spent in them, the share of one under way included
  std::uint64_t lost_messages = 0;           ///< on the way, or since the node was down; every time that one was
  std::uint64_t corrupted_messages = 0;      ///< dropped for it, every time
  std::uint64_t retransmitted_messages = 0;  ///< beside those that are counted as sent
  Bytes retransmitted_bytes = 0;

  FaultCounters& operator+=(const FaultCounters& other);
};

/// The time that messages are under way, summed over them: when they arrived less when they were sent.
///
/// A message may be sent in one part of a cluster and arrive in another. The sums of the parts add up. Sums have 106
/// bits, since they are differences of times, each of which may be 10¹² times as large as what a message takes.
class TransferTime {
 public:
  /// From now on there are so many more, or fewer, messages under way.
  void change(Seconds now, int by) {
    sum_ -= DoubleDouble::product(by, now.count());
    under_way_ += by;
  }
  /// Those still under way count with what has passed of them.
  Seconds until(Seconds now) const {
    return Seconds{(sum_ + DoubleDouble::product(static_cast<double>(under_way_), now.count())).value()};
  }

  TransferTime& operator+=(const TransferTime& other) {
    sum_ += other.sum_;
    under_way_ += other.under_way_;
    return *this;
  }

 private:
  DoubleDouble sum_;
  std::int64_t under_way_ = 0;
};

/// What can be seen at an instant of the world's clock, after all that happened up to it.
struct Snapshot {
  Seconds time{0};
  NodeCounters total;                        ///< sums over nodes (the maximum for `staleness_max`)
  std::span<const Params> models;            ///< what each node reported last; empty handles without numerics
  std::uint64_t reports = 0;                 ///< of models, by all nodes, the initial ones included
  std::optional<Seconds> transfer = {};      ///< time that messages were under way, summed over them, where it is known
  std::optional<FaultCounters> faults = {};  ///< sums over nodes, of a run that has faults
  std::vector<NodeId> living = {};           ///< the nodes that are up, in a run in which some may not be
  /// How many messages were found not to be understood, see `DataPlane::decode_failures`; without numerics empty.
  std::function<std::uint64_t()> decode_failures = {};

  /// The models of the nodes that are up.
  std::vector<Params> living_models() const;
};

/// When a run ends by itself; whichever comes first.
struct Limits {
  std::optional<Seconds> virtual_time = {};
  std::optional<std::uint64_t> node_steps = {};  ///< of each node: it starts no new round once it has made so many
  std::optional<Bytes> sent_bytes = {};          ///< of all nodes together
};

/// Looks at the run from outside. Seeing changes nothing.
class Observer {
 public:
  virtual ~Observer() = default;

  /// Looks, and says why the run should end, if it should.
  virtual std::optional<std::string> observe(const Snapshot& snapshot) = 0;

  /// When to look next: the virtual time, and the number of node-steps per node on average, whichever comes first; and
  /// whether to look at the end of every instant in which a node reported a model, went down or came up, which only
  /// virtual time can do.
  struct Next {
    Seconds time{std::numeric_limits<double>::infinity()};
    double node_steps = std::numeric_limits<double>::infinity();
    bool at_changes = false;
  };
  virtual Next next() const = 0;
};

/// How a run ended.
struct End {
  /// The limit that was reached; "finished" is the programs' own end, "stuck" means that a node waited for ever, or
  /// that all were down for good.
  enum class Reason { virtual_time, node_steps, sent_bytes, observer, interrupted, finished, stuck };

  Reason reason = Reason::finished;
  std::string detail;  ///< what the observer said, or who waits for whom
  Seconds time{0};
  std::uint64_t events = 0;
};

/// Whether a node that has returned after so many steps lacks some of the limit. One that makes none at all, as a
/// parameter server, lacks none.
bool is_early(std::uint64_t node_steps, const Limits& limits);

/// Nodes when nothing is left to happen.
struct Drained {
  NodeId waiting = 0;   ///< they are up and wait for ever
  NodeId returned = 0;  ///< their programs have; all others are down for good
  NodeId early = 0;     ///< of those who have returned: before they had made the steps of the limit
};

/// How a run ends in which nothing is left to happen. Nodes that are down for good are not waited for, but some node
/// has to be left.
End::Reason reason_when_drained(const Drained& nodes, const Limits& limits);

/// Who waits for whom, in one line: told of one node after the other, it names the first few.
class WaitList {
 public:
  void add(NodeId node, Wait what, NodeId peer);
  void add_down(NodeId node);
  const std::string& text() const { return text_; }

 private:
  void tell(const std::string& sentence);

  std::string text_;
  int told_ = 0;
};

/// W(k): of the schedule, or where there is none, null, the one that all rounds have, whose owner outlives the result.
inline std::shared_ptr<const Mixing> mixing_of_round(const Mixing& always, const MixingSchedule* schedule,
                                                     std::uint64_t k) {
  return schedule ? schedule->round(k) : std::shared_ptr<const Mixing>{std::shared_ptr<void>{}, &always};
}

/// How many coordinates a model of that many bytes on the wire has; the last one may be in parts.
inline Index coordinates_of(Bytes payload) {
  constexpr auto value = static_cast<Bytes>(Codec::wire_value_bytes);
  return (payload + value - 1) / value;
}

/// `Node::encode` in every world. A message counts as many bytes as the codec would make of a model of
/// `payload` bytes, whatever the dimension of the vector: where all codes are of one size, that of a vector of
/// `coordinates_of(payload)`; else the same share of that vector's longest code as this code has of its own vector's.
/// Without numerics, `plane` null, it is the longest.
Encoded encoded_by(const Codec& codec, const Params& x, const Draws& draws, DataPlane* plane, Bytes payload);

}  // namespace gossamer
