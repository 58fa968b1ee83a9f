#pragma once
#include <algorithm>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// A node's waiting for a message from any of several nodes, and for a time.
class Reception {
 public:
  static constexpr Seconds never{std::numeric_limits<double>::infinity()};

  struct Arrival {
    NodeId sender = 0;
    bool lost = false;
    Seconds known_from{0};
  };

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

  void note_arrival(NodeId sender) { arrivals_.push_back({sender, false, Seconds{0}}); }
  /// A message is lost, and its receiver may know it from that time on.
  void note_loss(NodeId sender, Seconds detected) { arrivals_.push_back({sender, true, detected}); }
  /// The oldest message or loss of these senders; null if there is none.
  const Arrival* oldest(Seconds now) const {
    const auto found = std::find_if(arrivals_.begin(), arrivals_.end(), [&](const Arrival& arrival) {
      return arrival.known_from <= now && admits(arrival.sender);
    });
    return found == arrivals_.end() ? nullptr : &*found;
  }
  /// The oldest message of that sender, or the placeholder of its oldest loss, has left the mailbox.
  void forget(NodeId sender) {
    const auto found = std::find_if(arrivals_.begin(), arrivals_.end(),
                                    [sender](const Arrival& arrival) { return arrival.sender == sender; });
    if (found != arrivals_.end()) arrivals_.erase(found);
  }
  void forget_all() {
    arrivals_.clear();
    outages_.clear();
  }

  /// Whether the program has heard of the sender's outage that began then.
  bool knows_outage(NodeId sender, Seconds begin) const {
    const auto found = outages_.find(sender);
    return found != outages_.end() && found->second == begin;
  }
  void note_outage(NodeId sender, Seconds begin) { outages_[sender] = begin; }

 private:
  std::vector<Arrival> arrivals_;      ///< all messages that wait, and losses, in the order of arrival
  std::map<NodeId, Seconds> outages_;  ///< the begin of each sender's last outage that the program has heard of
};

}  // namespace gossamer
