#include "tests/mpi/namespaces/fabric.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace gossamer {
namespace {

constexpr std::size_t header_bytes = 14;  // two addresses and a type

}  // namespace

Fabric::Fabric(Settings settings) : settings_{settings}, ports_(settings.ports) {
  assert(settings.ports > 0 && settings.bandwidth > 0 && "a fabric has ports, and a frame's time is finite");
}

/// Equal times keep the order in which they came about.
bool Fabric::later(const Event& a, const Event& b) { return a.time != b.time ? a.time > b.time : a.number > b.number; }

void Fabric::put(Event event) {
  event.number = number_++;
  events_.push_back(std::move(event));
  std::push_heap(events_.begin(), events_.end(), later);
}

Fabric::Event Fabric::take() {
  std::pop_heap(events_.begin(), events_.end(), later);
  Event event = std::move(events_.back());
  events_.pop_back();
  return event;
}

Seconds Fabric::transmission(const Frame& frame) const {
  return Seconds{static_cast<double>(frame.size()) / settings_.bandwidth};
}

Bytes Fabric::waiting(Seconds free, Seconds now) const {
  return std::llround(std::max(0.0, (free - now).count()) * settings_.bandwidth);
}

/// The port that a frame goes to; none: to all others.
std::optional<std::size_t> Fabric::learn(std::size_t from, const Frame& frame) {
  Address destination, source;
  std::copy_n(frame.begin(), destination.size(), destination.begin());
  std::copy_n(frame.begin() + destination.size(), source.size(), source.begin());
  home_[source] = from;
  constexpr std::byte group{1};  // the first bit on the wire marks frames to many
  if ((destination[0] & group) == group) return std::nullopt;
  const auto found = home_.find(destination);
  return found == home_.end() ? std::nullopt : std::optional{found->second};
}

void Fabric::accept(Seconds now, std::size_t from, Frame frame) {
  Port& port = ports_[from];
  Counters& counters = port.counters;
  ++counters.sent_frames;
  counters.sent_bytes += static_cast<Bytes>(frame.size());
  const Bytes before = waiting(port.free_to_send, now);
  if (frame.size() < header_bytes || before > settings_.queue) {
    ++counters.dropped_leaving;
    return;
  }
  counters.longest_leaving = std::max(counters.longest_leaving, before);
  const Seconds leaves = std::max(now, port.free_to_send);
  port.free_to_send = leaves + transmission(frame);
  const Seconds there = leaves + settings_.latency;
  if (const auto to = learn(from, frame)) {
    if (*to != from) put({.time = there, .crossing = true, .port = *to, .frame = std::move(frame)});
    return;
  }
  for (std::size_t to = 0; to < ports_.size(); ++to)
    if (to != from) put({.time = there, .crossing = true, .port = to, .frame = frame});
}

void Fabric::arrive(Event event) {
  Port& port = ports_[event.port];
  const Bytes before = waiting(port.free_to_receive, event.time);
  if (before > settings_.queue) {
    ++port.counters.dropped_arriving;
    return;
  }
  port.counters.longest_arriving = std::max(port.counters.longest_arriving, before);
  port.free_to_receive = std::max(event.time, port.free_to_receive) + transmission(event.frame);
  event.time = port.free_to_receive;
  event.crossing = false;
  put(std::move(event));
}

std::optional<Fabric::Delivery> Fabric::deliver(Seconds now) {
  while (!events_.empty() && events_.front().time <= now) {
    Event event = take();
    if (event.crossing) {
      arrive(std::move(event));
      continue;
    }
    Counters& counters = ports_[event.port].counters;
    ++counters.received_frames;
    counters.received_bytes += static_cast<Bytes>(event.frame.size());
    return Delivery{.due = event.time, .port = event.port, .frame = std::move(event.frame)};
  }
  return std::nullopt;
}

std::optional<Seconds> Fabric::next_event() const {
  return events_.empty() ? std::nullopt : std::optional{events_.front().time};
}

}  // namespace gossamer
