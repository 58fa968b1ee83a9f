#include "sim/network/models/piecewise.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace gossamer {
namespace {

double smallest_size(const Piecewise& settings, std::size_t segment) {
  return segment == 0 ? 0.0 : static_cast<double>(settings.up_to[segment - 1]);
}

void check_lengths(const Piecewise& settings) {
  const std::size_t segments = settings.up_to.size() + 1;
  const auto check = [&](const std::vector<double>& list, const char* name) {
    if (list.size() != segments)
      throw NetworkError{fmt::format("piecewise: {} sizes in up_to make {} segments, but {} has {} elements",
                                     segments - 1, segments, name, list.size())};
  };
  check(settings.latency, "latency");
  check(settings.bandwidth, "bandwidth");
  check(settings.occupancy, "occupancy");
}

Piecewise checked(Piecewise settings) {
  check_lengths(settings);
  for (std::size_t k = 0; k + 1 < settings.up_to.size(); ++k) {
    if (settings.up_to[k] >= settings.up_to[k + 1])
      throw NetworkError{fmt::format("piecewise: the sizes in up_to must ascend, but {} B stands before {} B",
                                     settings.up_to[k], settings.up_to[k + 1])};
  }
  for (std::size_t k = 0; k < settings.latency.size(); ++k) {
    const double smallest = smallest_size(settings, k);
    const double time = settings.latency[k] + smallest / settings.bandwidth[k];
    if (time < 0)
      throw NetworkError{
          fmt::format("piecewise: messages above {} B would take less than no time, from {:.4g} s on", smallest, time)};
  }
  return settings;
}

/// o(s)
Seconds occupied(const Piecewise& settings, double bytes) {
  return settings.occupancy[segment_of(settings, bytes)] * message_time(settings, bytes);
}

Seconds least_latency(const Piecewise& settings) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < settings.latency.size(); ++k) {
    const double time = settings.latency[k] + smallest_size(settings, k) / settings.bandwidth[k];
    least = std::min(least, (1 - settings.occupancy[k]) * time);
  }
  return Seconds{least};
}

}  // namespace

std::size_t segment_of(const Piecewise& settings, double size) {
  const auto end =
      std::lower_bound(settings.up_to.begin(), settings.up_to.end(), size,
                       [](std::int64_t bound, double bytes) { return static_cast<double>(bound) < bytes; });
  return static_cast<std::size_t>(end - settings.up_to.begin());
}

Seconds message_time(const Piecewise& settings, double size) {
  const std::size_t k = segment_of(settings, size);
  return Seconds{settings.latency[k] + size / settings.bandwidth[k]};
}

Seconds exchange_time(const Piecewise& settings, double size) {
  return std::max(1.0, 2 * settings.occupancy[segment_of(settings, size)]) * message_time(settings, size);
}

PiecewiseShaper::PiecewiseShaper(Piecewise settings, NodeId nodes)
    : settings_{checked(std::move(settings))},
      latency_{least_latency(settings_)},
      free_(static_cast<std::size_t>(nodes)) {}

Seconds PiecewiseShaper::first_byte(Seconds now, NodeId from, NodeId, Bytes size, Side sender) {
  const Seconds handling = occupied(settings_, static_cast<double>(size));
  const Seconds flight = message_time(settings_, static_cast<double>(size)) - handling;
  if (sender == Side::passive) return now + flight;
  Seconds& free = free_[static_cast<std::size_t>(from)];
  const Seconds leaves = std::max(now, free);
  free = leaves + handling;
  return leaves + flight;
}

Seconds PiecewiseShaper::arrival(Seconds first_byte, NodeId, NodeId to, Bytes size, Side receiver) {
  if (receiver == Side::passive) return first_byte + occupied(settings_, static_cast<double>(size));
  Seconds& free = free_[static_cast<std::size_t>(to)];
  return free = std::max(first_byte, free) + occupied(settings_, static_cast<double>(size));
}

PiecewiseNetwork::PiecewiseNetwork(Piecewise settings, NodeId nodes)
    : settings_{settings}, nodes_{nodes}, ends_{std::move(settings), nodes} {}

void PiecewiseNetwork::send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Scheduler& scheduler) {
  start(now, message, Side::active, {.from = from, .to = to, .size = size}, scheduler);
}

void PiecewiseNetwork::send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                                      Scheduler& scheduler) {
  start(now, message, side_of(from, read), {.from = from, .to = to, .size = size, .receiver = side_of(to, read)},
        scheduler);
}

void PiecewiseNetwork::start(Seconds now, MessageId message, Side sender, const Flight& flight, Scheduler& scheduler) {
  if (flights_.size() <= message) flights_.resize(message + 1);
  flights_[message] = flight;
  scheduler.wake_at(ends_.first_byte(now, flight.from, flight.to, flight.size, sender), message);
}

void PiecewiseNetwork::wake(Seconds now, std::uint32_t token, Scheduler& scheduler) {
  const Flight& flight = flights_[token];
  scheduler.deliver_at(ends_.arrival(now, flight.from, flight.to, flight.size, flight.receiver), token);
}

CollectiveCost PiecewiseNetwork::cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const {
  if (group.nodes == 1) return {};
  const auto handled = [this](double bytes) { return occupied(settings_, bytes); };
  const MessageCosts times{.alone = [this](double bytes) { return message_time(settings_, bytes); },
                           .exchange = [this](double bytes) { return exchange_time(settings_, bytes); },
                           .next_in = handled,
                           .next_out = handled};
  return cost_of(algorithm, times, group, static_cast<double>(size));
}

Seconds PiecewiseNetwork::handling(Bytes size) const {
  return settings_.interference * occupied(settings_, static_cast<double>(size));
}

Seconds PiecewiseNetwork::handled_until(NodeId node) const {
  return settings_.interference > 0 ? ends_.free_at(node) : Seconds{0};
}

}  // namespace gossamer
