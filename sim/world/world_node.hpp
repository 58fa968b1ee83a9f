#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "sim/node.hpp"
#include "sim/world/message.hpp"
#include "sim/world/run_state.hpp"
#include "topologies/mixing.hpp"

namespace gossamer {

class SharedWorld;

/// The stage of an operation that a node has started.
enum class Stage : std::uint8_t { none, in_flight, ready };

/// The state of a node, except the variables of its program.
struct NodeState {
  SharedWorld* world = nullptr;
  Mailbox* mailboxes = nullptr;  ///< one for each in-neighbor, in their order
  Task task;
  std::function<Encoded(const Encoded& theirs)> handler;

  Wait waiting = Wait::nothing;
  NodeId waiting_for = 0;
  Stage gradient_stage = Stage::none;
  Stage exchange_stage = Stage::none;
  Stage read_stage = Stage::none;
  Stage all_reduce_stage = Stage::none;
  bool done = false;  ///< the program has returned
  bool out = false;   ///< the program has returned or awaits the end of all, or the node is permanently down

  Params gradient_value;  ///< the world's own: the model at which the gradient in flight is taken, or its result
  Seconds gradient_start{0};
  std::optional<Encoded> answer;  ///< to the exchange in flight; empty if no answer came
  Params mean;                    ///< of the all-reduce in flight

  NodeCounters counters;
  std::uint64_t steps_started = 0;
  std::uint32_t choices = 0;    ///< neighbors drawn
  std::uint32_t streams = 0;    ///< of draws
  std::uint32_t encodings = 0;  ///< messages encoded
  std::uint8_t turn = 0;        ///< of the next all-reduce, modulo 2, if all-reduces are played
  std::uint32_t touched = 0;    ///< exchanges that could have changed the node's model
  std::uint32_t touched_at_start = 0;
};

/// A node of a world: implements the functions of `Node` for every world.
class WorldNode final : public Node, public NodeState {
 public:
  WorldNode(SharedWorld& host, NodeId id, const Mixing& mixing, Mailbox* boxes)
      : Node{id, mixing.size(), mixing.neighbors(id), mixing.receivers(id)} {
    world = &host;
    mailboxes = boxes;
  }

  double weight(NodeId j) const override;
  bool running() const override;
  Params initial_params() override;
  Bytes payload() const override;
  Encoded encode(const Codec& codec, const Params& x) override;
  Params decode(const Codec& codec, const Encoded& message, const Params& near) override;
  void report(const Params& x) override;
  NodeId random_neighbor() override;
  NodeId next_meeting() override;
  Draws draws(Purpose purpose) override;

  /// The position of that node among the in-neighbors. Throws std::logic_error if it is not one; only a faulty
  /// algorithm causes that.
  std::size_t neighbor_index(NodeId from) const;
  Mailbox& mailbox(NodeId from) const { return mailboxes[neighbor_index(from)]; }
  /// Takes the first message out of a mailbox.
  Encoded pop(NodeId from);
  /// Whether the node need not wait for that, or no longer.
  bool is_available(Wait what, NodeId peer);
  /// Counts an exchange or a read of the node.
  void count_interaction() {
    ++counters.interactions;
    ++touched;
  }

 private:
  std::shared_ptr<const Mixing> mixing(std::uint64_t round) const override;
  void start_gradient(const Params& x) override;
  void start_exchange(NodeId j, const Encoded& mine) override;
  void start_expose(const Encoded& message) override;
  void start_read(NodeId j) override;
  void set_exchange_handler(std::function<Encoded(const Encoded& theirs)> handler) override;
  void post(NodeId j, const Encoded& message) override;
  void start_all_reduce(const Params& x) override;
  double evaluate(const SquaredNorm& expression) override;
  void* allocate_frame(std::size_t bytes) override;
  bool wait(Wait what, NodeId peer) override;
  std::optional<Encoded> take(Wait what, NodeId peer) override;
};

}  // namespace gossamer
