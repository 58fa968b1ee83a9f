#include "sim/network/models/max_min.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace gossamer {
namespace {

/// The meaning of a `wake` token: the kind in two bits, then a number of 30 bits.
enum class Alarm : std::uint32_t { flow, link, settle, change };
constexpr int number_bits = 30;
constexpr std::uint32_t token(Alarm alarm, std::uint32_t number = 0) {
  return static_cast<std::uint32_t>(alarm) << number_bits | number;
}
constexpr Alarm alarm_of(std::uint32_t token) { return static_cast<Alarm>(token >> number_bits); }
constexpr std::uint32_t number_of(std::uint32_t token) { return token & ((1U << number_bits) - 1); }

std::vector<double> bandwidths(const Platform& platform) {
  std::vector<double> result;
  result.reserve(platform.links.size());
  for (const auto& link : platform.links) result.push_back(link.bandwidth);
  return result;
}

/// Applies the changes at time zero.
Platform begun(Platform platform) {
  const auto later = std::find_if(platform.changes.begin(), platform.changes.end(),
                                  [](const Platform::Change& change) { return change.at > Seconds{0}; });
  for (auto change = platform.changes.begin(); change != later; ++change)
    platform.links[change->link].bandwidth = change->bandwidth;
  platform.changes.erase(platform.changes.begin(), later);
  return platform;
}

/// Multiplies all bandwidths by the fraction that headers leave.
Platform without_headers(Platform platform, double factor) {
  for (auto& link : platform.links) link.bandwidth *= factor;
  for (auto& change : platform.changes) change.bandwidth *= factor;
  return platform;
}

Platform checked(Platform platform, NodeId nodes) {
  if (platform.hosts < nodes)
    throw NetworkError{fmt::format("the platform has {} hosts, too few for {} nodes", platform.hosts, nodes)};
  if (platform.links.size() >> number_bits != 0)
    throw NetworkError{fmt::format("the platform has {} links, more than can be numbered", platform.links.size())};
  return begun(std::move(platform));
}

}  // namespace

MaxMinNetwork::MaxMinNetwork(MaxMin settings, Platform platform, NodeId nodes)
    : platform_{without_headers(checked(std::move(platform), nodes), settings.protocol.bandwidth_factor)},
      settings_{settings},
      sharing_{bandwidths(platform_)},
      processors_{settings.protocol.overhead},
      clocks_(platform_.links.size()) {
  assert(settings.protocol.jitter == 0 && "flows have the latencies of their routes");
}

CollectiveCost MaxMinNetwork::cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const {
  if (rounds_of_ != &algorithm || rounds_nodes_ != group.nodes) rounds_ = rounds(platform_, algorithm, group);
  rounds_of_ = &algorithm;
  rounds_nodes_ = group.nodes;
  for (const Round& round : rounds_)
    if (round.slowest.bandwidth == 0)
      throw NetworkError{
          fmt::format("{} by formula crosses a link that has failed at the start: play collectives instead",
                      name(algorithm.collective))};
  return cost_of(rounds_, settings_.protocol, algorithm, group, size);
}

std::unique_ptr<Network> MaxMinNetwork::fresh() const {
  MaxMin settings = settings_;
  settings.protocol.bandwidth_factor = 1;  // the factor is already part of the platform's bandwidths
  return std::make_unique<MaxMinNetwork>(settings, platform_, platform_.hosts);
}

// ---------------------------------------------------------------------------------------------------------------------
// Events.

void MaxMinNetwork::send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Scheduler& scheduler) {
  if (flights_.size() <= message) flights_.resize(message + 1);
  flights_[message] = {.from = from, .to = to, .size = size};
  enter(now, message, Side::active, scheduler);
}

void MaxMinNetwork::send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                                   Scheduler& scheduler) {
  if (flights_.size() <= message) flights_.resize(message + 1);
  flights_[message] = {.from = from, .to = to, .size = size, .receiver = side_of(to, read)};
  enter(now, message, side_of(from, read), scheduler);
}

void MaxMinNetwork::enter(Seconds now, MessageId message, Side sender, Scheduler& scheduler) {
  assert(message >> number_bits == 0);
  const Flight& flight = flights_[message];
  if (flight.from == flight.to) return scheduler.deliver_at(now, message);
  Seconds begins = processors_.hand_over(now, flight.from, sender) + until_flow(flight);
  if (settings_.protocol.rendezvous_threshold && settings_.connections == Connections::per_pair) {
    // A message does not overtake one that waits for its grant.
    const auto pair = static_cast<std::uint64_t>(flight.from) << 32 | static_cast<std::uint32_t>(flight.to);
    Seconds& last = begins_[pair];
    begins = last = std::max(begins, last);
  }
  if (begins > now)
    scheduler.wake_at(begins, token(Alarm::flow, message));
  else
    begin(now, message, scheduler);
}

/// Time from the end of the hand-over of a message until it may flow.
Seconds MaxMinNetwork::until_flow(const Flight& flight) {
  platform_.route(flight.from, flight.to, route_);
  const Seconds there = latency_of(platform_, route_);
  const auto& threshold = settings_.protocol.rendezvous_threshold;
  if (!threshold || flight.size <= *threshold) return there;
  platform_.route(flight.to, flight.from, route_);
  return 2 * there + latency_of(platform_, route_);
}

void MaxMinNetwork::wake(Seconds now, std::uint32_t token, Scheduler& scheduler) {
  if (!awaits(now, token)) return;
  switch (alarm_of(token)) {
    case Alarm::flow:
      return begin(now, number_of(token), scheduler);
    case Alarm::link:
      return handle_alarm(now, number_of(token), scheduler);
    case Alarm::settle:
      return settle(now, scheduler);
    case Alarm::change:
      return apply_changes(now, scheduler);
  }
}

bool MaxMinNetwork::awaits(Seconds at, std::uint32_t token) const {
  switch (alarm_of(token)) {
    case Alarm::link:
      return clocks_[number_of(token)].alarm == at;
    case Alarm::change:
      return change_alarm_ == at;
    case Alarm::flow:
    case Alarm::settle:
      break;
  }
  return true;
}

/// The message's latency has passed.
void MaxMinNetwork::begin(Seconds now, MessageId message, Scheduler& scheduler) {
  apply_changes(now, scheduler);
  if (settings_.connections == Connections::per_pair && waits(message)) return;
  start(message);
  settle_soon(now, scheduler);
}

/// Returns true if the connection is in use; then the message is queued behind the last one.
bool MaxMinNetwork::waits(MessageId message) {
  const auto from = static_cast<std::uint32_t>(flights_[message].from);
  const auto to = static_cast<std::uint32_t>(flights_[message].to);
  const MessageId last = last_.find(from, to);
  if (last == PairMap::none) {
    last_.insert(from, to, message);
    return false;
  }
  flights_[last].next = message;
  last_.set(from, to, message);
  return true;
}

void MaxMinNetwork::start(MessageId message) {
  const auto [from, to, size, receiver, next] = flights_[message];
  const std::uint64_t order = begun_++;
  platform_.route(from, to, route_);
  const bool way_is_open =
      std::all_of(route_.begin(), route_.end(), [this](LinkId link) { return sharing_.capacity(link) > 0; });
  if (size == 0 && way_is_open) return finish(order, message);  // otherwise it waits until the link is back
  const double latency = latency_of(platform_, route_).count();
  const bool weighted = settings_.sharing == Sharing::inverse_latency && latency > 0;
  const FlowId flow = sharing_.add(route_, weighted ? 1 / latency : 1);
  if (transfers_.size() <= flow) transfers_.resize(flow + 1);
  transfers_[flow] = {.message = message, .order = order, .service = static_cast<double>(size)};
  ++flowing_;
}

/// The message has arrived, and its connection carries the next one.
void MaxMinNetwork::finish(std::uint64_t order, MessageId message) {
  finished_.push_back({order, message});
  if (settings_.connections == Connections::per_message) return;
  const auto [from, to, size, receiver, next] = flights_[message];
  if (next != PairMap::none) return start(next);
  last_.erase(static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to));
}

/// The first flows of a link end, unless they have become slower since the event was scheduled.
void MaxMinNetwork::handle_alarm(Seconds now, LinkId link, Scheduler& scheduler) {
  Clock& clock = clocks_[link];
  clock.alarm = never;
  advance(clock, now);
  // Service within the rounding error of the clock. Without it a second event at the same time would be needed.
  const double rounding = 4 * std::numeric_limits<double>::epsilon() * clock.level * now.count();
  const auto is_in = [&](FlowId flow) { return (transfers_[flow].service - clock.service).value() <= rounding; };
  const bool any = is_in(clock.flows.top());
  while (!clock.flows.empty() && is_in(clock.flows.top())) {
    const FlowId flow = clock.flows.top();
    const auto [order, message] = Finished{transfers_[flow].order, transfers_[flow].message};
    leave_clock(flow, now);
    sharing_.remove(flow);
    --flowing_;
    finish(order, message);
  }
  if (flowing_ == 0) change_alarm_ = never;
  if (!any) return arm(link, now, scheduler);
  to_arm_.push_back(link);
  settle_soon(now, scheduler);
}

/// Schedules `settle` after all other changes of an instant.
void MaxMinNetwork::settle_soon(Seconds now, Scheduler& scheduler) {
  if (settling_) return;
  settling_ = true;
  scheduler.wake_at(now, token(Alarm::settle));
}

void MaxMinNetwork::settle(Seconds now, Scheduler& scheduler) {
  settling_ = false;
  std::sort(finished_.begin(), finished_.end(), [](const Finished& a, const Finished& b) { return a.order < b.order; });
  for (const Finished& finished : finished_)
    scheduler.deliver_at(now + processors_.overhead(flights_[finished.message].receiver), finished.message);
  finished_.clear();

  sharing_.solve();
  for (const LinkId link : sharing_.new_levels()) {
    advance(clocks_[link], now);
    const double level = sharing_.level(link);
    clocks_[link].level = std::isfinite(level) ? level : 0;
    to_arm_.push_back(link);
  }
  for (const FlowId flow : sharing_.new_bottlenecks()) {
    const LinkId bottleneck = sharing_.bottleneck(flow);
    if (bottleneck == none || bottleneck == transfers_[flow].clock) continue;
    if (transfers_[flow].clock != none) {
      to_arm_.push_back(transfers_[flow].clock);
      leave_clock(flow, now);
    }
    join_clock(flow, bottleneck, now);
    to_arm_.push_back(bottleneck);
  }
  sharing_.accept();
  for (const LinkId link : to_arm_) arm(link, now, scheduler);
  to_arm_.clear();
}

// ---------------------------------------------------------------------------------------------------------------------
// Links that change. No event is pending for a change while nothing flows: the change is applied before the next flow
// begins.

void MaxMinNetwork::apply_changes(Seconds now, Scheduler& scheduler) {
  if (change_alarm_ <= now) change_alarm_ = never;
  const auto& changes = platform_.changes;
  if (next_change_ == changes.size() || changes[next_change_].at > now) return;
  for (; next_change_ < changes.size() && changes[next_change_].at <= now; ++next_change_)
    sharing_.set_capacity(changes[next_change_].link, changes[next_change_].bandwidth);
  await_change(scheduler);
  settle_soon(now, scheduler);
}

void MaxMinNetwork::await_change(Scheduler& scheduler) {
  if (flowing_ == 0 || next_change_ == platform_.changes.size()) return;
  const Seconds at = platform_.changes[next_change_].at;
  if (change_alarm_ == at) return;
  change_alarm_ = at;
  scheduler.wake_at(at, token(Alarm::change));
}

// ---------------------------------------------------------------------------------------------------------------------
// Clocks.

void MaxMinNetwork::advance(Clock& clock, Seconds now) {
  clock.service += DoubleDouble::product(clock.level, (now - clock.at).count());
  clock.at = now;
}

void MaxMinNetwork::leave_clock(FlowId flow, Seconds now) {
  Transfer& transfer = transfers_[flow];
  Clock& clock = clocks_[transfer.clock];
  advance(clock, now);
  ByService order{transfers_};
  clock.flows.remove(flow, order);
  transfer.service = std::max(DoubleDouble{0}, transfer.service - clock.service) * sharing_.weight(flow);
  transfer.clock = none;
}

void MaxMinNetwork::join_clock(FlowId flow, LinkId link, Seconds now) {
  Clock& clock = clocks_[link];
  advance(clock, now);
  if (clock.flows.empty()) clock.service = 0;
  Transfer& transfer = transfers_[flow];
  transfer.clock = link;
  transfer.service = clock.service + transfer.service / sharing_.weight(flow);
  ByService order{transfers_};
  clock.flows.push(flow, order);
}

/// Schedules an event for the end of a link's first flow. An event that comes too early schedules another one, so a
/// falling rate needs no new event.
void MaxMinNetwork::arm(LinkId link, Seconds now, Scheduler& scheduler) {
  Clock& clock = clocks_[link];
  if (clock.flows.empty() || clock.level == 0) {
    clock.alarm = never;
    if (!clock.flows.empty()) await_change(scheduler);
    return;
  }
  const double left = std::max(0.0, (transfers_[clock.flows.top()].service - clock.service).value());
  const Seconds due = now + Seconds{left / clock.level};
  if (next_change_ < platform_.changes.size() && due > platform_.changes[next_change_].at) await_change(scheduler);
  if (due >= clock.alarm) return;
  clock.alarm = due;
  scheduler.wake_at(due, token(Alarm::link, link));
}

}  // namespace gossamer
