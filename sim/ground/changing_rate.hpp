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

  /// The steps ascend from 0 s on. After `period`, which lies above them all, everything begins anew; without one the
  /// last step lasts forever. Some step must have a rate, the last one where there is no period.
  explicit ChangingRate(std::vector<Step> steps, std::optional<Seconds> period = {});

  /// How long an amount takes that begins at `start` ≥ 0: until
  ///
  ///     ∫ rate dt = amount
  ///
  /// so that it goes on at the new rate where the rate changes, and rests where there is none.
  Seconds elapsed(Seconds start, double amount) const;

 private:
  Seconds phase(Seconds time) const;
  std::size_t index_at(Seconds phase) const;
  Seconds end_of(std::size_t index) const;

  std::vector<Step> steps_;
  std::optional<Seconds> period_;
  double of_period_ = 0;  ///< the amount of one period; of no meaning where there is none
};

}  // namespace gossamer
