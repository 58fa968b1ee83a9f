#pragma once
#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// A node's waiting for a message from any of several nodes, and for a time.
class Reception {
 public:
  static constexpr Seconds never{std::numeric_limits<double>::infinity()};

  std::span<const NodeId> senders;    ///< of the message, in increasing order
  PendingReceived::Until until = {};  ///< the end of the wait for it
  Seconds wakes_at{0};                ///< end of the latest sleep
  bool listens = false;               ///< whether arrivals are noted, since the node has waited for any message once

  /// The time at which a program that waits so goes on at the latest.
  Seconds due(Wait what) const {
    if (what == Wait::timer) return wakes_at;
    return what == Wait::any_message ? until.deadline : never;
  }
  bool admits(NodeId sender) const { return std::binary_search(senders.begin(), senders.end(), sender); }

  void note_arrival(NodeId sender) { arrivals_.push_back(sender); }
  /// The sender of the oldest message among these.
  std::optional<NodeId> oldest() const {
    const auto found = std::find_if(arrivals_.begin(), arrivals_.end(), [this](NodeId j) { return admits(j); });
    return found == arrivals_.end() ? std::nullopt : std::optional{*found};
  }
  /// The oldest message of that sender has been taken.
  void forget(NodeId sender) {
    const auto found = std::find(arrivals_.begin(), arrivals_.end(), sender);
    if (found != arrivals_.end()) arrivals_.erase(found);
  }
  void forget_all() { arrivals_.clear(); }

 private:
  std::vector<NodeId> arrivals_;  ///< the senders of all messages that wait, in the order of arrival
};

}  // namespace gossamer
