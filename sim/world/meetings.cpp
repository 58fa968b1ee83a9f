#include "sim/world/meetings.hpp"

#include <cassert>
#include <stdexcept>

#include <fmt/format.h>

namespace gossamer {
namespace {

NodeId pop(std::deque<NodeId>& queue) {
  const NodeId front = queue.front();
  queue.pop_front();
  return front;
}

void check_any(NodeId node, std::span<const NodeId> neighbors) {
  if (neighbors.empty()) throw std::logic_error{fmt::format("node {} asks for a neighbor and has none", node)};
}

}  // namespace

NodeId random_neighbor(NodeId node, std::span<const NodeId> neighbors, Draws draws) {
  check_any(node, neighbors);
  return neighbors[draws.below(neighbors.size())];
}

Meetings::Meetings(const Mixing& mixing, std::uint64_t seed, std::vector<std::pair<NodeId, NodeId>> given, Range range)
    : mixing_{mixing}, seed_{seed}, range_{range}, given_{!given.empty()} {
  if (!given_) return;
  upcoming_.resize(static_cast<std::size_t>(mixing.size()));
  initiated_.resize(upcoming_.size());
  for (const auto& [initiator, partner] : given) {
    meet(initiator, partner);
    meet(partner, initiator);
    initiated_[static_cast<std::size_t>(initiator)].push_back(partner);
  }
}

NodeId Meetings::next(NodeId node) {
  if (!given_) check_any(node, mixing_.neighbors(node));
  if (upcoming_.empty()) upcoming_.resize(static_cast<std::size_t>(mixing_.size()));  // not needed without meetings
  auto& queue = upcoming_[static_cast<std::size_t>(node)];
  assert((!given_ || !queue.empty()) && "a node asks for a meeting beyond the given sequence");
  while (queue.empty()) draw();
  return pop(queue);
}

std::optional<NodeId> Meetings::next_initiated(NodeId node) {
  if (!given_ || initiated_[static_cast<std::size_t>(node)].empty()) return std::nullopt;
  return pop(initiated_[static_cast<std::size_t>(node)]);
}

void Meetings::draw() {
  Draws draws{seed_, Purpose::pairing, 0, drawn_++};
  const auto initiator = static_cast<NodeId>(draws.below(static_cast<std::uint64_t>(mixing_.size())));
  const auto neighbors = mixing_.neighbors(initiator);
  if (neighbors.empty()) return;  // it has no meetings
  const NodeId partner = neighbors[draws.below(neighbors.size())];
  meet(initiator, partner);
  meet(partner, initiator);
}

void Meetings::meet(NodeId node, NodeId partner) {
  if (range_.first <= node && node < range_.end) upcoming_[static_cast<std::size_t>(node)].push_back(partner);
}

}  // namespace gossamer
