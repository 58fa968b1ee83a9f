#pragma once
#include <cstdint>

#include "sim/quantities.hpp"

namespace gossamer {

/// Finds out that nodes go down and come back, and do nothing else: programs that start anew may send and receive as
/// they like, but if no step is finished or goes on for a hundred outages of each node, in the mean, none will be.
class IdleOutages {
 public:
  explicit IdleOutages(NodeId nodes) : too_many_{100 * static_cast<std::uint64_t>(nodes)} {}

  /// `outages` more have begun. The last event that is scheduled and is no outage is due at `last_due`.
  void begin(std::uint64_t outages, Seconds last_due) {
    const bool was_early = outages_ < too_many_ / 2;
    outages_ += outages;
    if (was_early && outages_ >= too_many_ / 2) patient_until_ = last_due;
  }
  /// A step has been finished, or goes on after an outage.
  void end() { outages_ = 0; }

  /// Whether so many outages are idle. Whatever is in flight when half of them have begun ends first, however long it
  /// takes.
  bool too_many(Seconds now) const { return outages_ >= too_many_ && now >= patient_until_; }

 private:
  std::uint64_t too_many_;
  std::uint64_t outages_ = 0;
  Seconds patient_until_{0};
};

}  // namespace gossamer
