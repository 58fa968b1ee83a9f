#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "sim/ground/input_error.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Thrown for invalid networks, with the wrong value.
class NetworkError : public InputError {
 public:
  using InputError::InputError;
};

/// The rule that gives the virtual time of a collective.
enum class Collectives {
  formula,  ///< all nodes have the result after the time of a closed formula from the last join on
  played,   ///< message by message over the network model: an early node goes ahead as far as it can
};

/// The number of a message in flight. The world reuses numbers of delivered messages.
using MessageId = std::uint32_t;

/// The requests that a network may make to its world.
class Scheduler {
 public:
  /// Calls `Network::wake(at, token)` when the clock reaches `at`.
  virtual void wake_at(Seconds at, std::uint32_t token) = 0;
  /// Hands the message to its receiver when the clock reaches `at`.
  virtual void deliver_at(Seconds at, MessageId message) = 0;

 protected:
  ~Scheduler() = default;
};

class Shaper;

/// The algorithm of an all-reduce. `schedules.hpp` contains the messages, `collectives.hpp` their costs.
enum class AllReduce {
  ring,
  recursive_doubling,
  rabenseifner,
  binomial_tree,
  parameter_server,
  automatic,  ///< the fastest of those above except the parameter server: see `Network::all_reduce`
  mpich,      ///< recursive doubling or Rabenseifner's algorithm, by size
};
struct AllReduceMethod {
  AllReduce algorithm = AllReduce::ring;
  NodeId shards = 1;  ///< of a parameter server, ≥ 1

  AllReduceMethod() = default;
  AllReduceMethod(AllReduce all_reduce, std::optional<NodeId> given_shards = {})  // NOLINT: an algorithm is a method
      : algorithm{all_reduce}, shards{given_shards.value_or(1)} {}
};

struct CollectiveAlgorithm;
struct Group;

/// The cost of a collective.
struct CollectiveCost {
  Seconds duration{0};
  Seconds in_flight{0};  ///< total time of all messages in flight; of all-reduces only
};

/// A model of message times. It may keep state, such as queues: all calls come in the order of virtual time.
class Network {
 public:
  virtual ~Network() = default;

  /// A message of `size` bytes enters the network now.
  virtual void send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Scheduler& scheduler) = 0;

  /// The same for a part of a one-sided read: the request or the answer. The processor of `read`, which is one of the
  /// two ends, does no work for it. If cards do all the work this equals `send`.
  virtual void send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                              Scheduler& scheduler) = 0;

  /// The clock has reached the time of a `Scheduler::wake_at`.
  virtual void wake(Seconds now, std::uint32_t token, Scheduler& scheduler) = 0;

  /// Returns true if a scheduled wake is still needed. Otherwise it is dropped, and the clock does not advance to it.
  virtual bool awaits(Seconds at, std::uint32_t token) const = 0;

  /// Returns true if a message never arrives before an earlier one between the same two nodes in the same direction.
  /// Otherwise the world makes the later message wait. Parts of one-sided reads and of collectives are exempt: they
  /// carry the number of their read or step.
  virtual bool keeps_order() const = 0;

  /// The cost by formula of a collective on vectors of `size` bytes, from the last join on.
  virtual CollectiveCost cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const = 0;
  Seconds duration(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const {
    return cost(algorithm, group, size).duration;
  }

  /// The configured method of all-reduces.
  virtual AllReduceMethod all_reduce_method() const = 0;

  /// An all-reduce of `size` bytes among `nodes` nodes: its algorithm, and its time by formula.
  ///
  /// `automatic` selects the algorithm with the least time by formula on this network; if several take equally long,
  /// the first in the list. A parameter server is never selected: its number of shards is a choice of the user. Throws
  /// NetworkError if no algorithm has a formula because a link has failed.
  struct Collective {
    Seconds duration{0};
    Seconds in_flight{0};
    AllReduceMethod method;
  };
  Collective all_reduce(NodeId nodes, Bytes size) const;

  /// The time for which a message occupies each end's processor, which cannot compute then: LogGP's o. Zero if cards do
  /// all the work.
  virtual Seconds handling(Bytes size) const = 0;

  /// The time at which a node's processor has finished the messages that it handles. Computing cannot begin before.
  virtual Seconds handled_until(NodeId node) const = 0;

  /// The delay until a computing node notices a message, unless its gradient ends earlier: it polls only now and then.
  /// Zero if messages are noticed at once.
  virtual Seconds attention() const = 0;

  /// The same model for the two ends of a message, in its initial state; null if an end would need the state of other
  /// nodes.
  virtual std::unique_ptr<Shaper> shaper() const = 0;

  /// The same model, in its state before the first message.
  virtual std::unique_ptr<Network> fresh() const = 0;

 private:
  /// Cache of the last answer of `all_reduce`, since every node that joins asks for it.
  struct CachedCollective {
    NodeId nodes = 0;
    Bytes size = -1;
    Collective collective;
  };
  mutable CachedCollective cached_;
};

}  // namespace gossamer
