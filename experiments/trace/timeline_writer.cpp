#include "experiments/trace/timeline_writer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "experiments/configuration/json.hpp"

namespace gossamer {
namespace {

Instant instant(Seconds time) {
  constexpr double most = 9e18;  // 285 years
  const double nanoseconds = 1e9 * time.count();
  return nanoseconds < most ? std::llround(nanoseconds) : std::numeric_limits<Instant>::max();
}

/// How many times as long as the fastest node's a node's steps take; 1 if nothing is known.
double relative_slowdown(const std::vector<double>& slowdowns, NodeId node, double least) {
  return slowdowns.empty() ? 1 : slowdowns[static_cast<std::size_t>(node)] / least;
}

std::string facts(const TimelineWriter::Setup& setup, std::size_t shown) {
  return fmt::format(R"({{"program":"gossamer","title":{},"seed":{},"nodes":{},"shown":{}}})", quoted_json(setup.title),
                     setup.seed, setup.nodes, shown);
}

const char* name_of(MessageKind kind) {
  switch (kind) {
    case MessageKind::model:
      return "model";
    case MessageKind::request:
      return "request";
    case MessageKind::reply:
      return "reply";
    case MessageKind::part:
      return "part";
    case MessageKind::read:
      return "read";
    case MessageKind::exposed:
      return "shown";
    case MessageKind::state:
      return "state";
    default:
      break;  // never in flight
  }
  return "";
}

const char* name_of(MessageFate fate) {
  switch (fate) {
    case MessageFate::lost:
      return "lost";
    case MessageFate::corrupted:
      return "corrupted";
    case MessageFate::missed:
      return "missed";
    case MessageFate::unwanted:
      return "unwanted";
  }
  return "";
}

/// The name of a wait for a peer.
const char* name_of(Wait what) {
  switch (what) {
    case Wait::exchange:
      return "exchange";
    case Wait::read:
      return "read";
    case Wait::state:
      return "state";
    default:
      return "message";
  }
}

}  // namespace

TimelineWriter::TimelineWriter(const Setup& setup)
    : scope_{setup.scope},
      from_{instant(scope_.from)},
      to_{instant(scope_.to)},
      nodes_{setup.nodes},
      events_{setup.path, setup.title, facts(setup, setup.scope.nodes.among(setup.nodes).size())},
      row_of_(static_cast<std::size_t>(setup.nodes), -1) {
  const double least = setup.slowdowns.empty() ? 1 : std::ranges::min(setup.slowdowns);
  for (const NodeId node : scope_.nodes.among(nodes_)) {
    row_of_[static_cast<std::size_t>(node)] = static_cast<std::int32_t>(rows_.size());
    rows_.push_back({.node = node});
    events_.row(node, fmt::format("node {}", node), relative_slowdown(setup.slowdowns, node, least));
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// The events of the world.

void TimelineWriter::sent(Seconds now, const Message& message) {
  if (!advance(now)) return;
  if (message.number >= in_flight_.size()) in_flight_.resize(message.number + 1);
  in_flight_[message.number] = {.message = message, .since = now_};
  Row* const sender = row(message.from);
  if (sender && message.kind == MessageKind::request) sender->asked = now_;
  if (sender && message.kind == MessageKind::read) sender->began_to_read = now_;
  counters_due_ |= sender || row(message.to);
  count(1, message.size);
}

void TimelineWriter::delivered(Seconds now, std::uint32_t number) {
  if (!advance(now)) return;
  const InFlight passed = in_flight_[number];
  Row* const receiver = row(passed.message.to);
  if (receiver) receiver->in_flight = in_flight_since(*receiver, passed);
  counters_due_ |= receiver || row(passed.message.from);
  count(-1, -passed.message.size);
  draw_arrow(passed);
}

/// No node proceeds because of a lost message.
void TimelineWriter::lost(Seconds now, std::uint32_t number, MessageFate fate) {
  if (!advance(now)) return;
  const InFlight passed = in_flight_[number];
  counters_due_ |= row(passed.message.from) || row(passed.message.to);
  count(-1, -passed.message.size);
  draw_arrow(passed, name_of(fate));
}

void TimelineWriter::gradient_started(Seconds now, NodeId node) {
  Row* const shown = row(node);
  if (!advance(now) || !shown) return;
  change(*shown, now_, now_);
  shown->computing = true;
}

void TimelineWriter::gradient_ended(Seconds now, NodeId node) {
  Row* const shown = row(node);
  if (!advance(now) || !shown) return;
  change(*shown, now_, now_);
  shown->computing = false;
  ++shown->steps;
}

void TimelineWriter::gave_up(Seconds now, NodeId node) {
  Row* const shown = row(node);
  if (!advance(now) || !shown) return;
  shown->given_up = true;
  change(*shown, now_, now_);
  shown->computing = shown->given_up = false;
}

void TimelineWriter::waits(Seconds now, NodeId node, Wait what, NodeId peer) {
  Row* const shown = row(node);
  if (!advance(now) || !shown) return;
  if (!shown->computing) change(*shown, now_, now_);
  shown->waiting = what;
  shown->peer = peer;
}

/// A node proceeds only because of the latest delivery, and only if it waited for it.
void TimelineWriter::proceeds(Seconds now, NodeId node) {
  Row* const shown = row(node);
  if (!advance(now) || !shown) return;
  if (!shown->computing) change(*shown, now_, end_of_waiting(*shown, shown->in_flight));
  shown->waiting = Wait::nothing;
}

void TimelineWriter::returned(Seconds now, NodeId node) { waits(now, node, Wait::all_done, node); }

void TimelineWriter::went_down(Seconds now, NodeId node) {
  outages_ = true;
  Row* const shown = row(node);
  if (!advance(now) || !shown) return;
  change(*shown, now_, now_);
  shown->down = true;
}

void TimelineWriter::came_back(Seconds now, NodeId node) {
  Row* const shown = row(node);
  if (!advance(now) || !shown) return;
  change(*shown, now_, now_);
  shown->down = false;
}

void TimelineWriter::lost_program(Seconds now, NodeId node) {
  Row* const shown = row(node);
  if (!advance(now) || !shown) return;
  shown->computing = false;
  shown->waiting = Wait::nothing;
}

void TimelineWriter::joined(Seconds now, NodeId node) {
  if (!advance(now)) return;
  if (Row* const shown = row(node)) {
    ++shown->joined;
    shown->averaging = never;
  }
  if (++joins_ % static_cast<std::uint64_t>(nodes_) == 0 && !outages_) begin_averaging();
}

void TimelineWriter::all_reduce_began(Seconds now, NodeId nodes, Bytes size) {
  if (!advance(now)) return;
  part_size_ = size;
  counters_due_ = true;
  count(nodes, nodes * size);
  begin_averaging();
}

void TimelineWriter::begin_averaging() {
  for (Row& row : rows_)
    if (row.averaging == never) row.averaging = now_;
}

void TimelineWriter::all_reduce_ended(Seconds now, NodeId) {
  if (!advance(now)) return;
  counters_due_ = true;
  count(-1, -part_size_);
}

void TimelineWriter::over(Seconds now) {
  if (advance(now)) stop(now_);
}

// ---------------------------------------------------------------------------------------------------------------------
// The written events.

bool TimelineWriter::advance(Seconds time) {
  if (stopped_) return false;
  const Instant now = instant(time);
  if (now == now_) return true;
  if (counters_due_ && now > from_) write_counters();
  if (now > to_) {
    stop(to_);
  } else if (events_.size() >= scope_.size) {
    full_at_ = Seconds{1e-9 * static_cast<double>(now_)};
    stop(now_);
  }
  now_ = now;
  return !stopped_;
}

/// Ends the timeline. Open slices end at this instant.
void TimelineWriter::stop(Instant at) {
  stopped_ = true;
  if (counters_due_ && at >= from_) write_counters();
  for (Row& row : rows_) {
    change(row, at, end_of_waiting(row, at));
    for (const Point& point : row.points) events_.add(point.event);
  }
  events_.flush();
}

TimelineWriter::Row* TimelineWriter::row(NodeId node) {
  const std::int32_t row = row_of_[static_cast<std::size_t>(node)];
  return row < 0 ? nullptr : &rows_[static_cast<std::size_t>(row)];
}

/// The time from which a node waited for the network alone: for an all-reduce, the time at which all had joined it; for
/// a message, `sent`.
Instant TimelineWriter::end_of_waiting(const Row& row, Instant sent) {
  return row.waiting == Wait::all_reduce ? row.averaging : sent;
}

/// The time at which the delivered message was sent, or the request that it answers.
Instant TimelineWriter::in_flight_since(const Row& receiver, const InFlight& passed) {
  switch (passed.message.kind) {
    case MessageKind::reply:
      return receiver.asked;
    case MessageKind::exposed:
      return receiver.began_to_read;
    default:
      return passed.since;
  }
}

/// Changes the state of the node: its state until now becomes slices. Viewers need the begin of a slice before the
/// arrows that it contains. An arrow that ends now belongs to the next slice.
void TimelineWriter::change(Row& row, Instant now, Instant split) {
  if (now <= row.since) return;
  write_slices(row, now, std::clamp(split, row.since, now));
  const auto later =
      std::stable_partition(row.points.begin(), row.points.end(), [now](const Point& point) { return point.at < now; });
  std::for_each(row.points.begin(), later, [this](const Point& point) { events_.add(point.event); });
  row.points.erase(row.points.begin(), later);
  row.since = now;
}

void TimelineWriter::write_slices(const Row& row, Instant now, Instant split) {
  if (row.down) return slice(row, row.since, now, "down", "{}");
  if (row.computing)
    return slice(row, row.since, now, "compute",
                 fmt::format(R"({{"step":{}{}}})", row.steps, row.given_up ? R"(,"given_up":true)" : ""));
  switch (row.waiting) {
    case Wait::nothing:
    case Wait::gradient:
      break;  // takes no time, and counts as computing
    case Wait::message:
    case Wait::exchange:
    case Wait::read:
    case Wait::state: {
      const std::string arguments = fmt::format(R"({{"for":"{}","peer":{}}})", name_of(row.waiting), row.peer);
      slice(row, row.since, split, "wait", arguments);
      slice(row, split, now, "transfer", arguments);
      break;
    }
    case Wait::all_reduce: {
      const std::string arguments = fmt::format(R"({{"for":"all_reduce","all_reduce":{}}})", row.joined - 1);
      slice(row, row.since, split, "wait", arguments);
      slice(row, split, now, "averaging", arguments);
      break;
    }
    case Wait::any_message:
      slice(row, row.since, now, "wait", R"({"for":"any message"})");
      break;
    case Wait::timer:
      slice(row, row.since, now, "wait", R"({"for":"sleep"})");
      break;
    case Wait::all_done:
      slice(row, row.since, now, "done", "{}");
      break;
  }
}

void TimelineWriter::slice(const Row& row, Instant begin, Instant end, const char* category,
                           const std::string& arguments) {
  if (end > from_) events_.slice(row.node, std::max(begin, from_), end, category, arguments);
}

void TimelineWriter::place(Row& row, Point point) {
  if (point.at >= row.since) {
    row.points.push_back(std::move(point));
  } else {
    events_.add(point.event);
  }
}

void TimelineWriter::draw_arrow(const InFlight& passed, const char* fate) {
  const Message& message = passed.message;
  Row* const sender = row(message.from);
  Row* const receiver = row(message.to);
  if (!sender || !receiver || passed.since < from_) return;
  const std::uint64_t number = ++arrows_;
  const auto end = [&](TraceEvents::Arrow which, const Row& row, Instant at) {
    const TraceEvents::Cargo cargo{.name = name_of(message.kind), .size = message.size, .fate = fate};
    return Point{at, TraceEvents::arrow(which, row.node, at, number, cargo)};
  };
  place(*sender, end(TraceEvents::Arrow::tail, *sender, passed.since));
  place(*receiver, end(TraceEvents::Arrow::head, *receiver, now_));
}

void TimelineWriter::count(std::int64_t messages, Bytes bytes) {
  messages_ += messages;
  bytes_ += bytes;
}

/// Writes the counters as they are after all events of the clock's instant.
void TimelineWriter::write_counters() {
  counters_due_ = false;
  const Instant at = std::max(now_, from_);
  if (written_bytes_ != bytes_) events_.counter(at, "bytes in flight", "bytes", bytes_);
  if (written_messages_ != messages_) events_.counter(at, "messages in flight", "messages", messages_);
  written_bytes_ = bytes_;
  written_messages_ = messages_;
}

}  // namespace gossamer
