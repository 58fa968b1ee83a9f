#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/node.hpp"
#include "sim/numerics/huge_pages.hpp"
#include "sim/world/message.hpp"
#include "sim/world/run_state.hpp"
#include "topologies/mixing.hpp"

namespace gossamer {

class DataPlane;
class SharedWorld;

/// The stage of an operation that a node has started.
enum class Stage : std::uint8_t { none, in_flight, ready };

/// Counters of a node, small enough for the node's own memory. A counter that no longer fits is moved to a table of the
/// world, and starts again from zero: see `SharedWorld::count`.
struct SmallCounters {
  Seconds computing{0};
  std::uint64_t node_steps = 0;
  std::uint32_t interactions = 0;
  std::uint32_t sent_messages = 0;
  std::uint32_t received_messages = 0;
  std::uint32_t sent_bytes = 0;
  std::uint32_t received_bytes = 0;
  std::uint32_t staleness_sum = 0;
  std::uint32_t staleness_max = 0;
  std::uint32_t touched = 0;  ///< exchanges that could have changed the node's model since the last gradient began
};

/// The state of a node, except the variables of its program.
struct NodeState {
  SharedWorld* world = nullptr;
  Task task;
  ExchangeHandler handler;

  Wait waiting = Wait::nothing;
  Stage gradient_stage : 2 = Stage::none;
  Stage exchange_stage : 2 = Stage::none;
  Stage read_stage : 2 = Stage::none;
  bool done = false;          ///< the program has returned
  bool out = false;           ///< the program has returned or awaits the end of all, or the node is permanently down
  std::uint32_t choices = 0;  ///< neighbors drawn

  NodeId waiting_for = 0;
  MessageId answer = Message::none;  ///< to the exchange in flight; none if no answer came
  Seconds gradient_start{0};
  SmallCounters counters;
};

/// A node of a world: implements the functions of `Node` for every world.
///
/// Large clusters do not fit in the caches, and each event touches a node: so a node is two cache lines. State that few
/// runs need is in tables of the world.
class alignas(cache_line) WorldNode final : public Node, public NodeState {
 public:
  WorldNode(SharedWorld& host, NodeId id, const Mixing& mixing) : Node{id, mixing.neighbors(id)} { world = &host; }

  NodeId nodes() const override;
  NodeId workers() const override;
  Seconds now() const override;
  std::uint64_t steps() const override { return counters.node_steps; }
  std::uint64_t samples() const override;
  std::span<const NodeId> out_neighbors() const override;
  double weight(NodeId j) const override;
  bool running() const override;
  bool detects_down(NodeId j) const override;
  bool began_anew() const override;
  Params initial_params() override;
  std::span<const Layer> layers() const override;
  Params apply(std::shared_ptr<const VectorFunction> function, std::span<const Params> arguments) override;
  Bytes payload() const override;
  Encoded encode(const Codec& codec, const Params& x) override;
  Params decode(const Codec& codec, const Encoded& message, const Params& near) override;
  void report(const Params& x) override;
  NodeId random_neighbor() override;
  NodeId next_meeting() override;
  void cancel() override;
  Params optimum() override;
  Draws draws(Purpose purpose) override;
  Draws common_draws(Purpose purpose, std::uint64_t counter) const override;

  /// The position of that node among the in-neighbors. Throws std::logic_error if it is not one; only a faulty
  /// algorithm causes that.
  std::size_t neighbor_index(NodeId from) const;
  Mailbox& mailbox(NodeId from) const;
  /// Takes the first message out of a mailbox.
  Encoded pop(NodeId from);
  /// The same for a model that is received; empty if it was lost.
  std::optional<Encoded> take_message(NodeId from);
  /// Whether the node need not wait for that, or no longer.
  bool is_available(Wait what, NodeId peer);
  /// Counts an exchange or a read of the node.
  void count_interaction();
  /// Steps begun by the programs that the node has had, except steps that were lost.
  std::uint64_t steps_started() const;

 private:
  /// For numbers that depend on models. Throws std::logic_error without numerics.
  DataPlane& plane_of_values() const;

  std::shared_ptr<const Mixing> mixing(std::uint64_t round) const override;
  void start_gradient(const Params& x, SampleSet samples) override;
  void start_newton_direction(const Params& x, const Params& g) override;
  void start_loss(const Params& x) override;
  void start_sleep(Seconds duration) override;
  void start_exchange(NodeId j, const Encoded& mine) override;
  void start_expose(const Encoded& message) override;
  void start_read(NodeId j) override;
  void set_exchange_handler(ExchangeHandler by) override;
  void post(NodeId j, const Encoded& message) override;
  NodeId start_all_reduce(const Params& x, NodeId group, std::uint16_t stream) override;
  NodeId start_all_reduce(std::vector<double> numbers, NodeId group) override;
  NodeId start_all_reduce(Summary summary, NodeId group) override;
  NodeId start_all_reduce(const Encoded& x, NodeId group, std::uint16_t stream) override;
  NodeId start_all_gather(const Encoded& mine, NodeId group) override;
  std::shared_ptr<const Gathered> take_gathered(NodeId ticket) override;
  void keep(std::shared_ptr<const void> object) override;
  double evaluate(const SquaredNorm& expression) override;
  std::vector<double> evaluate(const Summary& summary) override;
  void* allocate_frame(std::size_t bytes) override;
  bool wait(Wait what, NodeId peer) override;
  std::optional<Encoded> take(Wait what, NodeId peer) override;
  std::vector<double> take_numbers(Wait what, NodeId ticket) override;
  bool wait_for_any(std::span<const NodeId> senders, const PendingReceived::Until& until) override;
  std::optional<Received> take_any(std::span<const NodeId> senders) override;
};
static_assert(sizeof(WorldNode) == 2 * cache_line);

}  // namespace gossamer
