#pragma once
#include <cstdint>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Detects that nodes only go down and come back. Programs that start again may send and receive without end. But if no
/// step is finished or resumed during 100 outages per node, on average, none will be.
class IdleOutages {
 public:
  explicit IdleOutages(NodeId nodes) : too_many_{100 * static_cast<std::uint64_t>(nodes)} {}

  /// `outages` more have begun. `last_due` is the time of the last scheduled event that is no outage.
  void begin(std::uint64_t outages, Seconds last_due) {
    const bool was_early = outages_ < too_many_ / 2;
    outages_ += outages;
    if (was_early && outages_ >= too_many_ / 2) patient_until_ = last_due;
  }
  /// A step has been finished, or resumed after an outage.
  void end() { outages_ = 0; }

  /// Returns true if that many outages were idle. All that is in flight when half of them have begun may end first,
  /// however long it takes.
  bool too_many(Seconds now) const { return outages_ >= too_many_ && now >= patient_until_; }

 private:
  std::uint64_t too_many_;
  std::uint64_t outages_ = 0;
  Seconds patient_until_{0};
};

}  // namespace gossamer
