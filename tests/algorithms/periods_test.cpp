#include "algorithms/periods/periods.hpp"

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/error.hpp"
#include "algorithms/schedules/schedules.hpp"

namespace gossamer::periods_test {
namespace {

/// The periods of a law whose averagings see nothing but steps, with a step size that is constant.
std::vector<std::uint64_t> first(int count, const AveragingPeriod& period, const StepSize& step_size = 0.1) {
  const auto periods = period.law()->periods();
  std::vector<std::uint64_t> result;
  std::uint64_t steps = 0;
  for (int k = 0; k < count; ++k) {
    result.push_back(periods->next({.steps = steps, .step_size = step_size.at(steps)}));
    steps += result.back();
  }
  return result;
}
using Steps = std::vector<std::uint64_t>;

TEST_CASE("A number is a period that stays") { CHECK(first(3, 8) == Steps{8, 8, 8}); }

TEST_CASE("A list gives each period so many times, and then its last one") {
  CHECK(first(6, period_by(PeriodList{.values = {1, 4}, .times = 2})) == Steps{1, 1, 4, 4, 4, 4});
  CHECK_THROWS_WITH_AS(period_by(PeriodList{.values = {}}), "a list of periods has at least one", AlgorithmError);
}

TEST_CASE("Post-local periods are single steps until the switch") {
  CHECK(first(6, period_by(PostLocalPeriod{.switch_at = 4, .period = 5})) == Steps{1, 1, 1, 1, 5, 5});
  CHECK(first(2, period_by(PostLocalPeriod{.switch_at = 0, .period = 5})) == Steps{5, 5});
}

TEST_CASE("The quadratic rule takes the step size of the next step, and cuts the last period") {
  const StepSize eta = step_size_by(StepSizeList{.values = {0.2, 0.1, 0.05}, .every = 8});
  const auto qsr = period_by(QuadraticPeriod{.growth = 0.2, .total_steps = 24});
  CHECK(first(11, qsr, eta) == Steps{1, 1, 1, 1, 1, 1, 1, 1, 4, 4, 8});
  CHECK(first(2, period_by(QuadraticPeriod{.growth = 0.2}), 0.05) == Steps{16, 16});
  CHECK(first(2, period_by(QuadraticPeriod{.growth = 0.2, .power = 1}), 0.05) == Steps{4, 4});
  CHECK(first(2, period_by(QuadraticPeriod{.growth = 0.2, .least = 3}), 0.2) == Steps{3, 3});
  CHECK(first(4, period_by(QuadraticPeriod{.growth = 0.4, .warm_up = 4, .warm_up_period = 2}), 0.2) ==
        Steps{2, 2, 4, 4});
}

/// The periods of an adaptive law whose averagings see these variances.
Steps adapted(const AdaptivePeriod& law, const std::vector<double>& variances, const StepSize& step_size) {
  const AveragingPeriod period = period_by(law);
  const auto periods = period.law()->periods();
  Steps result{periods->next({.steps = 0, .step_size = step_size.at(0)})};
  std::uint64_t steps = 0;
  for (const double variance : variances) {
    steps += result.back();
    result.push_back(periods->next({.steps = steps,
                                    .step_size = step_size.at(steps),
                                    .last_step_size = step_size.at(steps - 1),
                                    .variance = variance}));
  }
  return result;
}

TEST_CASE("The adaptive law compares S/η with its mean in the sampling phase") {
  // C = (20 + 40)/2 = 30 from the averagings after steps 2 and 4. Later ones with η = 0.1: H grows below 0.7 · 3 = 2.1,
  // falls above 1.3 · 3 = 3.9, and stays between.
  const AdaptivePeriod law{.first_period = 2, .sample_until = 4};
  CHECK(adapted(law, {2.0, 4.0, 2.0, 2.2, 3.8, 4.0, 4.0, 4.0}, 0.1) == Steps{2, 2, 2, 3, 3, 3, 2, 1, 1});
  CHECK(adapted({.first_period = 2, .sample_until = 4, .most = 3}, {2.0, 4.0, 0.0, 0.0}, 0.1) == Steps{2, 2, 2, 3, 3});
}

TEST_CASE("The adaptive law divides the variance by the step size before the averaging, not after it") {
  // η falls from 0.2 to 0.1 after step 4. C = 10, from the averaging after step 2. That after step 4 still compares with
  // 0.2 · 10, so 2 keeps H; the one after step 6 compares with 0.1 · 10, so 2 is above 1.3.
  const StepSize eta = step_size_by(StepDecay{.base = 0.2, .steps = {4}, .factor = 0.5});
  CHECK(adapted({.first_period = 2, .sample_until = 2}, {2.0, 2.0, 2.0}, eta) == Steps{2, 2, 2, 1});
}

TEST_CASE("A warm-up of the adaptive law averages after every step; its variances count if that is asked for") {
  // Without them C is 4/0.1, of the averaging after step 4; with those after steps 1 and 2 it is (1 + 1 + 4)/3/0.1.
  AdaptivePeriod law{.first_period = 2, .sample_until = 4, .warm_up = 2};
  CHECK(adapted(law, {1.0, 1.0, 4.0, 2.5}, 0.1) == Steps{1, 1, 2, 2, 3});
  law.sample_warm_up = true;
  CHECK(adapted(law, {1.0, 1.0, 4.0, 2.5}, 0.1) == Steps{1, 1, 2, 2, 2});
  CHECK_THROWS_WITH_AS(period_by(AdaptivePeriod{.first_period = 4, .sample_until = 3}),
                       "the sampling phase, up to step 3, ends before its first averaging, after step 4",
                       AlgorithmError);
}

/// The periods of AdaComm at averagings that see these losses, each an interval after the other.
Steps by_losses(const AdaCommPeriod& law, const std::vector<double>& losses, const std::vector<double>& step_sizes) {
  const AveragingPeriod period = period_by(law);
  const auto periods = period.law()->periods();
  Steps result;
  for (std::size_t k = 0; k < losses.size(); ++k) {
    const Seconds now = static_cast<double>(k) * law.interval;
    CHECK(periods->asks_loss(now));
    result.push_back(periods->next({.step_size = step_sizes[k], .now = now, .loss = losses[k]}));
    CHECK_FALSE(periods->asks_loss(now + 0.9 * law.interval));
    CHECK(periods->next({.step_size = step_sizes[k], .now = now}) == result.back());
  }
  return result;
}

TEST_CASE("AdaComm's rule alone follows the roots of loss and step size") {
  // 20 √(1/4) = 10;  20 √10 = 63.2;  20 √(10³) = 632.5;  √(20 · 10) = 14.1
  const AdaCommPeriod bare{.first_period = 20, .shrink = 1};
  CHECK(by_losses(bare, {4, 4, 1, 4}, {0.1, 0.1, 0.1, 0.01}) == Steps{20, 20, 10, 64});
  AdaCommPeriod other = bare;
  other.step_size_power = 3;
  CHECK(by_losses(other, {4, 4}, {0.1, 0.01}) == Steps{20, 633});
  other = bare;
  other.period_inside_root = true;
  CHECK(by_losses(other, {4, 4}, {0.1, 0.01}) == Steps{20, 15});
  other = bare;
  other.least_loss = 3;  // (7 − 3)/(19 − 3) = 1/4
  CHECK(by_losses(other, {19, 7}, {0.1, 0.1}) == Steps{20, 10});
  other = bare;
  other.least = 12;
  other.most = 30;
  CHECK(by_losses(other, {4, 1, 4}, {0.1, 0.1, 0.01}) == Steps{20, 12, 30});
}

TEST_CASE("AdaComm halves a period that the rule does not lower, down to one") {
  CHECK(by_losses({.first_period = 20}, {4, 4, 4, 4, 4, 4, 4}, std::vector<double>(7, 0.1)) ==
        Steps{20, 10, 5, 3, 2, 1, 1});
  CHECK(by_losses({.first_period = 20}, {4, 1, 1}, std::vector<double>(3, 0.1)) == Steps{20, 10, 5});
}

}  // namespace
}  // namespace gossamer::periods_test
