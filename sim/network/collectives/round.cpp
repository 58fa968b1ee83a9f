#include "sim/network/collectives/round.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "sim/network/collectives/collective_costs.hpp"

namespace gossamer {
namespace {

struct Sent {
  NodeId from = 0;
  NodeId to = 0;
  double share = 0;
};

/// The messages of each step.
std::vector<std::vector<Sent>> sent_in_steps(const CollectiveAlgorithm& algorithm, const Group& group) {
  std::vector<std::vector<Sent>> steps;
  for (NodeId i = 0; i < group.nodes; ++i) {
    const CollectiveSchedule schedule = algorithm.schedule(i, group);
    for (CollectiveSchedule::Position at; !schedule.ends_at(at); at = schedule.after(at)) {
      const Action action = schedule[at];
      const auto step = static_cast<std::size_t>(action.step);
      if (algorithm.alike && step > 0) break;
      if (action.kind != Action::Kind::send || action.peer == i) continue;
      if (steps.size() <= step) steps.resize(step + 1);
      steps[step].push_back({i, action.peer, schedule.share_of(action)});
    }
  }
  return steps;
}

Round round_of(const Platform& platform, const std::vector<Sent>& sent) {
  Round round{.messages = static_cast<std::int64_t>(sent.size()),
              .share = 0,
              .slowest = {.latency = Seconds{0}, .bandwidth = std::numeric_limits<double>::infinity()}};
  for (const Sent& message : sent) round.share = std::max(round.share, message.share);
  std::vector<double> crossing(platform.links.size());  // traffic of each link, in messages of the largest size
  Platform::Route route;
  for (const Sent& message : sent) {
    platform.route(message.from, message.to, route);
    const Seconds there = latency_of(platform, route);
    round.slowest.latency = std::max(round.slowest.latency, there);
    for (const LinkId l : route) crossing[l] += message.share / round.share;
    platform.route(message.to, message.from, route);
    round.announced = std::max(round.announced, 2 * there + latency_of(platform, route));
  }
  for (LinkId l = 0; l < crossing.size(); ++l)
    if (crossing[l] > 0)
      round.slowest.bandwidth = std::min(round.slowest.bandwidth, platform.links[l].bandwidth / crossing[l]);
  return round;
}

}  // namespace

std::vector<Round> rounds(const Platform& platform, const CollectiveAlgorithm& algorithm, const Group& group) {
  std::vector<Round> result;
  for (const auto& sent : sent_in_steps(algorithm, group))
    if (!sent.empty()) result.push_back(round_of(platform, sent));
  return result;
}

CollectiveCost cost_of(const std::vector<Round>& rounds, const Protocol& protocol, const CollectiveAlgorithm& algorithm,
                       const Group& group, Bytes size) {
  if (rounds.empty()) return {};
  const auto bytes = static_cast<double>(size);
  const auto time_of = [&protocol](const Round& round, double part) {
    const auto& threshold = protocol.rendezvous_threshold;
    const bool announced = threshold && part > static_cast<double>(*threshold);
    return 2 * protocol.overhead + (announced ? round.announced : round.slowest.latency) +
           Seconds{part / round.slowest.bandwidth};
  };
  Round slowest = rounds.front();
  bool one_size = true;
  CollectiveCost sum;
  for (const Round& round : rounds) {
    one_size = one_size && round.share == rounds.front().share;
    slowest.slowest.latency = std::max(slowest.slowest.latency, round.slowest.latency);
    slowest.slowest.bandwidth = std::min(slowest.slowest.bandwidth, round.slowest.bandwidth);
    slowest.announced = std::max(slowest.announced, round.announced);
    const Seconds duration = time_of(round, round.share * bytes);
    sum.duration += duration;
    sum.in_flight += static_cast<double>(round.messages) * duration;
  }
  if (!one_size) return sum;
  const auto time = [&](double part) { return time_of(slowest, part); };
  return cost_of(algorithm,
                 {.alone = time,
                  .exchange = time,
                  .next_in = [](double) { return Seconds{0}; },
                  .next_out = [&protocol](double) { return protocol.overhead; }},
                 group, bytes);
}

}  // namespace gossamer
