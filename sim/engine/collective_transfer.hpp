#pragma once
#include <algorithm>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The time that messages of all-reduces are in flight, summed over messages, if formulas give it. An all-reduce in
/// flight counts with the fraction of its duration that has elapsed.
class CollectiveTransfer {
 public:
  /// An all-reduce of that duration begins.
  void begin(Seconds now, Seconds duration, Seconds in_flight) {
    const auto over = std::stable_partition(current_.begin(), current_.end(),
                                            [now](const AllReduce& one) { return now < one.began + one.duration; });
    for (auto one = over; one != current_.end(); ++one) sum_ += one->in_flight;
    current_.erase(over, current_.end());
    current_.push_back({now, duration, in_flight});
  }
  Seconds until(Seconds now) const {
    Seconds sum = sum_;
    for (const AllReduce& one : current_) {
      const Seconds passed = now - one.began;
      sum += (passed < one.duration ? passed / one.duration : 1.0) * one.in_flight;
    }
    return sum;
  }

 private:
  struct AllReduce {
    Seconds began{0};
    Seconds duration{0};
    Seconds in_flight{0};
  };

  Seconds sum_{0};                  ///< of all others
  std::vector<AllReduce> current_;  ///< some of these may be over
};

}  // namespace gossamer
