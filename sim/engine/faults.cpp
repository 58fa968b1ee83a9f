#include <algorithm>
#include <utility>

#include "sim/engine/fault_state.hpp"
#include "sim/engine/world.hpp"
#include "sim/faults/restart.hpp"

// Nodes that go down and come back, and what those who wait learn of it. See sim/faults/faults.md.
namespace gossamer {

Simulation::World::~World() = default;

void Simulation::World::schedule_fault(Seconds at, FaultWhat what, NodeId node, std::uint16_t question) {
  schedule(at, Kind::fault, node, static_cast<std::uint32_t>(what) << 16 | question);
}

void Simulation::World::begin_faults(const Program& program) {
  faults_->program = program;
  for (const VirtualNode& node : nodes_) await_outage(node.id());
}

/// Puts down when the node's next outage begins.
void Simulation::World::await_outage(NodeId i) {
  const Outage* const next = faults_->outages.number(i, faults_->node(i).outage);
  if (next) schedule_fault(std::max(now_, next->from), FaultWhat::outage_begins, i);
}

/// What happens to a node that may be down, or may have lost the program that asked for it.
void Simulation::World::handle_despite_faults(VirtualNode& node, Kind kind, std::uint32_t token) {
  switch (kind) {
    case Kind::start:
      return start_despite_faults(node);
    case Kind::gradient:
      return is_finished_despite_faults(node, token) ? finish_gradient(node) : void();
    case Kind::all_reduced:
      return end_all_reduce_of_living(node, token);
    case Kind::released:
      return look_again(node);
    case Kind::fault:
      return handle_fault(node, token);
    default:
      return handle(node, kind, token);
  }
}

void Simulation::World::handle_fault(VirtualNode& node, std::uint32_t token) {
  const auto question = static_cast<std::uint16_t>(token);
  const bool current = faults_->node(node.id()).questions == question;
  switch (static_cast<FaultWhat>(token >> 16)) {
    case FaultWhat::outage_begins:
      return begin_outage(node);
    case FaultWhat::outage_ends:
      return end_outage(node);
    case FaultWhat::detected:
      return tell_detected(node);
    case FaultWhat::no_answer:
      if (!current || node.exchange_ != VirtualNode::Stage::under_way) return;
      node.answer_.reset();
      node.exchange_ = VirtualNode::Stage::ready;
      return look_again(node);
    case FaultWhat::nothing_read:
      if (!current || node.read_ != VirtualNode::Stage::under_way) return;
      view(node.id()).read.reset();
      node.read_ = VirtualNode::Stage::ready;
      return look_again(node);
    case FaultWhat::look:
      return look_again(node);
  }
}

/// Whether a fault event does not matter any more: its node has finished, or nobody is left to be concerned.
bool Simulation::World::is_moot(NodeId node, std::uint32_t token) const {
  const bool of_finished =
      nodes_[static_cast<std::size_t>(node)].done_ && static_cast<FaultWhat>(token >> 16) != FaultWhat::detected;
  return faults_->unfinished == 0 || of_finished;
}

void Simulation::World::note_step() {
  if (faults_) faults_->idle_outages.end();
}

bool Simulation::World::nobody_proceeds() const { return faults_ && faults_->idle_outages.too_many(now_); }

void Simulation::World::note_handler() {
  if (faults_) faults_->anyone_answers = true;
}

bool Simulation::World::is_down(NodeId node) const { return faults_ && faults_->node(node).down; }

// ---------------------------------------------------------------------------------------------------------------------
// Outages.

void Simulation::World::begin_outage(VirtualNode& node) {
  FaultState::NodeState& state = faults_->node(node.id());
  const Outage& outage = *faults_->outages.number(node.id(), state.outage);
  state.down = true;
  state.down_since = now_;
  note_change();
  ++state.counters.outages;
  ++faults_->down;
  faults_->idle_outages.begin(1, last_due_);
  if (setup_.timeline) setup_.timeline->went_down(now_, node.id());
  if (node.gradient_ == VirtualNode::Stage::under_way) node.counters_.computing += now_ - node.gradient_start_;
  if (outage.recovery != Recovery::with_state) forget(node);
  if (faults_->faults.detection) schedule_fault(now_ + *faults_->faults.detection, FaultWhat::detected, node.id());
  if (outage.until < Outage::for_good) return schedule_fault(outage.until, FaultWhat::outage_ends, node.id());
  state.dead = true;
  --faults_->unfinished;
  if (!node.out_) count_one_less();
}

void Simulation::World::end_outage(VirtualNode& node) {
  FaultState::NodeState& state = faults_->node(node.id());
  const Recovery recovery = faults_->outages.number(node.id(), state.outage++)->recovery;
  state.down = false;
  --faults_->down;
  note_change();
  state.counters.down += now_ - state.down_since;
  if (setup_.timeline) setup_.timeline->came_back(now_, node.id());
  await_outage(node.id());
  if (!state.started || state.awaits_state || recovery != Recovery::with_state) return start_anew(node);
  if (node.gradient_ == VirtualNode::Stage::under_way) go_on_computing(node);
  look_again(node);
}

/// What the node had still to compute when it went down.
void Simulation::World::go_on_computing(VirtualNode& node) {
  FaultState::NodeState& state = faults_->node(node.id());
  faults_->idle_outages.end();
  node.gradient_start_ = now_;
  if (const auto due = state.gradient.go_on(state.down_since, now_)) schedule_gradient(*due, node);
}

/// Whether a gradient that is due is really finished: not one of a program that is gone, nor one that has stood still.
bool Simulation::World::is_finished_despite_faults(VirtualNode& node, std::uint32_t incarnation) {
  FaultState::NodeState& state = faults_->node(node.id());
  if (state.incarnation != incarnation) return false;
  if (state.down) {
    state.gradient.fall_due(now_);
    return false;
  }
  const Seconds pause = state.gradient.take_pause();
  if (pause > Seconds{0}) schedule_gradient(now_ + pause, node);
  return pause == Seconds{0};
}

/// A node that is there at time zero starts; one that is not will start anew.
void Simulation::World::start_despite_faults(VirtualNode& node) {
  FaultState::NodeState& state = faults_->node(node.id());
  if (state.down) return;
  state.started = true;
  resume(node);
}

/// From its model at time zero, or from that of a neighbor, which takes a message.
void Simulation::World::start_anew(VirtualNode& node) {
  FaultState::NodeState& state = faults_->node(node.id());
  const auto giver = giver_of_state(faults_->faults, faults_->outages, node.in_neighbors(),
                                    {.node = node.id(), .next_outage = state.outage, .now = now_}, setup_.seed);
  state.awaits_state = giver.has_value();
  if (!giver) return start_program(node, {});
  const FaultState::NodeState& other = faults_->node(*giver);
  const bool has_started = other.started && !other.awaits_state;
  const Params& reported = models_[static_cast<std::size_t>(*giver)];
  Params model = has_started ? reported : Params{};
  if (!model && setup_.plane) model = setup_.plane->initial_params(*giver);
  node.waiting_ = Wait::state;
  node.waiting_for_ = *giver;
  if (setup_.timeline) setup_.timeline->waits(now_, node.id(), Wait::state, *giver);
  send(*giver, node.id(), Message::Kind::state, {std::move(model), setup_.payload}, next_question(node, *giver));
}

void Simulation::World::start_program(VirtualNode& node, Params model) {
  FaultState::NodeState& state = faults_->node(node.id());
  state.awaits_state = false;
  state.state = std::move(model);
  state.started = true;
  node.task_ = faults_->program(node);
  resume(node);
}

/// A neighbor's model is there for a node to start from.
void Simulation::World::take_state(MessageId id) {
  transfer_.change(now_, -1);
  Message& message = messages_[id];
  VirtualNode& receiver = node(message.to);
  ++receiver.counters_.received_messages;
  receiver.counters_.received_bytes += message.size;
  Params model = std::move(message.content);
  messages_.remove(id);
  start_program(receiver, std::move(model));
}

/// What a node starts from.
Params Simulation::World::first_params(NodeId node) const {
  if (faults_ && faults_->node(node).state) return faults_->node(node).state;
  return setup_.plane->initial_params(node);
}

/// A node loses its program and all that it had in mind. Requests stay: they belong to meetings, which the next program
/// goes through where this one has stopped.
void Simulation::World::forget(VirtualNode& node) {
  using Stage = VirtualNode::Stage;
  FaultState::NodeState& state = faults_->node(node.id());
  ++state.incarnation;
  state.answers |= static_cast<bool>(node.handler_);
  state.gradient = {};
  state.awaits_state = false;
  state.state = {};
  if (std::exchange(state.joined, false)) {
    contributions_[static_cast<std::size_t>(node.id())] = {};
    --joined_;
  }
  if (node.gradient_ == Stage::under_way) --node.steps_started_;
  if (node.exchange_ == Stage::under_way) give_up_exchange(node, state.exchange_peer);
  node.gradient_ = node.exchange_ = node.read_ = node.all_reduce_ = Stage::none;
  node.waiting_ = Wait::nothing;
  node.handler_ = nullptr;
  node.task_ = {};
  if (setup_.timeline) setup_.timeline->forgot(now_, node.id());
  node.gradient_at_ = node.mean_ = {};
  node.answer_.reset();
  if (!views_.empty()) view(node.id()) = {.exposed = {.vector = {}, .size = setup_.payload}, .read = {}};
  for (std::size_t k = 0; k < node.in_neighbors().size(); ++k) forget_models(node, k);
}

void Simulation::World::forget_models(VirtualNode& node, std::size_t neighbor) {
  Mailbox& box = node.mailboxes_[neighbor];
  faults_->pair(mailbox_number(node, neighbor)).missed = 0;
  for (Mailbox all = std::exchange(box, {}); !all.empty();) {
    const MessageId id = all.unlink_first(messages_);
    if (messages_[id].kind == Message::Kind::request || messages_[id].kind == Message::Kind::lost_request) {
      box.push(id, messages_);
    } else {
      messages_.remove(id);
    }
  }
}

/// Those who wait for the node may know now, if it is still in the same outage.
void Simulation::World::tell_detected(VirtualNode& node) {
  if (!faults_->is_detected(node.id(), now_)) return;
  for (const NodeId i : node.out_neighbors()) look_again(this->node(i));
  begin_all_reduce_of_living();
}

/// A node that waits goes on if it has what it waits for, or knows that it will not come.
void Simulation::World::look_again(VirtualNode& node) {
  if (faults_->node(node.id()).down || node.waiting_ == Wait::nothing) return;
  const bool released = node.waiting_ == Wait::all_done && faults_->in == 0;
  if (released || node.is_there(node.waiting_, node.waiting_for_)) resume(node);
}

// ---------------------------------------------------------------------------------------------------------------------
// Ends.

/// One more node is out or dead; the last one releases those who wait for it.
void Simulation::World::count_one_less() {
  if (--faults_->in > 0) return;
  for (const VirtualNode& waiting : nodes_)
    if (waiting.waiting_ == Wait::all_done) schedule(now_, Kind::released, waiting.id());
}

/// A node that was out before an outage says so once more after it.
void Simulation::World::count_out_despite_faults(VirtualNode& node) {
  if (!std::exchange(node.out_, true)) return count_one_less();
  if (faults_->in == 0 && node.waiting_ == Wait::all_done) schedule(now_, Kind::released, node.id());
}

/// A program has returned: nobody waits for its part in all-reduces any more, nor, after a while, for messages of it.
void Simulation::World::return_despite_faults(const VirtualNode& node) {
  FaultState::NodeState& state = faults_->node(node.id());
  state.returned = true;
  state.down_since = now_;
  if (faults_->faults.detection) schedule_fault(now_ + *faults_->faults.detection, FaultWhat::detected, node.id());
  --faults_->unfinished;
  begin_all_reduce_of_living();
}

FaultCounters Simulation::World::fault_counters(NodeId node) const {
  if (!faults_) return {};
  const FaultState::NodeState& state = faults_->nodes[static_cast<std::size_t>(node)];
  FaultCounters counters = state.counters;
  if (state.down) counters.down += now_ - state.down_since;
  return counters;
}

void Simulation::World::add_faults(Snapshot& snapshot) const {
  snapshot.faults.emplace();
  for (const VirtualNode& node : nodes_) {
    *snapshot.faults += fault_counters(node.id());
    if (!is_down(node.id())) snapshot.living.push_back(node.id());
  }
}

}  // namespace gossamer
