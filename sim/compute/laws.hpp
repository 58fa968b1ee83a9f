#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "sim/compute/step_times.hpp"

/// Laws that are the same on every node. Draws are addressed by (seed, node, step), so that steps and nodes are
/// independent.
namespace gossamer {

/// Every step takes the same time.
struct ConstantStep {
  Seconds step{10e-3};  ///< > 0
};

/// T uniform on [low, high]; the slowest of n takes low + (high − low) n/(n + 1) in the mean.
struct UniformStep {
  Seconds low{5e-3};    ///< ≥ 0
  Seconds high{15e-3};  ///< > low
};

/// i.i.d. exponential steps: P(T > t) = exp(−t / mean). The slowest of n takes mean · (1 + 1/2 + … + 1/n).
struct ExponentialStep {
  Seconds mean{10e-3};  ///< > 0
};

/// A fixed part and an exponential one: T = shift + E with E exponential, so the mean is shift + tail.
/// Lee, Lam, Pedarsani, Papailiopoulos, Ramchandran, "Speeding Up Distributed Machine Learning Using Codes", IEEE
/// Transactions on Information Theory 64(3), 2018, arXiv:1512.02673.
struct ShiftedExponentialStep {
  Seconds shift{8e-3};  ///< ≥ 0
  Seconds tail{2e-3};   ///< > 0, mean of the exponential part
};

/// T of density t^{k − 1} exp(−t/θ)/(Γ(k) θᵏ) with θ = mean/k: the coefficient of variation is 1/√k; for an integer k a
/// sum of k exponential parts (Erlang).
struct GammaStep {
  Seconds mean{10e-3};  ///< > 0
  double shape = 4;     ///< k > 0
};

/// T = mean · exp(σ Z − σ²/2) with Z standard normal: the mean is `mean`, the coefficient of variation √(exp(σ²) − 1).
struct LognormalStep {
  Seconds mean{10e-3};  ///< > 0
  double sigma = 0.5;   ///< σ > 0, standard deviation of log T
};

/// P(T > t) = (x/t)^α for t ≥ x = mean · (α − 1)/α, the least time of a step. The variance is infinite for α ≤ 2. The
/// slowest of n takes x Γ(n + 1) Γ(1 − 1/α)/Γ(n + 1 − 1/α) in the mean, which grows as n^{1/α}.
struct ParetoStep {
  Seconds mean{10e-3};  ///< > 0
  double shape = 2.5;   ///< α > 1
};

/// P(T > t) = exp(−(t/λ)ᵏ) with λ = mean/Γ(1 + 1/k): heavier than exponential for k < 1, lighter above.
struct WeibullStep {
  Seconds mean{10e-3};  ///< > 0
  double shape = 2;     ///< k > 0
};

std::unique_ptr<StepTimes> step_times(ConstantStep settings);
/// Throws ComputeError unless low < high.
std::unique_ptr<StepTimes> step_times(UniformStep settings, std::uint64_t seed);
std::unique_ptr<StepTimes> step_times(ExponentialStep settings, std::uint64_t seed);
std::unique_ptr<StepTimes> step_times(ShiftedExponentialStep settings, std::uint64_t seed);
std::unique_ptr<StepTimes> step_times(GammaStep settings, std::uint64_t seed);
std::unique_ptr<StepTimes> step_times(LognormalStep settings, std::uint64_t seed);
std::unique_ptr<StepTimes> step_times(ParetoStep settings, std::uint64_t seed);
std::unique_ptr<StepTimes> step_times(WeibullStep settings, std::uint64_t seed);

/// Machines that differ for good: all steps of a node take as long as its step 0 does by the law.
std::unique_ptr<StepTimes> once_per_node(std::unique_ptr<StepTimes> law);

/// Machines that others use as well, each at its own times. A node's steps come in phases, each as likely a slow one
/// as a fast one, in which they take 1 + u and 1 − u times as long: the mean stays. Nodes that wait for each other
/// every few steps lose what independent steps do not show: two of them that take equal steps need 1 + u/2 times as
/// long.
struct Phases {
  double unevenness = 0;  ///< u in [0, 1)
  /// ≥ 1, of a phase. Whether 50 or 1000 counts little where nodes wait for each other sooner; those that never wait
  /// end the further apart, the longer it is.
  std::int64_t steps = 50;
};

/// The law of nodes on such machines.
std::unique_ptr<StepTimes> in_phases(const Phases& settings, std::shared_ptr<const StepTimes> law, std::uint64_t seed);

/// What it takes a node to work received bytes into its model. Memory that only averages need is in the caches right
/// after one, and less and less of it with each step that follows:
///
///     seconds per byte = 1/rate + (1/cold_rate − 1/rate) (1 − exp(−(k − 1)/cooling))
///
/// with k steps from one average to the next, as caches forget that evict any line as likely as another.
struct Averaging {
  double rate = std::numeric_limits<double>::infinity();  ///< > 0, bytes per second, where every step averages
  std::optional<double> cold_rate = {};                   ///< > 0, after many steps; none: `rate`
  double cooling = 2;                                     ///< > 0, steps that leave a share 1/e in the caches
};

/// The law of nodes that average so.
std::unique_ptr<StepTimes> averaging_at(const Averaging& settings, std::shared_ptr<const StepTimes> law);

}  // namespace gossamer
