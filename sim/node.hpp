#pragma once
#include <concepts>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "sim/numerics/codec.hpp"
#include "sim/numerics/params.hpp"
#include "sim/numerics/random.hpp"
#include "sim/quantities.hpp"
#include "sim/task.hpp"
#include "topologies/mixing.hpp"

namespace gossamer {

/// The things that a node can wait for. It waits for a state before its program starts.
enum class Wait : std::uint8_t { nothing, gradient, message, exchange, read, all_reduce, all_done, state };

class Node;

/// What a message says: a vector as a codec wrote it, where the whole model would be too much, or a model as its own
/// code; and a number. A code may have no bytes: that is a message, too. Nothing at all is an empty optional.
struct Encoded {
  Params vector = {};  ///< a handle to what was written; without numerics an empty one
  Bytes size = 0;      ///< on the wire, a number that counts included
  double weight = 1;   ///< travels along, such as push-sum's; known without numerics, too
};

/// Something that has been started and will be there when `co_await`ed: at once or later, in either order.
/// A node has at most one gradient, one exchange, one read and one all-reduce under way.
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

/// The same for something encoded: empty if nothing comes.
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

/// The end of everybody's work.
class [[nodiscard]] Ending {
 public:
  explicit Ending(Node& node) : node_{&node} {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<>) const;
  void await_resume() const noexcept {}

 private:
  Node* node_;
};

/// A number that an algorithm decides by.
class [[nodiscard]] Number {
 public:
  explicit Number(double value) : value_{value} {}

  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  double await_resume() const noexcept { return value_; }

 private:
  double value_;
};

/// ‖v‖² of a sum of models, as a question to `Node::value`.
struct SquaredNorm {
  Combination sum;
};
inline SquaredNorm squared_norm(Combination sum) { return {std::move(sum)}; }

/// Whom a node hears and to whom it speaks in one round, and what these models weigh: its row and its column of W(k).
class Neighborhood {
 public:
  Neighborhood(std::shared_ptr<const Mixing> mixing, NodeId node) : mixing_{std::move(mixing)}, node_{node} {}

  /// Every j ≠ i with w_ij ≠ 0, in increasing order: whose models this node weighs.
  std::span<const NodeId> in() const { return mixing_->neighbors(node_); }
  /// Every j ≠ i with w_ji ≠ 0, in increasing order: who weighs this node's model.
  std::span<const NodeId> out() const { return mixing_->receivers(node_); }
  /// w_ij, the weight that this node gives to node j's model; w_ii where j is this node.
  double weight(NodeId j) const { return mixing_->weight(node_, j); }
  /// w_ji, the weight that node j gives to this node's model.
  double share(NodeId j) const { return mixing_->weight(j, node_); }

 private:
  std::shared_ptr<const Mixing> mixing_;
  NodeId node_;
};

/// All that an algorithm may say. One node of a virtual cluster, or of a real one: a program cannot tell.
///
/// What takes time is awaited; all else happens at once. Messages between two nodes arrive in the order in which they
/// were sent. Draws are addressed by the node and by how many of their kind it has made.
///
/// Where things go wrong, `receive`, `exchange` and `read` yield nothing once the node knows that what it waits for
/// will not come: an empty handle, or for what is encoded an empty optional. A node may lose its program, which then
/// starts anew. See sim/faults/faults.md.
class Node {
 public:
  virtual ~Node() = default;

  /// i, and n.
  NodeId id() const { return id_; }
  NodeId nodes() const { return nodes_; }

  /// The nodes whose models this node weighs (the support of row i of W without i), in increasing order.
  std::span<const NodeId> in_neighbors() const { return in_neighbors_; }
  /// The nodes that weigh this node's model (column i). The same as `in_neighbors` on an undirected graph.
  std::span<const NodeId> out_neighbors() const { return out_neighbors_; }
  /// The neighbors on an undirected graph.
  std::span<const NodeId> neighbors() const { return in_neighbors_; }
  /// w_ij, the weight this node gives to node j's model; zero where j is no neighbor.
  virtual double weight(NodeId j) const = 0;

  /// The node's place in W(k). Where the graph changes from round to round, `in_neighbors`, `out_neighbors` and
  /// `weight` speak of the mean of all rounds.
  Neighborhood neighborhood(std::uint64_t round) const { return {mixing(round), id_}; }

  /// Whether the run wants another round of this node.
  virtual bool running() const = 0;

  /// x_i at time zero.
  virtual Params initial_params() = 0;

  /// Starts ∇F_i(x; ξ) on the next minibatch; it takes one step time. Each call is one node-step.
  /// In `x - step_size * co_await node.gradient(x)` the left x may be read before the wait: where a handler can change
  /// x meanwhile, await the gradient in a line of its own.
  Pending gradient(const Params& x) {
    start_gradient(x);
    return {*this, Wait::gradient, id_};
  }

  /// Starts a step that computes nothing: it takes one step time, counts as a node-step, and yields nothing. Where the
  /// time of gradients is real, it takes none.
  Pending tick() { return gradient({}); }

  /// Bytes of one model on the wire.
  virtual Bytes payload() const = 0;

  /// Hands `x` to the network for node j. Takes none of this node's time.
  void send(NodeId j, const Params& x) { post(j, {x, payload()}); }
  void send(NodeId j, const Encoded& message) { post(j, message); }

  /// The oldest message from node j that has not been received: a model, or what was sent encoded.
  Pending receive(NodeId j) { return {*this, Wait::message, j}; }
  PendingEncoded receive_encoded(NodeId j) { return {*this, Wait::message, j}; }

  /// What `codec` makes of `x`, drawing at an address of its own. Takes no time, as the step time holds all that a node
  /// computes. Counts the bytes that the codec makes of a model of `payload` bytes. Makes the control plane wait for
  /// arithmetic where the size depends on the numbers; without numerics such a message counts with the most bytes that
  /// it can have. The codec must outlive the run.
  virtual Encoded encode(const Codec& codec, const Params& x) = 0;

  /// The vector that a message says, near one of this node's own where the codec asks for it.
  virtual Params decode(const Codec& codec, const Encoded& message, const Params& near = {}) = 0;

  /// Sends `mine` to node j and awaits j's model. Where j has a handler, the handler answers on arrival; where it has
  /// none, j answers by exchanging with this node in turn, so that each side waits for the other.
  Pending exchange(NodeId j, const Params& mine) {
    start_exchange(j, {mine, payload()});
    return {*this, Wait::exchange, j};
  }
  PendingEncoded exchange(NodeId j, const Encoded& mine) {
    start_exchange(j, mine);
    return {*this, Wait::exchange, j};
  }

  /// Sets the handler that answers exchanges, those that wait for this node included: it is given the initiator's model
  /// and returns this node's, or both of them encoded. Objects that it refers to must live until `all_done`.
  template <std::invocable<const Params&> Handler>
  void on_exchange(Handler handler) {
    answer_by([handler = std::move(handler), size = payload()](const Encoded& theirs) mutable {
      return Encoded{handler(theirs.vector), size};
    });
  }
  template <std::invocable<const Encoded&> Handler>
  void on_exchange(Handler handler) {
    answer_by(std::move(handler));
  }

  /// Shows `x` to those who read this node from now on, in place of what it showed before; takes none of its time.
  void expose(const Params& x) { show({x, payload()}); }
  void expose(const Encoded& message) { show(message); }

  /// A one-sided read of node j, an in-neighbor: what j shows when the request arrives there, its model at time zero
  /// where it has exposed nothing. j's program takes no part and takes no notice, and may have ended.
  /// The request travels as a message of no bytes, what is read as one of its size. Counts as an interaction of both,
  /// and as one message from j.
  Pending read(NodeId j) {
    start_read(j);
    return {*this, Wait::read, j};
  }
  /// The same where what is read has been encoded; a plain model counts as its own code.
  PendingEncoded read_encoded(NodeId j) {
    start_read(j);
    return {*this, Wait::read, j};
  }

  /// Contributes `x` to the mean over all nodes that are alive, which is the same, bit by bit, for all of them.
  Pending all_reduce_mean(const Params& x) {
    start_all_reduce(x);
    return {*this, Wait::all_reduce, id_};
  }

  /// The number behind an expression. Makes the control plane wait for arithmetic: ask only to decide by it.
  Number value(const SquaredNorm& question) { return Number{evaluate(question)}; }

  /// Tells the world which model this node stands for from now on.
  virtual void report(const Params& x) = 0;

  /// A neighbor, uniformly at random. Only for a node that has neighbors, as `next_meeting`: a graph may have one node.
  virtual NodeId random_neighbor() = 0;

  /// This node's partner in its next interaction of the random sequence of pairs that all nodes share: each pair is
  /// a uniformly random initiator with a uniformly random neighbor. Meetings follow one order, so nobody waits in
  /// a circle.
  virtual NodeId next_meeting() = 0;

  /// A fresh stream of draws for a purpose, addressed by how many streams this node has asked for.
  virtual Draws draws(Purpose purpose) = 0;

  /// Awaits the end of every node's work, so as to stay there to answer.
  Ending all_done() { return Ending{*this}; }

 protected:
  Node(NodeId id, NodeId nodes, std::span<const NodeId> in, std::span<const NodeId> out)
      : id_{id}, nodes_{nodes}, in_neighbors_{in}, out_neighbors_{out} {}
  Node(const Node&) = default;
  Node(Node&&) = default;

 private:
  friend class Pending;
  friend class PendingEncoded;
  friend class Ending;
  friend void* frame_memory(Node& node, std::size_t bytes);

  virtual std::shared_ptr<const Mixing> mixing(std::uint64_t round) const = 0;
  virtual void start_gradient(const Params& x) = 0;
  virtual void start_exchange(NodeId j, const Encoded& mine) = 0;
  virtual void show(const Encoded& message) = 0;
  virtual void start_read(NodeId j) = 0;
  virtual void answer_by(std::function<Encoded(const Encoded& theirs)> handler) = 0;
  virtual void post(NodeId j, const Encoded& message) = 0;
  virtual void start_all_reduce(const Params& x) = 0;
  virtual double evaluate(const SquaredNorm& question) = 0;
  virtual void* take_frame(std::size_t bytes) = 0;

  /// Whether the program must be suspended until what it waits for is there.
  virtual bool wait(Wait what, NodeId peer) = 0;
  /// The result of the wait, or nothing. A plain model counts as its own code.
  virtual std::optional<Encoded> take(Wait what, NodeId peer) = 0;

  NodeId id_;
  NodeId nodes_;
  std::span<const NodeId> in_neighbors_;
  std::span<const NodeId> out_neighbors_;
};

inline bool Pending::await_suspend(std::coroutine_handle<>) const { return node_->wait(wait_, peer_); }
inline Params Pending::await_resume() const {
  std::optional<Encoded> taken = node_->take(wait_, peer_);
  return taken ? std::move(taken->vector) : Params{};
}
inline bool PendingEncoded::await_suspend(std::coroutine_handle<>) const { return node_->wait(wait_, peer_); }
inline std::optional<Encoded> PendingEncoded::await_resume() const { return node_->take(wait_, peer_); }
inline bool Ending::await_suspend(std::coroutine_handle<>) const { return node_->wait(Wait::all_done, node_->id()); }

inline void* frame_memory(Node& node, std::size_t bytes) { return node.take_frame(bytes); }

/// What a world runs on every node.
using Program = std::function<Task(Node&)>;

}  // namespace gossamer
