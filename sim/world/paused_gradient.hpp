#pragma once
#include <optional>
#include <utility>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// A gradient in progress on a node that has outages. It pauses while the node is down. The event that its world has
/// scheduled for its end is not moved; it is postponed only when it occurs.
class PausedGradient {
 public:
  /// The scheduled end has occurred while the node is down.
  void note_scheduled_end(Seconds now) { was_due_ = now; }

  /// The node, which went down at `since`, is back. Returns the new end of the gradient if the scheduled end has
  /// occurred in the meantime.
  std::optional<Seconds> resume_gradient(Seconds since, Seconds now) {
    if (const auto due = std::exchange(was_due_, std::nullopt)) return now + (*due + take_pause() - since);
    pause_ += now - since;
    return std::nullopt;
  }

  /// Returns the time by which the scheduled end must be postponed, and resets it.
  Seconds take_pause() { return std::exchange(pause_, Seconds{0}); }

 private:
  Seconds pause_{0};
  std::optional<Seconds> was_due_;
};

}  // namespace gossamer
