#include "sim/network/collectives/collective_costs.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

namespace gossamer {
namespace {

/// Follows the schedules of all nodes, each node as far as its inputs have arrived.
class Chains {
 public:
  Chains(const CollectiveAlgorithm& algorithm, const PairCosts::Time& time, const Group& group, double size)
      : time_{time}, size_{size}, ready_(static_cast<std::size_t>(group.nodes)), at_(ready_.size()) {
    for (NodeId i = 0; i < group.nodes; ++i) schedules_.push_back(algorithm.schedule(i, group));
  }

  Seconds longest() {
    for (std::size_t i = 0; i < schedules_.size(); ++i) follow(static_cast<NodeId>(i));
    return *std::max_element(ready_.begin(), ready_.end());
  }

 private:
  void follow(NodeId first) {
    std::vector<NodeId> able{first};
    while (!able.empty()) {
      const NodeId node = able.back();
      able.pop_back();
      proceed(node, able);
    }
  }
  void proceed(NodeId node, std::vector<NodeId>& able) {
    const auto i = static_cast<std::size_t>(node);
    const CollectiveSchedule& schedule = schedules_[i];
    for (; !schedule.ends_at(at_[i]); at_[i] = schedule.after(at_[i])) {
      const Action action = schedule[at_[i]];
      if (action.kind == Action::Kind::send) {
        const bool away = action.peer != node;
        arrivals_[{action.peer, node, action.step}] =
            ready_[i] + (away ? time_(node, action.peer, size_ * schedule.share_of(action)) : Seconds{0});
        if (away) able.push_back(action.peer);
      } else if (action.receives()) {
        const auto part = arrivals_.find({node, action.peer, action.step});
        if (part == arrivals_.end()) return;
        ready_[i] = std::max(ready_[i], part->second);
        arrivals_.erase(part);
      }
    }
  }

  const PairCosts::Time& time_;
  double size_;
  std::vector<CollectiveSchedule> schedules_;
  std::vector<Seconds> ready_;  ///< the time at which a node has done all actions whose inputs have arrived
  std::vector<CollectiveSchedule::Position> at_;
  std::map<std::tuple<NodeId, NodeId, std::int32_t>, Seconds> arrivals_;  ///< by receiver, sender and step
};

/// The sum of all messages' times; no message waits for another. If all messages of a node are alike, the first one
/// is multiplied.
Seconds sum_of_messages(const CollectiveAlgorithm& algorithm, const PairCosts::Time& time, const Group& group,
                        double size) {
  Seconds sum{0};
  for (NodeId i = 0; i < group.nodes; ++i) {
    const CollectiveSchedule schedule = algorithm.schedule(i, group);
    for (CollectiveSchedule::Position at; !schedule.ends_at(at); at = schedule.after(at)) {
      const Action action = schedule[at];
      if (action.kind != Action::Kind::send || action.peer == i) continue;
      const Seconds message = time(i, action.peer, size * schedule.share_of(action));
      sum += algorithm.alike ? algorithm.alike(group) * message : message;
      if (algorithm.alike) break;
    }
  }
  return sum;
}

}  // namespace

Seconds longest_chain(const CollectiveAlgorithm& algorithm, const PairCosts::Time& time, const Group& group,
                      double size) {
  if (algorithm.chain) return algorithm.chain(time, group.nodes, size);
  return Chains{algorithm, time, group, size}.longest();
}

CollectiveCost cost_of(const CollectiveAlgorithm& algorithm, const MessageCosts& t, const Group& group, double size) {
  return {.duration = algorithm.duration(t, group, size),
          .in_flight = algorithm.in_flight ? algorithm.in_flight(t, group, size) : Seconds{0}};
}

namespace {

CollectiveCost cost_where_links_differ(const CollectiveAlgorithm& algorithm, const PairCosts& between,
                                       const Group& group, double size) {
  const PairCosts::Time& time = algorithm.chain ? between.exchange : between.alone;
  CollectiveCost cost{.duration = longest_chain(algorithm, time, group, size)};
  if (algorithm.in_flight) cost.in_flight = sum_of_messages(algorithm, time, group, size);
  if (between.interval && algorithm.slowest_sender)
    cost.duration = std::max(cost.duration, algorithm.slowest_sender(between, group.nodes, size));
  if (!algorithm.queueing) return cost;
  const CollectiveCost queueing = algorithm.queueing(between.between(0, 1), group, size);
  cost.duration += queueing.duration;
  cost.in_flight += queueing.in_flight;
  return cost;
}

}  // namespace

CollectiveCost CollectiveCosts::cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size, Links links,
                                     const std::function<PairCosts()>& times) {
  if (group.nodes == 1) return {};
  if (&algorithm == algorithm_ && group.nodes == nodes_ && size == size_) return cached_;
  algorithm_ = &algorithm;
  nodes_ = group.nodes;
  size_ = size;
  const auto bytes = static_cast<double>(size);
  const PairCosts between = times();
  return cached_ = links == Links::alike ? cost_of(algorithm, between.between(0, 1), group, bytes)
                                         : cost_where_links_differ(algorithm, between, group, bytes);
}

}  // namespace gossamer
