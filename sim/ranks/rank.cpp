#include "sim/ranks/rank.hpp"

#include <algorithm>
#include <limits>
#include <thread>
#include <utility>

namespace gossamer {
namespace {

constexpr Seconds never{std::numeric_limits<double>::infinity()};

}  // namespace

Rank::Rank(const RankWorld::Setup& setup, Blocks blocks, int rank, const Clock& clock)
    : SharedWorld{cluster_of(setup, nullptr), setup.meetings, {blocks.first(rank), blocks.first(rank + 1)}},
      setup_{setup},
      blocks_{blocks},
      rank_{rank},
      clock_{clock},
      locals_(nodes_.size()) {
  if (setup.wire == RankWorld::Wire::shaped) cards_.emplace(setup.network.shaper(), blocks, rank);
  if (setup.collective == RankWorld::Collective::mpi)
    means_by_mpi_.emplace(MeansByMpi::Setup{.nodes = blocks.nodes,
                                            .local_nodes = static_cast<NodeId>(nodes_.size()),
                                            .payload = setup.payload,
                                            .plane = setup.plane});
  constexpr Seconds patience{100e-6};
  if (setup.plane)
    worker_ = std::make_unique<GradientWorker>(setup.compute == RankWorld::Compute::real ? patience : Seconds{0});
  gradients_due_.resize(nodes_.size(), never);
  if (cards_) attention_ = setup.network.attention();
  if (cards_ && !setup.network.keeps_order()) message_order_.emplace(pairs_);
  if (faults_) returned_.resize(pairs_, never);
}

void Rank::start(const Program& program, const Limits& limits) {
  limits_ = limits;
  if (faults_) faults_->begin(program);
  for (WorldNode& node : nodes_) {
    node.task = program(node);
    agenda_.put(Seconds{0}, Kind::start, node.id());
  }
  for (std::size_t left = agenda_.size(); left-- > 0 && agenda_.next_due() <= Seconds{0};) {
    ++record_.events;
    handle(agenda_.take());
  }
}

void Rank::begin() {
  if (worker_) worker_->begin();
}

Seconds Rank::next_due() const { return only_faults_left() ? never : agenda_.next_due(); }

IdleBackoff::Activity Rank::activity() const {
  return {.computing = worker_ && worker_->busy() && setup_.compute == RankWorld::Compute::real,
          .messages_in_flight = transport_.busy() || reads()};
}

void Rank::sleep_for(Seconds duration) {
  if (worker_) {
    worker_->sleep_for(duration);
  } else {
    std::this_thread::sleep_for(duration);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Events.

bool Rank::proceed() {
  // A gradient begins when its program's messages have left and requests that came meanwhile are answered.
  const bool waited = worker_ && worker_->waits();
  bool any = receive();
  any |= take_finished_reads();
  any |= take_finished_gradients();
  any |= handle_due();
  if (waited || !any) any |= worker_ && worker_->proceed();
  return any;
}

bool Rank::receive() {
  bool any = false;
  while (auto arrived = transport_.receive()) {
    any = true;
    unpack(std::move(arrived->packet));
  }
  if (!means_by_mpi_) return any;
  while (const auto mean = means_by_mpi_->finished()) {
    any = true;
    now_ = record_.last_event = clock_.now();
    for (WorldNode& node : nodes_) {
      Local& state = local(node);
      state.seen = std::max(state.seen, now_);
      const NodeId ticket = state.tickets.front();
      state.tickets.pop_front();
      deliver_mean_bytes(node, {}, ticket, *mean);
    }
  }
  return any;
}

/// Takes the gradients that the worker has finished. In paced time a gradient waits for its due time; if the worker was
/// late, it still ends at the time that the law gives. In real time its duration is multiplied by the slowdown.
bool Rank::take_finished_gradients() {
  if (!worker_) return false;
  auto finished = worker_->finished();
  for (GradientWorker::Finished& job : finished) {
    WorldNode& computed = node(job.node);
    Local& state = local(computed);
    if (state.stale_jobs > 0) {
      --state.stale_jobs;
      continue;
    }
    gradient_value(computed) = std::move(job.job.result);
    state.computing = false;
    const Seconds seen = clock_.now();
    if (setup_.compute == RankWorld::Compute::real) {
      const double more = setup_.step_times.slowdown(job.node, computed.counters.node_steps) - 1;
      schedule_gradient(seen + more * job.duration, computed);
    } else if (std::exchange(state.overdue, false)) {
      schedule_gradient(gradients_due_[index(job.node)], computed);
    }
  }
  return !finished.empty();
}

bool Rank::handle_due() {
  constexpr int at_once = 64;  // then messages are received
  int handled = 0;
  for (; handled < at_once && !agenda_.empty() && !only_faults_left(); ++handled) {
    const Seconds due = agenda_.next_due();
    if (due > clock_.now() || (limits_.virtual_time && due > *limits_.virtual_time)) break;
    const Agenda::Item item = agenda_.take();
    note_event(item);
    handle(item);
  }
  return handled > 0;
}

void Rank::note_event(const Agenda::Item& item) {
  now_ = item.due;
  const bool is_in_flight = item.kind == Kind::first_byte || item.kind == Kind::request || item.kind == Kind::read;
  if (!is_in_flight) {
    // A late event may be older than the node's latest event: the node's time does not run backward.
    Seconds& seen = local(node(item.node)).seen;
    now_ = seen = std::max(seen, item.due);
  }
  record_.last_event = clock_.now();
  ++record_.events;
  const Seconds late = record_.last_event - item.due;
  record_.lateness_sum += late;
  record_.lateness_max = std::max(record_.lateness_max, late);
}

void Rank::handle(const Agenda::Item& item) {
  WorldNode& node = this->node(item.node);
  switch (item.kind) {
    case Kind::start:
      return faults_ ? faults_->start(node) : resume(node);
    case Kind::release:
      return release(node);
    case Kind::gradient:
      return end_gradient(node, item.token);
    case Kind::timer:
      return end_timer(node);
    case Kind::fault:
      --fault_items_;
      return faults_->handle(node, FaultEvent::unpack(item.token));
    case Kind::first_byte: {
      const Message& message = messages_[item.token];
      const Seconds in = cards_->arrival(transit(item.token).due, message.from, message.to, message.size, Side::active);
      return agenda_.put(in, Kind::deliver, item.node, item.token);
    }
    case Kind::deliver:
      return deliver(item.token);
    case Kind::request:
      return handle_request(item);
    case Kind::read:
      return waits_for_window(item) ? void() : admit(item.token);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Gradients.

void Rank::begin_computation(WorldNode& node, const Computation& what, const Params& x) {
  DataPlane* const plane = setup_.plane;
  if (x && what.kind == Computation::Kind::loss) {
    gradient_value(node) = x;  // the rank's thread computes the loss at the end
  } else if (x) {
    local(node).computing = true;
    worker_->start(node.id(), what.kind == Computation::Kind::newton_direction
                                  ? plane->prepare_newton_direction(node.id(), x, what.second)
                                  : plane->prepare_gradient(node.id(), what.address, x));
  }
  if (setup_.compute == RankWorld::Compute::real) {
    gradients_due_[index(node.id())] = never;  // the time is not known
    return local(node).computing ? void() : schedule_gradient(now_, node);
  }
  const StepTimes& law = setup_.step_times;
  const std::uint64_t step = next_address(node);
  const Seconds duration = what.steps * law.duration(node.id(), step, now_);
  schedule_gradient(now_ + duration + local(node).averaged.next(law, counters_of(node).received_bytes, step), node);
}

void Rank::schedule_gradient(Seconds due, const WorldNode& node) {
  gradients_due_[index(node.id())] = due;
  agenda_.put(due, Kind::gradient, node.id(), computation_number(node));
}

/// Differs between any two computations of a node of which the earlier one has no result.
std::uint32_t Rank::computation_number(const WorldNode& node) const {
  const std::uint32_t lost = faults_ ? faults_->incarnation(node) : 0;
  return computations_.empty() ? lost : lost + computations_[index(node.id())].number();
}

void Rank::drop_job(const WorldNode& node) {
  Local& state = local(node);
  if (std::exchange(state.computing, false)) ++state.stale_jobs;
  state.overdue = false;
}

void Rank::end_gradient(WorldNode& node, std::uint32_t number) {
  if (number != computation_number(node) || (faults_ && !faults_->is_finished(node))) return;
  if (local(node).computing) {
    local(node).overdue = true;
  } else {
    finish_computation(node);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// The end, and the view from outside.

void Rank::release_waiting() {
  now_ = clock_.now();
  release_all();
}

Status Rank::status() const {
  Status status{.node_steps = steps_,
                .sent_bytes = sent_bytes_,
                .out = out_,
                .passive = passive(),
                .sent = transport_.sent(),
                .received = transport_.received(),
                .outages = outages_,
                .steps_continued = steps_continued_,
                .last_due = faults_ ? agenda_.last_due() : Seconds{0}};
  if (means_by_mpi_) {
    status.all_reduces_begun = means_by_mpi_->sums().begun();
    status.all_reduces_over = means_by_mpi_->sums().over();
  }
  return status;
}

RankReport Rank::report() const {
  RankReport report = record_;
  report.transfer = transfer_;
  report.reports = reports_;
  if (setup_.plane) report.decode_failures = setup_.plane->decode_failures();
  return report;
}

NodeReport Rank::report(const WorldNode& node) const {
  NodeReport report{.state = {.id = node.id(),
                              .done = node.done,
                              .down = is_down(node),
                              .node_steps = node.counters.node_steps,
                              .waiting = node.waiting,
                              .waiting_for = node.waiting_for},
                    .counters = counters_at(node, clock_.now()),
                    .faults = fault_counters_at(node, clock_.now())};
  if (!window_) return report;
  const ModelWindow::Served served = window_->served(node.id());
  report.counters.interactions += served.reads;
  report.counters.sent_messages += served.reads;
  report.counters.sent_bytes += served.bytes;
  return report;
}

std::span<const std::byte> Rank::model(const WorldNode& node) const {
  if (models_.empty()) return {};
  const Params& model = models_[index(node.id())];
  return model ? setup_.plane->bytes(model) : std::span<const std::byte>{};
}

}  // namespace gossamer
