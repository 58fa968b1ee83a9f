#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/schedules/step_size.hpp"

/// The step-size schedules. k ≥ 0 is the number of gradients that the node has finished.
namespace gossamer {

/// η_k = η
struct ConstantStepSize {
  double value = 0.1;  ///< η > 0

  double at(std::uint64_t) const { return value; }
};

/// Step decay:  η_k = η_0 c^m, if m of the given numbers of steps are at most k
struct StepDecay {
  double base = 0.1;                     ///< η_0 > 0
  std::vector<std::int64_t> steps = {};  ///< after so many steps the step size is multiplied by c
  double factor = 0.1;                   ///< c > 0

  double at(std::uint64_t k) const;
};

/// Linear warm-up:  η_k = a + (k + 1)/K (η_0 − a) for k < K, and then another schedule, whose first value is η_0
///
/// Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017, arXiv:1706.02677.
struct WarmUp {
  std::int64_t steps = 1;  ///< K ≥ 1
  double from = 0;         ///< a ≥ 0
  StepSize then = 0.1;     ///< counts its steps from K

  double at(std::uint64_t k) const;
};

/// Inverse time:  η_k = η_0 / (1 + k/T)
struct InverseTime {
  double base = 0.1;       ///< η_0 > 0
  double halved_at = 100;  ///< T > 0

  double at(std::uint64_t k) const;
};

/// Half a cosine:  η_k = η_K + (1 + cos(π k/K))/2 (η_0 − η_K) for k < K, and then η_K
///
/// Loshchilov, Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, arXiv:1608.03983, without
/// restarts. Unlike the paper η_K is above 0: some algorithms divide by the step size.
struct Cosine {
  double base = 0.1;       ///< η_0 > 0
  std::int64_t steps = 1;  ///< K ≥ 1
  double last = 1e-6;      ///< η_K > 0

  double at(std::uint64_t k) const;
};

/// A list:  η_k = value ⌊k/K⌋ of the list, or its last one
struct StepSizeList {
  std::vector<double> values = {0.1};  ///< all above 0
  std::int64_t every = 1;              ///< K ≥ 1, steps with each value

  double at(std::uint64_t k) const;
};

/// The kinds of schedules. `make` throws AlgorithmError for an empty list.
const std::vector<PartEntry<StepSizeSchedule>>& step_size_schedules();

/// A schedule by a formula: a structure of settings with a function `at`.
template <class Formula>
class FormulaSchedule final : public StepSizeSchedule {
 public:
  explicit FormulaSchedule(Formula formula) : formula_{std::move(formula)} {}
  double at(std::uint64_t k) const override { return formula_.at(k); }

 private:
  Formula formula_;
};

/// The step size by a formula, for programs: `step_size_by(StepDecay{.base = 0.1, .steps = {100}})`.
template <class Formula>
StepSize step_size_by(Formula formula) {
  return StepSize{PartValue{
      std::shared_ptr<const StepSizeSchedule>{std::make_shared<const FormulaSchedule<Formula>>(std::move(formula))}}};
}

/// The entry of a schedule by a formula.
template <class Formula>
PartEntry<StepSizeSchedule> schedule_entry(std::string name, std::string sentence, std::vector<Field<Formula>> fields,
                                           std::string source = {}) {
  return entry<std::shared_ptr<const StepSizeSchedule>(), Formula>(
      std::move(name), std::move(sentence),
      [](Formula formula) -> std::shared_ptr<const StepSizeSchedule> {
        return std::make_shared<const FormulaSchedule<Formula>>(std::move(formula));
      },
      std::move(fields), std::move(source));
}

}  // namespace gossamer
