#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// A rate that changes in steps: work that a device does, or bytes that its link carries, per second.
class ChangingRate {
 public:
  struct Step {
    Seconds from{0};
    double rate = 0;  ///< ≥ 0, per second, until the next step
  };

  /// The steps ascend from 0 s on. After `period`, which is later than all steps, they repeat; without a period the
  /// last step lasts forever. Some step must have a rate above 0; without a period, the last step.
  explicit ChangingRate(std::vector<Step> steps, std::optional<Seconds> period = {});

  /// The time that an amount takes from `start` ≥ 0 on, until
  ///
  ///     ∫ rate dt = amount
  ///
  /// After a change it continues at the new rate; it pauses while the rate is 0.
  Seconds elapsed(Seconds start, double amount) const;

 private:
  Seconds phase(Seconds time) const;
  std::size_t index_at(Seconds phase) const;
  Seconds end_of(std::size_t index) const;

  std::vector<Step> steps_;
  std::optional<Seconds> period_;
  double of_period_ = 0;  ///< the amount of one period; unused without a period
};

}  // namespace gossamer
