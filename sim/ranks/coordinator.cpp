#include "sim/ranks/coordinator.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/mpi/transport.hpp"
#include "sim/numerics/data_plane.hpp"

namespace gossamer {

Coordinator::Coordinator(Setup setup, Transport& control)
    : setup_{setup},
      control_{control},
      ranks_(static_cast<std::size_t>(setup.blocks.ranks)),
      nodes_(static_cast<std::size_t>(setup.blocks.nodes)),
      models_(nodes_.size()),
      idle_outages_{setup.blocks.nodes} {
  if (setup_.observer) next_observation_ = setup_.observer->next();
}

void Coordinator::broadcast(const Packet& packet) {
  for (int rank = 0; rank < setup_.blocks.ranks; ++rank) control_.send(rank, packet);
}

template <class Member>
Member Coordinator::sum(Member Status::*member) const {
  Member total{};
  for (const RankView& rank : ranks_) total += rank.status.*member;
  return total;
}

void Coordinator::handle(int rank, PacketReader packet, Control kind) {
  RankView& view = ranks_[static_cast<std::size_t>(rank)];
  switch (kind) {
    case Control::status:
      view.status = packet.get<Status>();
      return;
    case Control::probed:
      if (!wave_ || packet.get<std::int64_t>() != wave_->number) return;
      view.status = packet.get<Status>();
      view.probed = true;
      return;
    case Control::report:
      return handle_report(rank, packet);
    case Control::failure:
      if (!failure_) failure_ = packet.text();
      return;
    case Control::interrupted:
      interrupted_ = true;
      return;
    case Control::need_window:
      return open_window();
    default:
      assert(false && "ranks say nothing else");
  }
}

/// Either every rank receives this before the end, or no rank does: a rank that makes a window waits for all others.
void Coordinator::open_window() {
  if (end_ || std::exchange(window_open_, true)) return;
  broadcast(PacketWriter{Control::make_window}.packet());
}

/// An answer to an observation is ignored if the end has overtaken the observation: the last report follows.
void Coordinator::handle_report(int rank, PacketReader packet) {
  const auto look = packet.get<std::int64_t>();
  RankView& view = ranks_[static_cast<std::size_t>(rank)];
  view.report = packet.get<RankReport>();
  view.reported = look == expected_report();
  for (NodeId i = setup_.blocks.first(rank); i < setup_.blocks.first(rank + 1); ++i) {
    const auto at = static_cast<std::size_t>(i);
    nodes_[at] = packet.get<NodeReport>();
    const auto values = packet.get(static_cast<std::size_t>(packet.get<std::int64_t>()));
    if (!values.empty()) models_[at] = setup_.plane->adopt(values);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Decisions.

void Coordinator::decide(Seconds now) {
  if (end_) return;
  const auto n = setup_.blocks.nodes;
  if (failure_) return stop(End::Reason::finished, *failure_, true);
  if (interrupted_) return stop(End::Reason::interrupted);
  if (setup_.limits.sent_bytes && sum(&Status::sent_bytes) >= *setup_.limits.sent_bytes)
    return stop(End::Reason::sent_bytes);
  if (observation_) {
    if (all_have_reported()) end_observation(now);
  } else if (is_observation_due(now)) {
    start_observation(now);
  }
  if (end_) return;
  if (!observation_ && !std::exchange(begun_, true)) broadcast(PacketWriter{Control::begin}.packet());
  if (setup_.limits.virtual_time && now >= *setup_.limits.virtual_time) return stop(End::Reason::virtual_time);
  if (!released_ && sum(&Status::out) == n) {
    released_ = true;
    broadcast(PacketWriter{Control::release}.packet());
  }
  if (is_livelocked(now)) {
    stop(End::Reason::stuck);
  } else if (wave_) {
    end_wave();
  } else if (released_ == (sum(&Status::out) == n) && seems_quiet()) {
    start_wave(std::nullopt);
  }
}

void Coordinator::stop(End::Reason reason, std::string detail, bool failed) {
  PacketWriter writer{Control::stop};
  writer.put(Stop{.reason = reason, .failed = failed});
  if (failed) writer.put(std::string_view{detail});
  broadcast(writer.packet());
  end_ = End{.reason = reason, .detail = std::move(detail)};
  for (RankView& rank : ranks_) rank.reported = false;
}

bool Coordinator::is_observation_due(Seconds now) const {
  if (!setup_.observer) return false;
  const auto steps = static_cast<double>(sum(&Status::node_steps));
  return std::max(now, Seconds{0}) >= next_observation_.time ||
         steps >= next_observation_.node_steps * setup_.blocks.nodes;
}

void Coordinator::start_observation(Seconds now) {
  observation_ = Observation{.number = observations_++, .time = std::nullopt};
  if (next_observation_.time <= std::max(now, Seconds{0})) observation_->time = next_observation_.time;
  for (RankView& rank : ranks_) rank.reported = false;
  broadcast(PacketWriter{Control::observe}.put(observation_->number).packet());
}

void Coordinator::end_observation(Seconds now) {
  time_ = observation_->time.value_or(now);
  observation_.reset();
  observe();
}

void Coordinator::observe() {
  auto why = setup_.observer->observe(snapshot());
  next_observation_ = setup_.observer->next();
  if (!why) return;
  if (end_) {
    end_->reason = End::Reason::observer;
    end_->detail = std::move(*why);
  } else {
    stop(End::Reason::observer, std::move(*why));
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Quiescence.

/// Whether ranks have outages and make no progress. A rank may report late, but reports steps and outages together.
bool Coordinator::is_livelocked(Seconds now) {
  if (!setup_.has_faults) return false;
  Seconds last_due{0};
  for (const RankView& rank : ranks_) last_due = std::max(last_due, rank.status.last_due);
  const std::uint64_t outages = sum(&Status::outages);
  const std::uint64_t progress = sum(&Status::node_steps) + sum(&Status::steps_continued);
  idle_outages_.begin(outages - std::exchange(outages_, outages), last_due);
  if (std::exchange(progress_, progress) != progress) idle_outages_.end();
  return idle_outages_.too_many(now);
}

bool Coordinator::seems_quiet() const {
  for (const RankView& rank : ranks_)
    if (!rank.status.passive) return false;
  std::int64_t begun = ranks_.front().status.all_reduces_begun;
  for (const RankView& rank : ranks_) begun = std::min(begun, rank.status.all_reduces_begun);
  for (const RankView& rank : ranks_)
    if (rank.status.all_reduces_over < begun) return false;  // it will end
  return sum(&Status::sent) == sum(&Status::received);
}

void Coordinator::start_wave(std::optional<std::int64_t> received_before) {
  wave_ = Wave{.number = waves_++, .received_before = received_before};
  for (RankView& rank : ranks_) rank.probed = false;
  broadcast(PacketWriter{Control::probe}.put(wave_->number).packet());
}

void Coordinator::end_wave() {
  const auto is_probed = [](const RankView& rank) { return rank.probed; };
  if (!std::all_of(ranks_.begin(), ranks_.end(), is_probed)) return;
  const Wave wave = *wave_;
  wave_.reset();
  if (!seems_quiet()) return;
  if (wave.received_before != sum(&Status::sent)) return start_wave(sum(&Status::received));
  drained_ = true;
  stop(End::Reason::finished);
}

// ---------------------------------------------------------------------------------------------------------------------
// The end.

std::int64_t Coordinator::expected_report() const { return observation_ && !end_ ? observation_->number : last_report; }

bool Coordinator::all_have_reported() const {
  return std::all_of(ranks_.begin(), ranks_.end(), [](const RankView& rank) { return rank.reported; });
}

std::string Coordinator::missing_ranks() const {
  std::string text;
  for (std::size_t rank = 0; rank < ranks_.size(); ++rank)
    if (!ranks_[rank].reported) text += fmt::format("{}rank {}", text.empty() ? "" : ", ", rank);
  return text;
}

void Coordinator::conclude(Seconds now) {
  time_ = now;
  if (drained_ || end_->reason == End::Reason::stuck) conclude_drained();
  if (end_->reason == End::Reason::virtual_time) time_ = *setup_.limits.virtual_time;
  if (!all_have_reported()) end_->detail = missing_ranks() + " did not answer any more";
  end_->time = time_;
  for (const RankView& rank : ranks_) end_->events += rank.report.events;
  if (setup_.observer && end_->reason != End::Reason::observer) observe();
}

void Coordinator::broadcast_end() {
  broadcast(PacketWriter{Control::ended}
                .put(Ended{.reason = end_->reason, .time = end_->time, .events = end_->events})
                .put(std::string_view{end_->detail})
                .packet());
}

/// Ends a run without pending events: all nodes have finished, or some node waits for ever.
void Coordinator::conclude_drained() {
  time_ = Seconds{0};
  for (const RankView& rank : ranks_) time_ = std::max(time_, rank.report.last_event);
  Drained drained{setup_.limits};
  for (const NodeReport& node : nodes_) drained.add(node.state);
  if (drained_) end_->reason = drained.reason();
  end_->detail = drained.waits();
}

void Coordinator::add_faults(Snapshot& snapshot) const {
  snapshot.faults.emplace();
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    *snapshot.faults += nodes_[i].faults;
    if (!nodes_[i].state.down) snapshot.living.push_back(static_cast<NodeId>(i));
  }
}

Snapshot Coordinator::snapshot() const {
  Snapshot result{.time = time_, .total = {}, .models = models_};
  for (const NodeReport& node : nodes_) result.total += node.counters;
  for (const RankView& rank : ranks_) result.reports += rank.report.reports;
  if (setup_.has_faults) add_faults(result);
  if (setup_.plane) {
    result.decode_failures = [this] {
      std::uint64_t failures = 0;
      for (const RankView& rank : ranks_) failures += rank.report.decode_failures;
      return failures;
    };
  }
  if (setup_.sees_all_messages) {
    TransferTime transfer;
    for (const RankView& rank : ranks_) transfer += rank.report.transfer;
    result.transfer = transfer.until(time_);
  }
  return result;
}

}  // namespace gossamer
