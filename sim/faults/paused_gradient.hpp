#pragma once
#include <optional>
#include <utility>

#include "sim/quantities.hpp"

namespace gossamer {

/// A gradient under way on a node whose outages it outlasts: it stands still while the node is down. Its world's date
/// for it stays; only when that comes is it put off.
class PausedGradient {
 public:
  /// Its date has come while the node is down.
  void fall_due(Seconds now) { was_due_ = now; }

  /// The node is back, which went down at `since`: when the gradient is due now, where its date has come meanwhile.
  std::optional<Seconds> go_on(Seconds since, Seconds now) {
    if (const auto due = std::exchange(was_due_, std::nullopt)) return now + (*due + take_pause() - since);
    pause_ += now - since;
    return std::nullopt;
  }

  /// By how much its date has to be put off, once.
  Seconds take_pause() { return std::exchange(pause_, Seconds{0}); }

 private:
  Seconds pause_{0};
  std::optional<Seconds> was_due_;
};

}  // namespace gossamer
