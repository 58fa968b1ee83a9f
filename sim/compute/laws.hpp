#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "sim/compute/step_times.hpp"

/// Laws of step times that are the same on every node. Draws are addressed by (seed, node, step), so steps and nodes
/// are independent. Each step costs O(1).
namespace gossamer {

/// Every step takes the same time.
struct ConstantStep {
  Seconds step{10e-3};  ///< > 0
};

/// T uniform on [low, high]. The mean of the slowest of n is low + (high − low) n/(n + 1).
struct UniformStep {
  Seconds low{5e-3};    ///< ≥ 0
  Seconds high{15e-3};  ///< > low
};

/// Independent exponential steps: P(T > t) = exp(−t / mean). The mean of the slowest of n is
/// mean · (1 + 1/2 + … + 1/n).
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

/// T of density t^{k − 1} exp(−t/θ)/(Γ(k) θᵏ) with θ = mean/k. The coefficient of variation is 1/√k. For an integer k,
/// T is a sum of k exponential parts (Erlang).
struct GammaStep {
  Seconds mean{10e-3};  ///< > 0
  double shape = 4;     ///< k > 0
};

/// T = mean · exp(σ Z − σ²/2) with Z standard normal. The mean is `mean`, the coefficient of variation √(exp(σ²) − 1).
struct LognormalStep {
  Seconds mean{10e-3};  ///< > 0
  double sigma = 0.5;   ///< σ > 0, standard deviation of log T
};

/// P(T > t) = (x/t)^α for t ≥ x = mean · (α − 1)/α, the least time of a step. The variance is infinite for α ≤ 2. The
/// mean of the slowest of n is x Γ(n + 1) Γ(1 − 1/α)/Γ(n + 1 − 1/α), which grows as n^{1/α}.
struct ParetoStep {
  Seconds mean{10e-3};  ///< > 0
  double shape = 2.5;   ///< α > 1
};

/// P(T > t) = exp(−(t/λ)ᵏ) with λ = mean/Γ(1 + 1/k). The tail is heavier than exponential for k < 1, lighter for k > 1.
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

/// Machines with permanent differences: all steps of a node take as long as its step 0 by the law.
std::unique_ptr<StepTimes> once_per_node(std::unique_ptr<StepTimes> law);

/// Machines that others use as well, each at its own times. A node's steps come in phases, slow or fast with equal
/// probability. A step takes 1 + u times as long in a slow phase and 1 − u times as long in a fast one, so the mean
/// does not change. Nodes that wait for each other every few steps lose time that independent steps would not lose: two
/// nodes with equal steps need 1 + u/2 times as long.
struct Phases {
  double unevenness = 0;  ///< u in [0, 1)
  /// ≥ 1, steps of a phase. 50 and 1000 differ little if nodes wait for each other more often than that. If nodes never
  /// wait, longer phases drive them further apart.
  std::int64_t steps = 50;
};

/// The law with phases.
std::unique_ptr<StepTimes> in_phases(const Phases& settings, std::shared_ptr<const StepTimes> law, std::uint64_t seed);

/// The time in which a node combines received bytes with its model. Memory that only averages need is in the caches
/// after an average; each following step evicts a part of it:
///
///     seconds per byte = 1/rate + (1/cold_rate − 1/rate) (1 − exp(−(k − 1)/cooling))
///
/// with k steps from one average to the next: caches that evict any line with equal probability.
struct Averaging {
  double rate = std::numeric_limits<double>::infinity();  ///< bytes per second > 0, if every step averages
  std::optional<double> cold_rate = {};                   ///< bytes per second > 0, after many steps; if empty, `rate`
  double cooling = 2;  ///< steps > 0 after which a fraction 1/e is left in the caches
};

/// The law with this time for averages.
std::unique_ptr<StepTimes> averaging_at(const Averaging& settings, std::shared_ptr<const StepTimes> law);

}  // namespace gossamer
