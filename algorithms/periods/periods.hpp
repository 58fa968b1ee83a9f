#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "algorithms/periods/averaging_period.hpp"

/// The period laws. Each is a structure of settings; it chooses H, the number of steps until the next averaging.
namespace gossamer {

/// H, always.
struct ConstantPeriod {
  std::int64_t value = 8;  ///< H ≥ 1
};

/// The periods of a list, and then its last one.
struct PeriodList {
  std::vector<std::int64_t> values = {8};  ///< all ≥ 1
  std::int64_t times = 1;                  ///< how often each is used
};

/// Post-local:  H = 1 until a step, and a constant from then on.
struct PostLocalPeriod {
  std::int64_t switch_at = 8;  ///< the first step of a longer period
  std::int64_t period = 16;    ///< H from then on
};

/// Quadratic synchronization rule:  H = max(H_min, ⌊(α/η_k)^p⌋), with the step size of the period's first step
struct QuadraticPeriod {
  double growth = 0.1;                           ///< α > 0
  double power = 2;                              ///< p > 0
  std::int64_t least = 1;                        ///< H_min ≥ 1
  std::int64_t warm_up = 0;                      ///< so many steps have the period `warm_up_period`
  std::int64_t warm_up_period = 1;               ///< ≥ 1
  std::optional<std::int64_t> total_steps = {};  ///< if given, the last period is cut so that it ends there
};

/// Adaptive: keeps the variance S of the models proportional to the step size, as it is in a sampling phase.
///
///     C = mean of S/η over the averagings of the sampling phase
///     afterwards  H ← H + 1 if S < a η C,   H ← max(1, H − 1) if S > b η C
///
/// η is that of the step just before the averaging.
struct AdaptivePeriod {
  std::int64_t first_period = 4;          ///< H in the sampling phase
  std::int64_t sample_until = 1000;       ///< the sampling phase ends after so many steps
  std::int64_t warm_up = 0;               ///< so many steps have the period 1
  bool sample_warm_up = false;            ///< whether averagings of the warm-up count in C
  double low = 0.7;                       ///< a ≥ 0
  double high = 1.3;                      ///< b ≥ 0
  std::optional<std::int64_t> most = {};  ///< the largest H, if there is one
};

/// AdaComm: communicates rarely at first, and more often as the loss falls. At the start, and whenever an interval has
/// passed since then at an averaging:
///
///     H = ⌈H_0 √((η_0/η_k)^p (F(x) − F_inf)/(F(x_0) − F_inf))⌉;   if this is not below the H before:  H ← ⌈γ H⌉
struct AdaCommPeriod {
  std::int64_t first_period = 20;         ///< H_0 ≥ 1
  Seconds interval{60};                   ///< T_0 > 0
  double shrink = 0.5;                    ///< γ in (0, 1]; 1: a loss that does not fall leaves H as the root says
  double step_size_power = 1;             ///< p ≥ 0; the error bound itself has 3
  double least_loss = 0;                  ///< F_inf
  bool period_inside_root = false;        ///< ⌈√(H_0 …)⌉ instead
  std::int64_t least = 1;                 ///< the smallest H
  std::optional<std::int64_t> most = {};  ///< the largest H, if there is one
};

/// The fields of laws that algorithms have as settings of their own.
std::vector<Field<PostLocalPeriod>> post_local_fields();
std::vector<Field<QuadraticPeriod>> quadratic_fields();
std::vector<Field<AdaptivePeriod>> adaptive_fields();
std::vector<Field<AdaCommPeriod>> adacomm_fields();

/// The averaging period by a law, for programs: `period_by(PeriodList{.values = {1, 2, 4}})`. Throws AlgorithmError for an
/// empty list, and for a sampling phase without averagings.
AveragingPeriod period_by(PeriodList law);
AveragingPeriod period_by(PostLocalPeriod law);
AveragingPeriod period_by(QuadraticPeriod law);
AveragingPeriod period_by(AdaptivePeriod law);
AveragingPeriod period_by(AdaCommPeriod law);

/// The kinds of laws. `make` throws as `period_by`.
const std::vector<PartEntry<PeriodLaw>>& period_laws();

}  // namespace gossamer
