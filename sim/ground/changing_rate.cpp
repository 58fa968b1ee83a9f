#include "sim/ground/changing_rate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace gossamer {

ChangingRate::ChangingRate(std::vector<Step> steps, std::optional<Seconds> period)
    : steps_{std::move(steps)}, period_{period} {
  if (!period_) return;
  for (std::size_t k = 0; k < steps_.size(); ++k) of_period_ += steps_[k].rate * (end_of(k) - steps_[k].from).count();
}

Seconds ChangingRate::phase(Seconds time) const {
  return period_ ? Seconds{std::fmod(time.count(), period_->count())} : time;
}

std::size_t ChangingRate::index_at(Seconds phase) const {
  const auto after = std::upper_bound(steps_.begin(), steps_.end(), phase,
                                      [](Seconds time, const Step& step) { return time < step.from; });
  return static_cast<std::size_t>(after - steps_.begin()) - 1;
}

Seconds ChangingRate::end_of(std::size_t index) const {
  constexpr Seconds forever{std::numeric_limits<double>::infinity()};
  return index + 1 < steps_.size() ? steps_[index + 1].from : period_.value_or(forever);
}

Seconds ChangingRate::elapsed(Seconds start, double amount) const {
  // If an amount ends with a step, rounding must not leave its last bits to a next step of rate zero. If the rate of
  // the next step is not zero, the last bits pass at that rate.
  const double of_amount = 1e-13 * amount;
  const Seconds of_start = 8 * std::numeric_limits<double>::epsilon() * start;
  Seconds now = phase(start);
  Seconds passed{0};
  for (std::size_t k = index_at(now);;) {
    const Seconds room = end_of(k) - now;
    const double rate = steps_[k].rate;
    const bool rests = steps_[k + 1 < steps_.size() ? k + 1 : 0].rate == 0;
    const double rounding = rests ? of_amount + rate * of_start.count() : 0;
    if (rate > 0 && amount <= rate * room.count() + rounding) return passed + Seconds{amount / rate};
    if (rate > 0) amount -= rate * room.count();
    passed += room;
    if (++k == steps_.size()) {
      k = 0;
      const double whole = std::max(0.0, std::ceil((amount - of_amount) / of_period_) - 1);  // periods to pass over
      passed += whole * *period_;
      amount -= whole * of_period_;
    }
    now = steps_[k].from;
  }
}

}  // namespace gossamer
