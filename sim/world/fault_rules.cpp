#include "sim/world/fault_rules.hpp"

#include <algorithm>
#include <utility>

#include "sim/world/restart.hpp"

// Nodes that go down and come back. See sim/faults/faults.md.
namespace gossamer {

FaultRules::FaultRules(SharedWorld& world, const Faults& faults)
    : world_{world},
      faults_{faults},
      outages_{faults.outages, world.cluster_.mixing.size()},
      fates_{faults.messages, world.pairs_},
      nodes_(world.nodes_.size()),
      pairs_(world.pairs_) {}

void FaultRules::begin(const Program& program) {
  program_ = program;
  for (const WorldNode& node : world_.nodes_) await_outage(node);
}

void FaultRules::handle(WorldNode& node, FaultEvent event) {
  using Kind = FaultEvent::Kind;
  if (node.done) return;
  switch (event.kind) {
    case Kind::outage_begins:
      return begin_outage(node);
    case Kind::outage_ends:
      return end_outage(node);
    case Kind::exchange_fails:
      if (of(node).exchanges != event.request || node.exchange_stage != Stage::in_flight) return;
      node.exchange_stage = Stage::ready;
      return recheck_wait(node);
    case Kind::read_fails:
      if (of(node).reads != event.request || node.read_stage != Stage::in_flight) return;
      world_.view(node.id()).read.reset();
      node.read_stage = Stage::ready;
      return recheck_wait(node);
    case Kind::recheck:
      recheck_wait(node);
      if (node.waiting != Wait::nothing) world_.watch(node);
  }
}

FaultCounters FaultRules::counters_at(const WorldNode& node, Seconds time) const {
  const NodeFaults& state = of(node);
  FaultCounters counters = state.counters;
  if (state.down) counters.down += std::max(time - state.silent_since, Seconds{0});
  return counters;
}

// ---------------------------------------------------------------------------------------------------------------------
// Outages.

/// Schedules the beginning of the node's next outage.
void FaultRules::await_outage(const WorldNode& node) {
  const Outage* const next = outages_.number(node.id(), of(node).outage);
  if (next) schedule(std::max(world_.now_, next->from), node.id(), {.kind = FaultEvent::Kind::outage_begins});
}

void FaultRules::begin_outage(WorldNode& node) {
  NodeFaults& state = of(node);
  const Outage& outage = *outages_.number(node.id(), state.outage);
  state.down = true;
  state.silent_since = world_.now_;
  ++state.counters.outages;
  world_.models_changed_ = true;
  if (world_.cluster_.timeline) world_.cluster_.timeline->went_down(world_.now_, node.id());
  world_.outage_began(node, outage);
  if (node.gradient_stage == Stage::in_flight) node.counters.computing += world_.now_ - node.gradient_start;
  if (outage.recovery != Recovery::with_state) lose_state(node);
  if (outage.until < Outage::forever) return schedule(outage.until, node.id(), {.kind = FaultEvent::Kind::outage_ends});
  if (!node.out) world_.count_as_out(node);
}

void FaultRules::end_outage(WorldNode& node) {
  NodeFaults& state = of(node);
  const Recovery recovery = outages_.number(node.id(), state.outage++)->recovery;
  state.down = false;
  state.counters.down += world_.now_ - state.silent_since;
  world_.models_changed_ = true;
  if (world_.cluster_.timeline) world_.cluster_.timeline->came_back(world_.now_, node.id());
  world_.outage_ended(node);
  await_outage(node);
  if (!state.started || state.awaits_state || recovery != Recovery::with_state) return start_anew(node);
  if (node.gradient_stage == Stage::in_flight) {
    world_.step_continues();
    node.gradient_start = world_.now_;
    if (const auto due = state.gradient.resume_gradient(state.silent_since, world_.now_))
      world_.schedule_gradient(*due, node);
  }
  recheck_wait(node);
}

bool FaultRules::is_finished(WorldNode& node) {
  NodeFaults& state = of(node);
  if (state.down) {
    state.gradient.note_scheduled_end(world_.now_);
    return false;
  }
  const Seconds pause = state.gradient.take_pause();
  if (pause > Seconds{0}) world_.schedule_gradient(world_.now_ + pause, node);
  return pause == Seconds{0};
}

void FaultRules::recheck_wait(WorldNode& node) {
  if (of(node).down || node.waiting == Wait::nothing) return;
  const bool released = node.waiting == Wait::all_done && world_.all_out_;
  if (released || node.is_available(node.waiting, node.waiting_for)) world_.resume(node);
}

// ---------------------------------------------------------------------------------------------------------------------
// Programs that start.

void FaultRules::start(WorldNode& node) {
  if (of(node).down) return;
  of(node).started = true;
  world_.resume(node);
}

/// Starts the program from the node's model at time zero, or from that of a neighbor, which takes a message.
void FaultRules::start_anew(WorldNode& node) {
  NodeFaults& state = of(node);
  state.anew = true;
  const auto donor =
      state_donor(faults_, outages_, node.in_neighbors(),
                  {.node = node.id(), .next_outage = state.outage, .now = world_.now_}, world_.cluster_.seed);
  state.awaits_state = donor.has_value();
  if (!donor) return start_program(node, {});
  node.waiting = Wait::state;
  node.waiting_for = *donor;
  if (Timeline* const timeline = world_.cluster_.timeline) timeline->waits(world_.now_, node.id(), Wait::state, *donor);
  world_.request_state(node.id(), *donor, next_request(node, Message::Kind::state, *donor));
}

void FaultRules::send_state(NodeId donor, NodeId joiner, std::uint16_t request) {
  const NodeFaults& state = nodes_[world_.index(donor)];
  const Cluster& cluster = world_.cluster_;
  Params model;
  if (cluster.plane && state.started && !state.awaits_state) model = world_.models_[world_.index(donor)];
  if (cluster.plane && !model) model = cluster.plane->initial_params(donor);
  world_.send(donor, joiner, Message::Kind::state, {std::move(model), cluster.payload}, request);
}

void FaultRules::start_program(WorldNode& node, Params model) {
  NodeFaults& state = of(node);
  state.awaits_state = false;
  state.state = std::move(model);
  state.started = true;
  node.task = program_(node);
  world_.resume(node);
}

void FaultRules::program_returned(const WorldNode& node) {
  of(node).silent_since = world_.now_;
  world_.program_returned(node);
}

/// The node loses its program and the program's state. Requests stay: they belong to meetings, and the next program
/// continues with the meeting at which this one has stopped.
void FaultRules::lose_state(WorldNode& node) {
  NodeFaults& state = of(node);
  ++state.incarnation;
  state.answers |= static_cast<bool>(node.handler);
  state.gradient = {};
  state.awaits_state = false;
  state.state = {};
  if (node.exchange_stage == Stage::in_flight) give_up_exchange(node, state.exchange_peer);
  node.gradient_stage = node.exchange_stage = node.read_stage = Stage::none;
  node.waiting = Wait::nothing;
  node.handler = {};
  node.task = {};
  if (world_.cluster_.timeline) world_.cluster_.timeline->lost_program(world_.now_, node.id());
  if (world_.cluster_.plane) world_.gradient_value(node) = {};
  if (!world_.open_all_reduces_.empty()) world_.open_all_reduces(node).clear();
  if (world_.listens(node)) world_.reception(node).forget_all();
  world_.take_answer(node);
  if (!world_.views_.empty())
    world_.view(node.id()) = {.exposed = {.vector = {}, .size = world_.cluster_.payload}, .read = {}};
  for (std::size_t k = 0; k < node.in_neighbors().size(); ++k)
    drop_models(node, world_.mailbox(world_.first_mailbox(node) + k), node.in_neighbors()[k]);
  world_.state_lost(node);
}

void FaultRules::drop_models(WorldNode& node, Mailbox& box, NodeId peer) {
  MessagePool& messages = world_.messages_;
  pair(node, peer).missed = 0;
  for (Mailbox all = std::exchange(box, {}); !all.empty();) {
    const MessageId id = all.unlink_first(messages);
    const bool stays = messages[id].kind == Message::Kind::request || messages[id].kind == Message::Kind::lost_request;
    stays ? box.push(id, messages) : messages.remove(id);
  }
}

}  // namespace gossamer
