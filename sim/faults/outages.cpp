#include "sim/faults/outages.hpp"

#include <algorithm>

namespace gossamer {

Outages::Outages(const OutageSources& sources, NodeId nodes)
    : sources_{sources}, known_(static_cast<std::size_t>(nodes)) {}

const Outage* Outages::number(NodeId node, std::size_t k) {
  Known& known = known_[static_cast<std::size_t>(node)];
  while (known.outages.size() <= k)
    if (!find_next(node, known)) return nullptr;
  return &known.outages[k];
}

const Outage* Outages::at(NodeId node, Seconds time) {
  const Outage* const outage = ending_after(node, time);
  return outage && outage->from <= time ? outage : nullptr;
}

const Outage* Outages::ending_after(NodeId node, Seconds time) {
  Known& known = known_[static_cast<std::size_t>(node)];
  while (known.outages.empty() || known.outages.back().until <= time)
    if (!find_next(node, known)) return nullptr;
  return &*std::partition_point(known.outages.begin(), known.outages.end(),
                                [time](const Outage& outage) { return outage.until <= time; });
}

void Outages::advance(NodeId node, Known& known, std::size_t source) const {
  Ahead& ahead = known.ahead[source];
  ahead.next = sources_[source]->next(node, ahead.cursor);
}

/// Merges the earliest outage of all sources with those that overlap it.
bool Outages::find_next(NodeId node, Known& known) const {
  if (known.ahead.empty()) {
    known.ahead.resize(sources_.size());
    for (std::size_t k = 0; k < sources_.size(); ++k) advance(node, known, k);
  }
  const auto starts_by = [&known](Seconds time) {
    return std::find_if(known.ahead.begin(), known.ahead.end(),
                        [time](const Ahead& ahead) { return ahead.next && ahead.next->from <= time; });
  };
  Seconds earliest = Outage::for_good;
  for (const Ahead& ahead : known.ahead)
    if (ahead.next) earliest = std::min(earliest, ahead.next->from);
  if (earliest == Outage::for_good || (!known.outages.empty() && known.outages.back().until == Outage::for_good))
    return false;
  Outage merged{.from = earliest, .until = earliest, .recovery = Recovery::with_state};
  while (merged.until < Outage::for_good) {
    const auto next = starts_by(merged.until);
    if (next == known.ahead.end()) break;
    merged.until = std::max(merged.until, next->next->until);
    merged.recovery = std::max(merged.recovery, next->next->recovery);
    advance(node, known, static_cast<std::size_t>(next - known.ahead.begin()));
  }
  known.outages.push_back(merged);
  return true;
}

}  // namespace gossamer
