#pragma once
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The time that messages of all-reduces are in flight, summed over messages, if formulas give it. An all-reduce in
/// flight counts with the fraction of its duration that has elapsed.
class CollectiveTransfer {
 public:
  /// An all-reduce of that duration begins; the previous one is over.
  void begin(Seconds now, Seconds duration, Seconds in_flight) {
    sum_ = until(now);
    began_ = now;
    duration_ = duration;
    in_flight_ = in_flight;
  }
  Seconds until(Seconds now) const {
    const Seconds passed = now - began_;
    return sum_ + (passed < duration_ ? passed / duration_ : 1.0) * in_flight_;
  }

 private:
  Seconds sum_{0};
  Seconds began_{0};
  Seconds duration_{0};
  Seconds in_flight_{0};
};

}  // namespace gossamer
