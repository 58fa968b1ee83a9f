#pragma once
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/ground/random.hpp"
#include "sim/ground/small_function.hpp"
#include "sim/numerics/codec.hpp"
#include "sim/numerics/layer.hpp"
#include "sim/numerics/params.hpp"
#include "sim/numerics/summary.hpp"
#include "sim/numerics/vector_function.hpp"
#include "sim/task.hpp"
#include "topologies/mixing.hpp"

namespace gossamer {

/// The things that a node can wait for. A node waits for a state before its program starts.
enum class Wait : std::uint8_t {
  nothing,
  gradient,  ///< or another computation
  message,
  exchange,
  read,
  all_reduce,
  all_done,
  state,
  any_message,  ///< from one of several nodes
  timer
};

class Node;

/// The content of a message: a vector that a codec encoded, or a full model, which counts as its own code; and a
/// number. A code of zero bytes is a message, too. If no message comes, the receiver gets an empty optional.
struct Encoded {
  Params vector = {};  ///< a handle to the encoded vector; empty without numerics
  Bytes size = 0;      ///< on the wire; includes the number below if the algorithm charges for it
  double weight = 1;   ///< a number sent with the vector, such as push-sum's weight; present without numerics, too
};

/// A message from one of several nodes; or, in a run with faults, news of one of them.
struct Received {
  enum class Event : std::uint8_t {
    message,    ///< `content` has come
    lost,       ///< a message has been lost
    went_down,  ///< the sender is down, see `Node::detects_down`
  };

  NodeId sender = 0;
  Encoded content = {};
  Event event = Event::message;
};

/// The local samples over which a node computes: the next minibatch, the last minibatch again, one sample, or all.
class SampleSet {
 public:
  enum class Of : std::uint8_t { next_batch, last_batch, one, all };

  SampleSet() = default;  ///< the next minibatch
  static SampleSet last_batch() { return {Of::last_batch, 0}; }
  /// Sample j of this node, 0 ≤ j < `Node::samples`.
  static SampleSet one(std::uint64_t j) { return {Of::one, j}; }
  static SampleSet all() { return {Of::all, 0}; }

  Of of() const { return of_; }
  std::uint64_t number() const { return number_; }

 private:
  SampleSet(Of of, std::uint64_t number) : of_{of}, number_{number} {}

  Of of_ = Of::next_batch;
  std::uint64_t number_ = 0;
};

/// The function with which a node answers exchanges, or none.
using ExchangeHandler = SmallFunction<Encoded(const Encoded& theirs)>;

/// A started operation. `co_await` returns its result, at once if it has ended, else when it ends. Several operations
/// may be awaited in any order. A node has at most one computation, one exchange and one read in progress, and any
/// number of all-reduces.
class [[nodiscard]] Pending {
 public:
  Pending(Node& node, Wait wait, NodeId peer) : node_{&node}, wait_{wait}, peer_{peer} {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<>) const;
  Params await_resume() const;

 private:
  Node* node_;
  Wait wait_;
  NodeId peer_;
};

/// The same for an encoded message. The result is empty if no message comes.
class [[nodiscard]] PendingEncoded {
 public:
  PendingEncoded(Node& node, Wait wait, NodeId peer) : node_{&node}, wait_{wait}, peer_{peer} {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<>) const;
  std::optional<Encoded> await_resume() const;

 private:
  Node* node_;
  Wait wait_;
  NodeId peer_;
};

/// The same for numbers.
class [[nodiscard]] PendingNumbers {
 public:
  PendingNumbers(Node& node, Wait wait, NodeId ticket) : node_{&node}, wait_{wait}, ticket_{ticket} {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<>) const;
  std::vector<double> await_resume() const;

 protected:
  Node* node_;

 private:
  Wait wait_;
  NodeId ticket_;
};

/// The same for a single number.
class [[nodiscard]] PendingNumber : public PendingNumbers {
 public:
  using PendingNumbers::PendingNumbers;
  double await_resume() const { return PendingNumbers::await_resume().front(); }
};

/// The same for a message from one of several nodes. The result is empty if none comes.
class [[nodiscard]] PendingReceived {
 public:
  /// The end of the wait if no message comes.
  struct Until {
    Seconds deadline{std::numeric_limits<double>::infinity()};
    bool computed = false;  ///< also the end of the computation in progress
  };
  PendingReceived(Node& node, std::span<const NodeId> senders, Until until)
      : node_{&node}, senders_{senders}, until_{until} {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<>) const;
  std::optional<Received> await_resume() const;

 private:
  Node* node_;
  std::span<const NodeId> senders_;
  Until until_;
};

/// The messages that nodes have gathered, in the order of the nodes. Nodes may share one list.
class Gathered {
 public:
  explicit Gathered(std::vector<Received> messages) : messages_{std::move(messages)} {}

  std::span<const Received> messages() const { return messages_; }

  /// Vectors that all nodes make of the messages in the same way, such as their mean. The first call makes them for all
  /// nodes that share the list.
  template <std::invocable<std::span<const Received>> Make>
  const Params& common(Make make) const {
    if (!common_) common_ = make(messages());
    return *common_;
  }

 private:
  std::vector<Received> messages_;
  mutable std::optional<Params> common_;
};

/// The same for gathered messages.
class [[nodiscard]] PendingGathered {
 public:
  PendingGathered(Node& node, NodeId ticket) : node_{&node}, ticket_{ticket} {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<>) const;
  std::shared_ptr<const Gathered> await_resume() const;

 private:
  Node* node_;
  NodeId ticket_;
};

/// The end of the work of all nodes.
class [[nodiscard]] Ending {
 public:
  explicit Ending(Node& node) : node_{&node} {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<>) const;
  void await_resume() const noexcept {}

 private:
  Node* node_;
};

/// A number on which an algorithm bases a decision.
class [[nodiscard]] Number {
 public:
  explicit Number(double value) : value_{value} {}

  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  double await_resume() const noexcept { return value_; }

 private:
  double value_;
};

/// Numbers on which an algorithm bases a decision.
class [[nodiscard]] Numbers {
 public:
  explicit Numbers(std::vector<double> values) : values_{std::move(values)} {}

  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  std::vector<double> await_resume() noexcept { return std::move(values_); }

 private:
  std::vector<double> values_;
};

/// ‖v‖² of a sum of models, as an argument of `Node::value`.
struct SquaredNorm {
  Combination sum;
};
inline SquaredNorm squared_norm(Combination sum) { return {std::move(sum)}; }

/// The in-neighbors and out-neighbors of a node in one round, with their weights: its row and its column of W(k).
class Neighborhood {
 public:
  Neighborhood(std::shared_ptr<const Mixing> mixing, NodeId node) : mixing_{std::move(mixing)}, node_{node} {}

  /// Every j ≠ i with w_ij ≠ 0, in increasing order: the nodes whose models this node weighs.
  std::span<const NodeId> in() const { return mixing_->neighbors(node_); }
  /// Every j ≠ i with w_ji ≠ 0, in increasing order: the nodes that weigh this node's model.
  std::span<const NodeId> out() const { return mixing_->receivers(node_); }
  /// w_ij, the weight that this node gives to node j's model; w_ii if j is this node.
  double weight(NodeId j) const { return mixing_->weight(node_, j); }
  /// w_ji, the weight that node j gives to this node's model.
  double share(NodeId j) const { return mixing_->weight(j, node_); }

 private:
  std::shared_ptr<const Mixing> mixing_;
  NodeId node_;
};

/// One node of a cluster, virtual or real, as an algorithm sees it. It offers all that an algorithm may use. A program
/// runs unchanged in every world.
///
/// Operations that take time are awaited; all others complete at once. Messages between two nodes arrive in the order
/// in which they were sent. The address of a draw is the node and the number of draws of that kind that it has made
/// before.
///
/// If a fault prevents an operation, `receive`, `exchange` and `read` return nothing as soon as the node can know this:
/// an empty handle for a model, an empty optional for an encoded message. A node may lose its program in a crash; the
/// program then starts again from its first line. See sim/faults/faults.md.
class Node {
 public:
  virtual ~Node() = default;

  /// i, this node's number; and n, the number of nodes.
  NodeId id() const { return id_; }
  virtual NodeId nodes() const = 0;

  /// The number of workers, which are nodes 0, 1, …; all other nodes are servers. A server does not train: it is left
  /// out of the objective, of the mean model and of averages over all nodes.
  virtual NodeId workers() const = 0;
  bool is_server() const { return id_ >= workers(); }

  /// The time since the start of the run.
  virtual Seconds now() const = 0;

  /// The nodes whose models this node weighs (the support of row i of W without i), in increasing order.
  std::span<const NodeId> in_neighbors() const { return {in_neighbors_, in_degree_}; }
  /// The nodes that weigh this node's model (the support of column i). Equal to `in_neighbors` on an undirected graph.
  virtual std::span<const NodeId> out_neighbors() const = 0;
  /// The neighbors; only for an undirected graph.
  std::span<const NodeId> neighbors() const { return in_neighbors(); }
  /// w_ij, the weight that this node gives to node j's model; zero if j is no neighbor.
  virtual double weight(NodeId j) const = 0;

  /// This node's row and column of W(k), for round k. If the graph changes from round to round, `in_neighbors`,
  /// `out_neighbors` and `weight` above describe the mean of all rounds.
  Neighborhood neighborhood(std::uint64_t round) const { return {mixing(round), id_}; }

  /// Whether this node has to make another round in this run.
  virtual bool running() const = 0;

  /// Whether this node has detected that in-neighbor j is down or has returned, so that it sends nothing.
  virtual bool detects_down(NodeId j) const = 0;
  /// Whether this program began after an outage: the node has lost an earlier one, or it was down at time zero.
  virtual bool began_anew() const = 0;

  /// x_i at time zero.
  virtual Params initial_params() = 0;

  /// The number of gradients that this node has finished.
  virtual std::uint64_t steps() const = 0;
  /// m_i, the number of this node's samples; 1 if its objective is no sum over samples. Of a server: that of all samples.
  virtual std::uint64_t samples() const = 0;

  /// The layers of the model in the order of their parameters, which fill x; empty if it has no such structure.
  virtual std::span<const Layer> layers() const = 0;

  /// Applies a function that is no sum, such as Adam's step. It takes no time, since the step time includes all that a
  /// node computes. Without numerics the result is empty. A program calls it in a line without `co_await`: GCC 12 does
  /// not compile a list of arguments in an expression that waits.
  virtual Params apply(std::shared_ptr<const VectorFunction> function, std::span<const Params> arguments) = 0;
  Params apply(std::shared_ptr<const VectorFunction> function, std::initializer_list<Params> arguments) {
    return apply(std::move(function), std::span{arguments.begin(), arguments.size()});
  }

  /// Starts ∇F_i(x; ξ) on the next minibatch. The gradient takes one step time. Each call is one node-step.
  /// In `x - step_size * co_await node.gradient(x)` the left x may be read before the wait. If a handler can change x
  /// during the wait, await the gradient in a line of its own.
  ///
  /// On other samples than the next minibatch it takes the time of as many samples. A gradient on the last minibatch,
  /// at a second point, belongs to the node-step of the first; all others are node-steps of their own.
  Pending gradient(const Params& x) {
    start_gradient(x, {});
    return {*this, Wait::gradient, id_};
  }
  Pending gradient(const Params& x, SampleSet samples) {
    start_gradient(x, samples);
    return {*this, Wait::gradient, id_};
  }

  /// Starts (∇²f_i(x))⁻¹ g, with the Hessian of all samples of this node. Takes the time of a gradient over them. Only
  /// for models that have it; the configuration reader checks this.
  Pending newton_direction(const Params& x, const Params& g) {
    start_newton_direction(x, g);
    return {*this, Wait::gradient, id_};
  }

  /// Starts f_i(x) over all samples of this node. Takes the time of a gradient over them. The control plane waits for
  /// the arithmetic.
  PendingNumber loss(const Params& x) {
    start_loss(x);
    return {*this, Wait::gradient, id_};
  }

  /// Gives up the computation in progress, if there is one. Its time counts as wasted, and its value never appears. A
  /// gradient that was given up has used its minibatch. On real ranks a thread may still compute it; the result is
  /// dropped.
  virtual void cancel() = 0;

  /// Awaits the end of this duration, which is at least zero.
  Pending sleep(Seconds duration) {
    start_sleep(duration);
    return {*this, Wait::timer, id_};
  }

  /// Starts a step that computes nothing. It takes one step time, counts as a node-step and returns nothing. If
  /// gradients take real time, it takes no time.
  Pending tick() { return gradient({}); }

  /// Bytes of one model on the wire.
  virtual Bytes payload() const = 0;

  /// Sends `x` to node j. Takes none of this node's time.
  void send(NodeId j, const Params& x) { post(j, {x, payload()}); }
  void send(NodeId j, const Encoded& message) { post(j, message); }

  /// Receives the oldest message from node j that has not been received yet: a model, or an encoded message.
  Pending receive(NodeId j) { return {*this, Wait::message, j}; }
  PendingEncoded receive_encoded(NodeId j) { return {*this, Wait::message, j}; }

  /// Receives the oldest message, of those that have not been received yet, from any of these in-neighbors. Their
  /// numbers are in increasing order, and must live until the result is here. Returns nothing at the deadline, which is
  /// a time of the run. In a run with faults the node may detect that a message of a sender is lost, or that a sender is
  /// down, once for each outage: it receives this as an event. It receives nothing as soon as it has detected that no
  /// sender is left: each has returned, or is down for good.
  PendingReceived receive_any(std::span<const NodeId> senders,
                              Seconds deadline = Seconds{std::numeric_limits<double>::infinity()}) {
    return {*this, senders, {.deadline = deadline}};
  }
  /// The same, until the computation in progress has finished.
  PendingReceived receive_any_while_computing(std::span<const NodeId> senders) {
    return {*this, senders, {.computed = true}};
  }

  /// Encodes `x` with `codec`; each encoding draws at an address of its own. Takes no time, since the step time
  /// includes all that a node computes. The size is that of the encoding of a model of `payload` bytes. If the size
  /// depends on the numbers, the control plane waits for the arithmetic; without numerics such a message counts with
  /// the largest size that it can have. The codec must outlive the run.
  virtual Encoded encode(const Codec& codec, const Params& x) = 0;

  /// Decodes a message. `near` is a vector of this node, which some codecs need as a reference.
  virtual Params decode(const Codec& codec, const Encoded& message, const Params& near = {}) = 0;

  /// The same with a codec that need not outlive the program.
  Encoded encode(const std::shared_ptr<const Codec>& codec, const Params& x) {
    Encoded message = encode(*codec, x);
    keep(codec);
    return message;
  }
  Params decode(const std::shared_ptr<const Codec>& codec, const Encoded& message, const Params& near = {}) {
    Params x = decode(*codec, message, near);
    keep(codec);
    return x;
  }

  /// Sends `mine` to node j and awaits j's model. If j has a handler, the handler answers on arrival. If it has none,
  /// j answers with an exchange with this node, so that each side waits for the other.
  Pending exchange(NodeId j, const Params& mine) {
    start_exchange(j, {mine, payload()});
    return {*this, Wait::exchange, j};
  }
  PendingEncoded exchange(NodeId j, const Encoded& mine) {
    start_exchange(j, mine);
    return {*this, Wait::exchange, j};
  }

  /// Sets the handler that answers exchanges, including those that already wait for this node. The handler receives the
  /// initiator's model and returns this node's; both may be encoded. Objects to which it refers must live until
  /// `all_done`.
  template <std::invocable<const Params&> Handler>
  void on_exchange(Handler handler) {
    set_exchange_handler(
        ExchangeHandler{[handler = std::move(handler), size = payload()](const Encoded& theirs) mutable {
          return Encoded{handler(theirs.vector), size};
        }});
  }
  template <std::invocable<const Encoded&> Handler>
  void on_exchange(Handler handler) {
    set_exchange_handler(ExchangeHandler{std::move(handler)});
  }

  /// Exposes `x`: reads of this node return it from now on, in place of the model exposed before. Takes no time.
  void expose(const Params& x) { start_expose({x, payload()}); }
  void expose(const Encoded& message) { start_expose(message); }

  /// A one-sided read of node j, an in-neighbor. It returns the model that j exposes when the request arrives there, or
  /// j's model at time zero if j has exposed nothing. j's program is not involved and may have ended.
  /// The request travels as a message of zero bytes, the answer as a message of its size. The read counts as an
  /// interaction of both nodes, and as one message from j.
  Pending read(NodeId j) {
    start_read(j);
    return {*this, Wait::read, j};
  }
  /// The same for an encoded model; a plain model counts as its own code.
  PendingEncoded read_encoded(NodeId j) {
    start_read(j);
    return {*this, Wait::read, j};
  }

  /// Contributes `x` to the mean over all workers that are alive, or over those of this node's group: `group` nodes with
  /// consecutive numbers, the first of them a multiple of `group`. All of them get the same bits. A node may start the
  /// next all-reduce before it has awaited this one; all nodes start the all-reduces of a group and stream in the same
  /// order. Means of other vectors than models have a stream of their own: a program that begins anew after a crash never
  /// averages one kind of vector with another.
  Pending all_reduce_mean(const Params& x, NodeId group = 0, std::uint16_t stream = 0) {
    return {*this, Wait::all_reduce, start_all_reduce(x, group, stream)};
  }
  /// The same for a vector that counts with a size of its own, such as some layers of a model. All nodes contribute the
  /// same size. All-reduces of different sizes, or of different streams, are in no order. `x` is a variable of the
  /// program: GCC 12 destroys an Encoded twice that is made in an expression that waits.
  Pending all_reduce_mean(const Encoded& x, NodeId group = 0, std::uint16_t stream = 0) {
    return {*this, Wait::all_reduce, start_all_reduce(x, group, stream)};
  }
  /// The same for a few numbers. A number has 8 bytes.
  PendingNumbers all_reduce_mean(std::vector<double> numbers, NodeId group = 0) {
    return {*this, Wait::all_reduce, start_all_reduce(std::move(numbers), group)};
  }
  PendingNumber all_reduce_mean(double number, NodeId group = 0) {
    return {*this, Wait::all_reduce, start_all_reduce(std::vector{number}, group)};
  }
  /// The same for numbers that are a function of models. The control plane waits for the arithmetic of all nodes at
  /// once, when the last of them has joined.
  PendingNumbers all_reduce_mean(Summary summary, NodeId group = 0) {
    return {*this, Wait::all_reduce, start_all_reduce(std::move(summary), group)};
  }

  /// Contributes a message to the list of the messages of all workers that are alive, or of those of this node's group:
  /// see `all_reduce_mean`. All messages have the same size. They travel around a ring.
  PendingGathered all_gather(const Encoded& mine, NodeId group = 0) { return {*this, start_all_gather(mine, group)}; }

  /// The value of an expression. The control plane waits for the arithmetic: use it for decisions alone.
  Number value(const SquaredNorm& expression) { return Number{evaluate(expression)}; }
  /// The same for numbers that are a function of models.
  Numbers value(const Summary& summary) { return Numbers{evaluate(summary)}; }

  /// x*, the minimum of f, for methods that theory studies; empty without numerics. Only for problems that know it; the
  /// configuration reader checks this.
  virtual Params optimum() = 0;

  /// Sets the model that the world records for this node from now on.
  virtual void report(const Params& x) = 0;

  /// A neighbor, uniformly at random. This and `next_meeting` need a node with neighbors: a graph may have one node.
  virtual NodeId random_neighbor() = 0;

  /// This node's partner in its next interaction of the random sequence of pairs that all nodes share. Each pair is
  /// a uniformly random initiator with a uniformly random neighbor. All meetings follow one order, so no cycle of
  /// waiting nodes can form.
  virtual NodeId next_meeting() = 0;

  /// A new stream of draws for a purpose. Its address counts the streams that this node has requested before.
  virtual Draws draws(Purpose purpose) = 0;

  /// Draws that are the same at all nodes.
  virtual Draws common_draws(Purpose purpose, std::uint64_t counter) const = 0;

  /// Awaits the end of the work of all nodes, so that this node can answer until then.
  Ending all_done() { return Ending{*this}; }

 protected:
  Node(NodeId id, std::span<const NodeId> in_neighbors)
      : in_neighbors_{in_neighbors.data()}, id_{id}, in_degree_{static_cast<std::uint32_t>(in_neighbors.size())} {}
  Node(const Node&) = default;
  Node(Node&&) = default;

 private:
  friend class Pending;
  friend class PendingEncoded;
  friend class PendingNumbers;
  friend class PendingReceived;
  friend class PendingGathered;
  friend class Ending;
  friend void* frame_memory(Node& node, std::size_t bytes);

  virtual std::shared_ptr<const Mixing> mixing(std::uint64_t round) const = 0;
  virtual void start_gradient(const Params& x, SampleSet samples) = 0;
  virtual void start_newton_direction(const Params& x, const Params& g) = 0;
  virtual void start_loss(const Params& x) = 0;
  virtual void start_sleep(Seconds duration) = 0;
  virtual void start_exchange(NodeId j, const Encoded& mine) = 0;
  virtual void start_expose(const Encoded& message) = 0;
  virtual void start_read(NodeId j) = 0;
  virtual void set_exchange_handler(ExchangeHandler handler) = 0;
  virtual void post(NodeId j, const Encoded& message) = 0;
  /// Returns the ticket with which the mean is taken.
  virtual NodeId start_all_reduce(const Params& x, NodeId group, std::uint16_t stream) = 0;
  virtual NodeId start_all_reduce(std::vector<double> numbers, NodeId group) = 0;
  virtual NodeId start_all_reduce(Summary summary, NodeId group) = 0;
  virtual NodeId start_all_reduce(const Encoded& x, NodeId group, std::uint16_t stream) = 0;
  virtual NodeId start_all_gather(const Encoded& mine, NodeId group) = 0;
  /// Keeps an object until all operations that have been recorded are executed.
  virtual void keep(std::shared_ptr<const void> object) = 0;
  virtual double evaluate(const SquaredNorm& expression) = 0;
  virtual std::vector<double> evaluate(const Summary& summary) = 0;
  virtual void* allocate_frame(std::size_t bytes) = 0;

  /// Whether the program must be suspended until the result is available.
  virtual bool wait(Wait what, NodeId peer) = 0;
  /// The result of the wait, or nothing. A plain model counts as its own code.
  virtual std::optional<Encoded> take(Wait what, NodeId peer) = 0;
  virtual std::shared_ptr<const Gathered> take_gathered(NodeId ticket) = 0;
  virtual std::vector<double> take_numbers(Wait what, NodeId ticket) = 0;

  virtual bool wait_for_any(std::span<const NodeId> senders, const PendingReceived::Until& until) = 0;
  virtual std::optional<Received> take_any(std::span<const NodeId> senders) = 0;

  const NodeId* in_neighbors_;
  NodeId id_;
  std::uint32_t in_degree_;
};

inline bool Pending::await_suspend(std::coroutine_handle<>) const { return node_->wait(wait_, peer_); }
inline Params Pending::await_resume() const {
  std::optional<Encoded> taken = node_->take(wait_, peer_);
  return taken ? std::move(taken->vector) : Params{};
}
inline bool PendingEncoded::await_suspend(std::coroutine_handle<>) const { return node_->wait(wait_, peer_); }
inline std::optional<Encoded> PendingEncoded::await_resume() const { return node_->take(wait_, peer_); }
inline bool PendingNumbers::await_suspend(std::coroutine_handle<>) const { return node_->wait(wait_, ticket_); }
inline std::vector<double> PendingNumbers::await_resume() const { return node_->take_numbers(wait_, ticket_); }
inline bool PendingGathered::await_suspend(std::coroutine_handle<>) const {
  return node_->wait(Wait::all_reduce, ticket_);
}
inline std::shared_ptr<const Gathered> PendingGathered::await_resume() const { return node_->take_gathered(ticket_); }
inline bool PendingReceived::await_suspend(std::coroutine_handle<>) const {
  return node_->wait_for_any(senders_, until_);
}
inline std::optional<Received> PendingReceived::await_resume() const { return node_->take_any(senders_); }
inline bool Ending::await_suspend(std::coroutine_handle<>) const { return node_->wait(Wait::all_done, node_->id()); }

inline void* frame_memory(Node& node, std::size_t bytes) { return node.allocate_frame(bytes); }

/// The program that a world runs on every node.
using Program = std::function<Task(Node&)>;

}  // namespace gossamer
