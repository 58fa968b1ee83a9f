#include "sim/world/world_node.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "sim/world/fault_rules.hpp"
#include "sim/world/shared_world.hpp"

namespace gossamer {

NodeId WorldNode::nodes() const { return world->cluster_.mixing.size(); }

NodeId WorldNode::workers() const { return world->cluster_.workers(); }

Seconds WorldNode::now() const { return world->now_; }

std::uint64_t WorldNode::samples() const { return world->cluster_.samples_of(id()).count; }

std::uint64_t WorldNode::steps_started() const {
  const bool in_step = gradient_stage == Stage::in_flight && world->computation_kind(*this) == Computation::Kind::step;
  return counters.node_steps + (in_step ? 1 : 0);
}

std::span<const NodeId> WorldNode::out_neighbors() const { return world->cluster_.mixing.receivers(id()); }

double WorldNode::weight(NodeId j) const { return world->cluster_.mixing.weight(id(), j); }

std::shared_ptr<const Mixing> WorldNode::mixing(std::uint64_t round) const {
  return mixing_of_round(world->cluster_.mixing, world->cluster_.schedule, round);
}

bool WorldNode::detects_down(NodeId j) const { return world->faults_ && world->has_detected_down(*this, j); }

bool WorldNode::began_anew() const { return world->faults_ && world->faults_->began_anew(*this); }

bool WorldNode::running() const {
  const auto& limit = world->limits_.node_steps;
  return (!limit || steps_started() < *limit) && world->meetings_.any_left(id());
}

Params WorldNode::initial_params() {
  if (!world->cluster_.plane) return {};
  Params x = world->first_params(id());
  report(x);
  return x;
}

void WorldNode::report(const Params& x) {
  if (!x) return;
  world->models_[world->index(id())] = x;
  ++world->reports_;
  world->models_changed_ = true;
}

/// Most nodes run the same program, so the first frame's size is that of all.
void* WorldNode::allocate_frame(std::size_t bytes) {
  if (!std::exchange(world->has_frames_, true)) world->frames_.reserve(world->nodes_.size(), bytes);
  return world->frames_.take(bytes);
}

NodeId WorldNode::random_neighbor() {
  if (const auto given = world->meetings_.next_initiated(id())) return *given;
  return gossamer::random_neighbor(id(), neighbors(), {world->cluster_.seed, Purpose::neighbor, id(), choices++});
}

NodeId WorldNode::next_meeting() { return world->meetings_.next(id()); }

Draws WorldNode::draws(Purpose purpose) {
  return {world->cluster_.seed, purpose, id(), world->extras(*this).streams++};
}

Draws WorldNode::common_draws(Purpose purpose, std::uint64_t counter) const {
  return {world->cluster_.seed, purpose, 0, counter};
}

DataPlane& WorldNode::plane_of_values() const {
  if (!world->cluster_.plane)
    throw std::logic_error{
        "this algorithm decides by the value of a model, which a run without numerics does not have"};
  return *world->cluster_.plane;
}

double WorldNode::evaluate(const SquaredNorm& expression) { return plane_of_values().squared_norm(expression.sum); }

std::vector<double> WorldNode::evaluate(const Summary& summary) {
  return plane_of_values().summarize(std::span{&summary, 1}).front();
}

Params WorldNode::optimum() {
  if (!world->cluster_.plane) return {};
  if (world->cluster_.optimum.empty()) throw std::logic_error{"this problem does not know its minimum"};
  return world->cluster_.plane->with_values(world->cluster_.optimum);
}

NodeId WorldNode::start_all_reduce(Summary summary, NodeId group) {
  plane_of_values();
  const NodeId ticket = world->open_all_reduces(*this).open();
  const AllReduceKind kind{.group = group, .numbers = static_cast<NodeId>(summary.function->size())};
  world->join_all_reduce(*this, kind, ticket, {.summary = std::move(summary)});
  return ticket;
}

Bytes WorldNode::payload() const { return world->cluster_.payload; }

std::span<const Layer> WorldNode::layers() const { return world->cluster_.layers; }

Params WorldNode::apply(std::shared_ptr<const VectorFunction> function, std::span<const Params> arguments) {
  if (!world->cluster_.plane) return {};
  assert(std::all_of(arguments.begin(), arguments.end(), [](const Params& x) { return bool{x}; }) &&
         "a function has all its arguments");
  return world->cluster_.plane->apply(std::move(function), arguments);
}

void WorldNode::keep(std::shared_ptr<const void> object) {
  if (world->cluster_.plane) world->cluster_.plane->keep(std::move(object));
}

Encoded WorldNode::encode(const Codec& codec, const Params& x) {
  return encoded_by(codec, x, {world->cluster_.seed, Purpose::encoding, id(), world->extras(*this).encodings++},
                    world->cluster_.plane, payload());
}

Params WorldNode::decode(const Codec& codec, const Encoded& message, const Params& near) {
  if (!message.vector || !message.vector.version()->encoded) return message.vector;
  return world->cluster_.plane->decode(codec, message.vector, near);
}

// ---------------------------------------------------------------------------------------------------------------------
// Operations that take time.

void WorldNode::post(NodeId j, const Encoded& message) { world->send(id(), j, Message::Kind::model, message); }

void WorldNode::start_gradient(const Params& x, SampleSet samples) {
  const std::uint64_t next = world->next_address(*this);
  if (samples.of() == SampleSet::Of::next_batch) return world->start_computation(*this, {.address = next}, x);
  const LocalSamples local = world->cluster_.samples_of(id());
  switch (samples.of()) {
    case SampleSet::Of::last_batch:
      assert(next > 0 && "a node computes a second gradient after a first one");
      return world->start_computation(*this, {.kind = Computation::Kind::second_gradient, .address = next - 1}, x);
    case SampleSet::Of::one:
      return world->start_computation(*this,
                                      {.address = GradientAddress::of_sample(samples.number()),
                                       .steps = local.steps / static_cast<double>(local.count)},
                                      x);
    default:
      return world->start_computation(*this, {.address = GradientAddress::all_samples, .steps = local.steps}, x);
  }
}

void WorldNode::start_newton_direction(const Params& x, const Params& g) {
  world->start_computation(
      *this,
      {.kind = Computation::Kind::newton_direction, .steps = world->cluster_.samples_of(id()).steps, .second = g}, x);
}

void WorldNode::start_loss(const Params& x) {
  world->start_computation(*this, {.kind = Computation::Kind::loss, .steps = world->cluster_.samples_of(id()).steps},
                           x);
}

void WorldNode::cancel() { world->give_up_computation(*this); }

void WorldNode::start_sleep(Seconds duration) {
  world->reception(*this).wakes_at = world->now_ + duration;
  world->schedule_timer(world->now_ + duration, *this);
}

void WorldNode::start_exchange(NodeId j, const Encoded& mine) {
  assert(exchange_stage == Stage::none && "a node has one exchange in flight at a time");
  exchange_stage = Stage::in_flight;
  world->send(id(), j, Message::Kind::request, mine, world->next_request(*this, Message::Kind::request, j));
}

void WorldNode::set_exchange_handler(ExchangeHandler by) {
  handler = std::move(by);
  world->answer_waiting(*this);
}

void WorldNode::start_expose(const Encoded& message) {
  world->view(id()).exposed = message;
  world->model_exposed(*this);
}

void WorldNode::start_read(NodeId j) {
  assert(read_stage == Stage::none && "a node has one read in flight at a time");
  neighbor_index(j);
  read_stage = Stage::in_flight;
  world->start_read(*this, j);
}

NodeId WorldNode::start_all_reduce(const Params& x, NodeId group, std::uint16_t stream) {
  const NodeId ticket = world->open_all_reduces(*this).open();
  world->join_all_reduce(*this, {.group = group, .stream = stream}, ticket, {.model = x});
  return ticket;
}

NodeId WorldNode::start_all_reduce(const Encoded& x, NodeId group, std::uint16_t stream) {
  const NodeId ticket = world->open_all_reduces(*this).open();
  world->join_all_reduce(*this, {.group = group, .size = x.size, .stream = stream}, ticket, {.model = x.vector});
  return ticket;
}

NodeId WorldNode::start_all_gather(const Encoded& mine, NodeId group) {
  const NodeId ticket = world->open_all_reduces(*this).open();
  world->join_all_reduce(*this, {.group = group, .size = mine.size, .gathers = true}, ticket,
                         {.model = mine.vector, .numbers = {mine.weight}});
  return ticket;
}

NodeId WorldNode::start_all_reduce(std::vector<double> numbers, NodeId group) {
  const NodeId ticket = world->open_all_reduces(*this).open();
  const AllReduceKind kind{.group = group, .numbers = static_cast<NodeId>(numbers.size())};
  world->join_all_reduce(*this, kind, ticket, {.numbers = std::move(numbers)});
  return ticket;
}

// ---------------------------------------------------------------------------------------------------------------------
// Waiting.

std::size_t WorldNode::neighbor_index(NodeId from) const {
  const auto neighbors = in_neighbors();
  const auto found = std::lower_bound(neighbors.begin(), neighbors.end(), from);
  if (found == neighbors.end() || *found != from)
    throw std::logic_error{fmt::format("node {} deals with node {}, which is no neighbor", id(), from)};
  return static_cast<std::size_t>(found - neighbors.begin());
}

Mailbox& WorldNode::mailbox(NodeId from) const { return world->mailbox(world->mailbox_number(*this, from)); }

Encoded WorldNode::pop(NodeId from) { return mailbox(from).pop(world->messages_); }

void WorldNode::count_interaction() {
  world->count<&SmallCounters::interactions, &NodeCounters::interactions>(*this, 1);
  ++counters.touched;
}

bool WorldNode::is_available(Wait what, NodeId peer) {
  if (world->faults_ && (what == Wait::message || what == Wait::exchange))
    return world->faults_->is_available(*this, what, peer);
  switch (what) {
    case Wait::gradient:
      return gradient_stage == Stage::ready;
    case Wait::message:
      return world->first_message(*this, peer) != Message::none;
    case Wait::exchange: {
      if (exchange_stage == Stage::ready) return true;
      const MessageId first = world->first_message(*this, peer);
      return first != Message::none && world->messages_[first].kind == Message::Kind::request;
    }
    case Wait::read:
      return read_stage == Stage::ready;
    case Wait::all_reduce:
      return world->open_all_reduces(*this).is_ready(peer);
    case Wait::any_message:
      return world->hears_any(*this);
    case Wait::timer:
      return world->now_ >= world->reception(*this).wakes_at;
    default:
      return false;
  }
}

bool WorldNode::wait(Wait what, NodeId peer) {
  if (is_available(what, peer)) return false;
  waiting = what;
  waiting_for = peer;
  if (Timeline* const timeline = world->cluster_.timeline) timeline->waits(world->now_, id(), what, peer);
  if (what == Wait::all_done) world->count_as_out(*this);
  if (world->faults_) world->watch(*this);
  return true;
}

std::optional<Encoded> WorldNode::take(Wait what, NodeId peer) {
  switch (what) {
    case Wait::gradient:
      gradient_stage = Stage::none;
      return Encoded{world->has_gradient(*this) ? world->gradient(*this) : Params{}};
    case Wait::message:
      return take_message(peer);
    case Wait::exchange:
      if (exchange_stage == Stage::ready) {
        exchange_stage = Stage::none;
        return world->take_answer(*this);
      }
      exchange_stage = Stage::none;
      if (world->faults_) return world->faults_->take(*this, what, peer);
      count_interaction();
      return pop(peer);
    case Wait::read:
      read_stage = Stage::none;
      return std::move(world->view(id()).read);
    case Wait::all_reduce:
      return Encoded{world->open_all_reduces(*this).take(peer).model};
    default:
      return std::nullopt;
  }
}

std::shared_ptr<const Gathered> WorldNode::take_gathered(NodeId ticket) {
  return world->open_all_reduces(*this).take(ticket).gathered;
}

std::vector<double> WorldNode::take_numbers(Wait what, NodeId ticket) {
  if (what == Wait::all_reduce) return world->open_all_reduces(*this).take(ticket).numbers;
  gradient_stage = Stage::none;
  return {world->loss(*this)};
}

std::optional<Encoded> WorldNode::take_message(NodeId from) {
  std::optional<Encoded> message = world->faults_ ? world->faults_->take(*this, Wait::message, from) : pop(from);
  if (message && world->listens(*this)) world->reception(*this).forget(from);
  return message;
}

bool WorldNode::wait_for_any(std::span<const NodeId> senders, const PendingReceived::Until& until) {
  world->listen(*this);
  Reception& reception = world->reception(*this);
  reception.senders = senders;
  reception.until = until;
  const bool waits = wait(Wait::any_message, id());
  if (waits && until.deadline < Reception::never) world->schedule_timer(until.deadline, *this);
  return waits;
}

std::optional<Received> WorldNode::take_any(std::span<const NodeId> senders) {
  Reception& reception = world->reception(*this);
  reception.senders = senders;
  const Reception::Arrival* const oldest = reception.oldest(world->now_);
  if (!oldest) return world->faults_ ? world->faults_->take_outage(*this) : std::nullopt;
  const auto [sender, lost, known_from] = *oldest;
  if (lost) {
    world->faults_->drop_placeholder(*this, sender);
    return Received{sender, {}, Received::Event::lost};
  }
  std::optional<Encoded> message;
  while (!message) message = take_message(sender);  // placeholders of lost messages are before it
  return Received{sender, std::move(*message)};
}

}  // namespace gossamer
