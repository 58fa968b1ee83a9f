#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Breadth-first search: nodes in the order of their distance from a source, in hops. Every search reuses the memory
/// for n nodes.
class BreadthFirst {
 public:
  explicit BreadthFirst(NodeId nodes) : distances_(static_cast<std::size_t>(nodes)) {
    order_.reserve(distances_.size());
  }

  /// Searches from `source`; `next(i)` is a range of the nodes one hop from i. Ends when all nodes are found.
  template <class Next>
  void search(NodeId source, const Next& next) {
    distances_.assign(distances_.size(), unreached);
    order_.assign(1, source);
    distances_[static_cast<std::size_t>(source)] = 0;
    for (std::size_t at = 0; at < order_.size() && !all_reached(); ++at) {
      const NodeId i = order_[at];
      for (const auto found : next(i)) {
        ++scanned_;
        const auto j = static_cast<std::size_t>(found);
        if (distances_[j] != unreached) continue;
        distances_[j] = distances_[static_cast<std::size_t>(i)] + 1;
        order_.push_back(static_cast<NodeId>(found));
      }
    }
  }

  bool all_reached() const { return order_.size() == distances_.size(); }
  bool reached(NodeId i) const { return distances_[static_cast<std::size_t>(i)] != unreached; }
  NodeId distance(NodeId i) const { return distances_[static_cast<std::size_t>(i)]; }
  const std::vector<NodeId>& order() const { return order_; }

  /// The number of arcs that all searches have visited: a measure of work that does not depend on the machine.
  std::int64_t scanned() const { return scanned_; }

 private:
  static constexpr NodeId unreached = -1;
  std::vector<NodeId> distances_;
  std::vector<NodeId> order_;
  std::int64_t scanned_ = 0;
};

}  // namespace gossamer
