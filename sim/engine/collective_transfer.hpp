#pragma once
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The time that messages of all-reduces are in flight, summed over messages, if formulas give it. An all-reduce in
/// flight counts with the fraction of its duration that has elapsed.
class CollectiveTransfer {
 public:
  /// An all-reduce of that duration begins; the previous one is over.
  void begin(Seconds now, Seconds duration, Seconds under_way) {
    sum_ = until(now);
    began_ = now;
    duration_ = duration;
    under_way_ = under_way;
  }
  Seconds until(Seconds now) const {
    const Seconds passed = now - began_;
    return sum_ + (passed < duration_ ? passed / duration_ : 1.0) * under_way_;
  }

 private:
  Seconds sum_{0};
  Seconds began_{0};
  Seconds duration_{0};
  Seconds under_way_{0};
};

}  // namespace gossamer
