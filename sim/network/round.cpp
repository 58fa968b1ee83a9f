#include "sim/network/round.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>
#include <vector>

namespace gossamer {
namespace {

using Pairs = std::vector<std::pair<NodeId, NodeId>>;

/// Who sends to whom at once, round by round, each kind of round once.
std::vector<Pairs> rounds_of(AllReduce algorithm, NodeId nodes) {
  std::vector<Pairs> rounds;
  if (nodes < 2) return rounds;
  if (algorithm == AllReduce::ring) {
    auto& round = rounds.emplace_back();
    for (NodeId i = 0; i < nodes; ++i) round.emplace_back(i, (i + 1) % nodes);
    return rounds;
  }
  const auto power = static_cast<NodeId>(std::bit_floor(static_cast<unsigned>(nodes)));
  for (NodeId distance = 1; distance < power; distance *= 2) {
    auto& round = rounds.emplace_back();
    for (NodeId i = 0; i < power; ++i) round.emplace_back(i, i ^ distance);
  }
  if (power == nodes) return rounds;
  Pairs before, after;  // those beyond the power of two hand their vector over and get the result
  for (NodeId i = power; i < nodes; ++i) {
    before.emplace_back(i, i - power);
    after.emplace_back(i - power, i);
  }
  rounds.push_back(std::move(before));
  rounds.push_back(std::move(after));
  return rounds;
}

}  // namespace

std::optional<Link> slowest_message(const Platform& platform, AllReduce algorithm, NodeId nodes) {
  const auto rounds = rounds_of(algorithm, nodes);
  if (rounds.empty()) return std::nullopt;
  Link slowest{.latency = Seconds{0}, .bandwidth = std::numeric_limits<double>::infinity()};
  std::vector<int> crossing(platform.links.size());
  Platform::Route route;
  for (const Pairs& round : rounds) {
    std::fill(crossing.begin(), crossing.end(), 0);
    for (const auto& [from, to] : round) {
      platform.route(from, to, route);
      slowest.latency = std::max(slowest.latency, latency_of(platform, route));
      for (const LinkId l : route) ++crossing[l];
    }
    for (LinkId l = 0; l < crossing.size(); ++l)
      if (crossing[l] > 0) slowest.bandwidth = std::min(slowest.bandwidth, platform.links[l].bandwidth / crossing[l]);
  }
  return slowest;
}

}  // namespace gossamer
