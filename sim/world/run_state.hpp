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
#include "sim/node.hpp"
#include "sim/numerics/data_plane.hpp"
#include "sim/numerics/params.hpp"
#include "topologies/schedule.hpp"

/// The settings and results of a run, in virtual time as on real ranks.
namespace gossamer {

/// Counters of one node's work so far.
struct NodeCounters {
  std::uint64_t node_steps = 0;    ///< gradients finished
  std::uint64_t interactions = 0;  ///< exchanges and reads that it took part in, at either end
  std::uint64_t sent_messages = 0;
  std::uint64_t received_messages = 0;
  Bytes sent_bytes = 0;
  Bytes received_bytes = 0;
  Seconds computing{0};        ///< time spent on gradients, the elapsed part of one in progress included
  Seconds wasted{0};           ///< the part of it that was spent on computations that were given up
  std::uint64_t given_up = 0;  ///< computations
  /// Over gradients: exchanges that touched the node, and own reads that came back, while it computed them.
  std::uint64_t staleness_sum = 0;
  std::uint64_t staleness_max = 0;

  /// Sums, and the larger maximum.
  NodeCounters& operator+=(const NodeCounters& other);
};

/// Counters of faults of one node, and of messages to it.
struct FaultCounters {
  std::uint64_t outages = 0;                 ///< crashes and absences begun
  Seconds down{0};                           ///< time spent in them, the elapsed part of one in progress included
  std::uint64_t lost_messages = 0;           ///< in flight, or because the node was down; counts each loss of a message
  std::uint64_t corrupted_messages = 0;      ///< dropped because corrupted; counts each time
  std::uint64_t retransmitted_messages = 0;  ///< in addition to those counted as sent
  Bytes retransmitted_bytes = 0;

  FaultCounters& operator+=(const FaultCounters& other);
};

/// The time that messages are in flight, summed over messages: arrival time minus sending time.
///
/// A message may be sent in one part of a cluster and arrive in another. The sums of the parts add up. Sums have 106
/// bits, since they are differences of times, each of which may be 10¹² times the duration of a message.
class TransferTime {
 public:
  /// Changes the number of messages in flight from now on.
  void change(Seconds now, int by) {
    sum_ -= DoubleDouble::product(by, now.count());
    in_flight_ += by;
  }
  /// Messages in flight count with the time elapsed so far.
  Seconds until(Seconds now) const {
    return Seconds{(sum_ + DoubleDouble::product(static_cast<double>(in_flight_), now.count())).value()};
  }

  TransferTime& operator+=(const TransferTime& other) {
    sum_ += other.sum_;
    in_flight_ += other.in_flight_;
    return *this;
  }

 private:
  DoubleDouble sum_;
  std::int64_t in_flight_ = 0;
};

/// The visible state at an instant of the world's clock, after all events up to it.
struct Snapshot {
  Seconds time{0};
  NodeCounters total;                        ///< sums over nodes (the maximum for `staleness_max`)
  std::span<const Params> models;            ///< the last report of each node; none without numerics
  std::uint64_t reports = 0;                 ///< of models, by all nodes, the initial ones included
  std::optional<Seconds> transfer = {};      ///< see `TransferTime`; empty if unknown
  std::optional<FaultCounters> faults = {};  ///< sums over nodes, of a run that has faults
  std::vector<NodeId> living = {};           ///< the nodes that are up, in a run with faults
  /// The number of messages that could not be decoded, see `DataPlane::decode_failures`; empty without numerics.
  std::function<std::uint64_t()> decode_failures = {};

  /// The models of those of the first `nodes` nodes that are up.
  std::vector<Params> living_models(NodeId nodes) const;
  /// The models of the first `nodes` nodes; none without numerics.
  std::span<const Params> models_of(NodeId nodes) const {
    return models.empty() ? models : models.first(static_cast<std::size_t>(nodes));
  }
};

/// The limits at which a run ends; the first that is reached counts.
struct Limits {
  std::optional<Seconds> virtual_time = {};
  std::optional<std::uint64_t> node_steps = {};  ///< of each node: it starts no new round once it has made so many
  std::optional<Bytes> sent_bytes = {};          ///< of all nodes together
};

/// Looks at the run from outside. An observation changes nothing.
class Observer {
 public:
  virtual ~Observer() = default;

  /// Looks, and returns the reason to end the run, if there is one.
  virtual std::optional<std::string> observe(const Snapshot& snapshot) = 0;

  /// The next observation is due at a virtual time, or at a mean number of node-steps per node, whichever comes first.
  /// With `at_changes` an observation also follows every instant in which a node reported a model, went down or came
  /// up; only virtual time supports that.
  struct Next {
    Seconds time{std::numeric_limits<double>::infinity()};
    double node_steps = std::numeric_limits<double>::infinity();
    bool at_changes = false;
  };
  virtual Next next() const = 0;
};

/// The end of a run.
struct End {
  /// The limit that was reached; "finished" is the programs' own end, "stuck" means that a node waited for ever, or
  /// that all were down for good.
  enum class Reason { virtual_time, node_steps, sent_bytes, observer, interrupted, finished, stuck };

  Reason reason = Reason::finished;
  std::string detail;  ///< the observer's reason, or the list of waiting nodes
  Seconds time{0};
  std::uint64_t events = 0;
};

/// A run without pending events. It receives the state of one node after the other.
class Drained {
 public:
  struct Node {
    NodeId id = 0;
    bool done = false;  ///< its program has returned
    bool down = false;
    std::uint64_t node_steps = 0;
    Wait waiting = Wait::nothing;  ///< of a node that is up: it waits for ever
    NodeId waiting_for = 0;
  };
  explicit Drained(const Limits& limits) : limits_{limits} {}

  void add(const Node& node);

  /// The reason for the end of the run. It does not wait for nodes that are permanently down, but some node has to be
  /// left. If a node has returned early, with fewer steps than the limit, the limit is not the reason. A node without
  /// any steps, such as a parameter server, does not count as early.
  End::Reason reason() const;

  /// The waiting nodes and their peers, in one line that names the first few.
  const std::string& waits() const { return waits_; }

 private:
  void append(const std::string& sentence);

  const Limits& limits_;
  NodeId waiting_ = 0;
  NodeId returned_ = 0;
  NodeId early_ = 0;
  std::string waits_;
  int listed_ = 0;
};

/// W(k): that of the schedule, or, if `schedule` is null, `always`, whose owner outlives the result.
inline std::shared_ptr<const Mixing> mixing_of_round(const Mixing& always, const MixingSchedule* schedule,
                                                     std::uint64_t k) {
  return schedule ? schedule->round(k) : std::shared_ptr<const Mixing>{std::shared_ptr<void>{}, &always};
}

/// The number of coordinates of a model of that many bytes on the wire; the last one may be incomplete.
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
