#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "sim/ground/input_error.hpp"
#include "sim/quantities.hpp"

namespace gossamer {

/// Thrown for networks that cannot be, with the value that was wrong.
class NetworkError : public InputError {
 public:
  using InputError::InputError;
};

/// How the time of a collective comes about in virtual time.
enum class Collectives {
  formula,  ///< everybody has the result a closed formula after the last has joined
  played,   ///< message by message between nodes, over the network model: who is early goes ahead as far as it can
};

/// A message on its way, as the world numbers it. Numbers are used again once a message has been delivered.
using MessageId = std::uint32_t;

/// What a network may ask of the world it works for.
class Courier {
 public:
  /// Calls `Network::wake(at, token)` once the clock shows `at`.
  virtual void wake_at(Seconds at, std::uint32_t token) = 0;
  /// Hands the message to its receiver once the clock shows `at`.
  virtual void deliver_at(Seconds at, MessageId message) = 0;

 protected:
  ~Courier() = default;
};

class Shape;

/// How an all-reduce is done. See `schedules.hpp` for who sends what to whom, `collectives.hpp` for what it costs.
enum class AllReduce {
  ring,
  recursive_doubling,
  rabenseifner,
  binomial_tree,
  parameter_server,
  automatic,  ///< the fastest of those above but the parameter server: see `Network::all_reduce`
  mpich,      ///< recursive doubling or Rabenseifner's, by size
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

/// What a collective takes.
struct CollectiveCost {
  Seconds duration{0};
  Seconds under_way{0};  ///< the time that messages are under way, summed over them; of all-reduces alone
};

/// How long messages take. A model may keep state, such as queues: it is told everything in the order of the clock.
class Network {
 public:
  virtual ~Network() = default;

  /// A message of `size` bytes enters the network now.
  virtual void send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Courier& courier) = 0;

  /// The same for a part of a one-sided read, the request or what is read: the processor of `read`, which is one of the
  /// two ends, has nothing to do with it. Where cards do all the work this is `send`.
  virtual void send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                              Courier& courier) = 0;

  /// The clock shows what `Courier::wake_at` asked for.
  virtual void wake(Seconds now, std::uint32_t token, Courier& courier) = 0;

  /// Whether a wake that was asked for still matters. One that does not is dropped, and the clock does not go there.
  virtual bool awaits(Seconds at, std::uint32_t token) const = 0;

  /// Whether a message never arrives before one that was sent earlier between the same two nodes in the same direction.
  /// If not, the world makes the later one wait. Parts of one-sided reads and of collectives do not count: they name
  /// the read or the step to which they belong.
  virtual bool keeps_order() const = 0;

  /// What a collective on vectors of `size` bytes takes by formula, once the last has joined.
  virtual CollectiveCost cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const = 0;
  Seconds duration(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const {
    return cost(algorithm, group, size).duration;
  }

  /// How all-reduces are to be done.
  virtual AllReduceMethod all_reduce_method() const = 0;

  /// An all-reduce of `size` bytes among `nodes` nodes: how it is done, which is an algorithm, and what it takes by
  /// formula.
  ///
  /// `automatic` takes the algorithm whose formula takes least on this network; of several that take as long, the first
  /// in the list. A parameter server is never chosen: it is an arrangement with a number of shards, which one decides
  /// for. Throws NetworkError where no algorithm has a formula, since a link has failed.
  struct Collective {
    Seconds duration{0};
    Seconds under_way{0};
    AllReduceMethod method;
  };
  Collective all_reduce(NodeId nodes, Bytes size) const;

  /// How long a message keeps each end's processor from computing: LogGP's o. Zero where cards do all the work.
  virtual Seconds handling(Bytes size) const = 0;

  /// When a node's processor is done with the messages that it handles: computing cannot begin before.
  virtual Seconds handled_until(NodeId node) const = 0;

  /// How much later a node that computes notices a message, unless its gradient is over before: it looks up only now
  /// and then. Zero where somebody always looks.
  virtual Seconds attention() const = 0;

  /// The same model as the ends of a message see it, without its present state; null where they must know of others.
  virtual std::unique_ptr<Shape> shape() const = 0;

  /// The same model, as it is before the first message.
  virtual std::unique_ptr<Network> fresh() const = 0;

 private:
  /// The last answer of `all_reduce`, since every node that joins asks for it.
  struct Known {
    NodeId nodes = 0;
    Bytes size = -1;
    Collective collective;
  };
  mutable Known known_;
};

}  // namespace gossamer
