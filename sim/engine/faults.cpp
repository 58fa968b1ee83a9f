#include <utility>

#include "sim/engine/world.hpp"

// The part of faults that virtual time adds to the rules: nodes that are known to be down, and runs without progress.
namespace gossamer {

void Simulation::World::outage_began(WorldNode& node, const Outage& outage) {
  ++down_;
  idle_outages_.begin(1, last_due_);
  if (outage.until == Outage::forever) --unfinished_;
  schedule_detection(node);
}

/// Removes the node from all-reduces that gather.
void Simulation::World::state_lost(WorldNode& node) {
  for (GroupOfKind& group : groups_) {
    if (node.id() < group.members.first || node.id() >= group.members.first + group.members.count) continue;
    const auto member = static_cast<std::size_t>(node.id() - group.members.first);
    for (AllReduceOfGroup& one : group.gathering) {
      if (one.tickets[member] < 0) continue;
      one.tickets[member] = -1;
      one.contributions[member] = {};
      --one.joined;
    }
  }
}

/// Whether all nodes have detected that the node is down or has returned, so that it sends nothing.
bool Simulation::World::is_detected(const WorldNode& node) const {
  if (!setup_.faults) return false;
  const auto& detection = setup_.faults->detection;
  return (node.done || is_down(node)) && detection && now_ >= faults_->silent_since(node) + *detection;
}

void Simulation::World::schedule_detection(const WorldNode& node) {
  if (const auto& detection = setup_.faults->detection) schedule(now_ + *detection, Kind::detected, node.id());
}

/// Informs the nodes that wait for the node, if it is still in the same outage.
void Simulation::World::detected(const WorldNode& node) {
  if (!is_detected(node)) return;
  for (const NodeId i : node.out_neighbors()) faults_->recheck_wait(this->node(i));
  begin_all_reduces();
}

/// Other nodes stop waiting for the node's part in all-reduces at once, and for its messages after the detection time.
void Simulation::World::program_returned(const WorldNode& node) {
  schedule_detection(node);
  --unfinished_;
  begin_all_reduces();
}

}  // namespace gossamer
