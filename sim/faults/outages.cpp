#include "sim/faults/outages.hpp"

#include <algorithm>

namespace gossamer {

Outages::Outages(const OutageSources& sources, NodeId nodes)
    : sources_{sources}, by_node_(static_cast<std::size_t>(nodes)) {}

const Outage* Outages::number(NodeId node, std::size_t k) {
  NodeOutages& of_node = by_node_[static_cast<std::size_t>(node)];
  while (of_node.outages.size() <= k)
    if (!find_next(node, of_node)) return nullptr;
  return &of_node.outages[k];
}

const Outage* Outages::at(NodeId node, Seconds time) {
  const Outage* const outage = ending_after(node, time);
  return outage && outage->from <= time ? outage : nullptr;
}

const Outage* Outages::ending_after(NodeId node, Seconds time) {
  NodeOutages& of_node = by_node_[static_cast<std::size_t>(node)];
  while (of_node.outages.empty() || of_node.outages.back().until <= time)
    if (!find_next(node, of_node)) return nullptr;
  return &*std::partition_point(of_node.outages.begin(), of_node.outages.end(),
                                [time](const Outage& outage) { return outage.until <= time; });
}

void Outages::advance(NodeId node, NodeOutages& of_node, std::size_t source) const {
  Upcoming& upcoming = of_node.upcoming[source];
  upcoming.next = sources_[source]->next(node, upcoming.cursor);
}

/// Merges the earliest outage of all sources with those that overlap it.
bool Outages::find_next(NodeId node, NodeOutages& of_node) const {
  if (of_node.upcoming.empty()) {
    of_node.upcoming.resize(sources_.size());
    for (std::size_t k = 0; k < sources_.size(); ++k) advance(node, of_node, k);
  }
  const auto starts_by = [&of_node](Seconds time) {
    return std::find_if(of_node.upcoming.begin(), of_node.upcoming.end(),
                        [time](const Upcoming& upcoming) { return upcoming.next && upcoming.next->from <= time; });
  };
  Seconds earliest = Outage::forever;
  for (const Upcoming& upcoming : of_node.upcoming)
    if (upcoming.next) earliest = std::min(earliest, upcoming.next->from);
  if (earliest == Outage::forever || (!of_node.outages.empty() && of_node.outages.back().until == Outage::forever))
    return false;
  Outage merged{.from = earliest, .until = earliest, .recovery = Recovery::with_state};
  while (merged.until < Outage::forever) {
    const auto next = starts_by(merged.until);
    if (next == of_node.upcoming.end()) break;
    merged.until = std::max(merged.until, next->next->until);
    merged.recovery = std::max(merged.recovery, next->next->recovery);
    advance(node, of_node, static_cast<std::size_t>(next - of_node.upcoming.begin()));
  }
  of_node.outages.push_back(merged);
  return true;
}

}  // namespace gossamer
