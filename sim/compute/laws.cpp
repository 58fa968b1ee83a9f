#include "sim/compute/laws.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sim/compute/compute_error.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

class Constant final : public StepTimes {
 public:
  explicit Constant(Seconds step) : step_{step} {}
  Seconds duration(NodeId, std::uint64_t, Seconds) const override { return step_; }

 private:
  Seconds step_;
};

/// Independent steps: `Law` turns the draws at (seed, node, step) into a duration.
template <class Law>
class Independent final : public StepTimes {
 public:
  Independent(std::uint64_t seed, Law law) : seed_{seed}, law_{std::move(law)} {}
  Seconds duration(NodeId node, std::uint64_t step, Seconds) const override {
    Draws draws{seed_, Purpose::step_time, node, step};
    return law_(draws);
  }

 private:
  std::uint64_t seed_;
  Law law_;
};

template <class Law>
std::unique_ptr<StepTimes> independent(std::uint64_t seed, Law law) {
  return std::make_unique<Independent<Law>>(seed, std::move(law));
}

class Averagers final : public StepTimes {
 public:
  Averagers(const Averaging& settings, std::shared_ptr<const StepTimes> law)
      : warm_{1 / settings.rate},
        cold_{settings.cold_rate ? 1 / *settings.cold_rate : warm_},
        cooling_{settings.cooling},
        law_{std::move(law)} {}

  Seconds duration(NodeId node, std::uint64_t step, Seconds start) const override {
    return law_->duration(node, step, start);
  }
  Seconds averaging(Bytes received, std::uint64_t steps) const override {
    const double cold_share = -std::expm1(-static_cast<double>(steps - 1) / cooling_);
    return Seconds{static_cast<double>(received) * (warm_ + (cold_ - warm_) * cold_share)};
  }
  double slowdown(NodeId node, std::uint64_t step) const override { return law_->slowdown(node, step); }
  double mean_slowdown(NodeId node) const override { return law_->mean_slowdown(node); }

 private:
  double warm_;  // seconds per byte
  double cold_;
  double cooling_;
  std::shared_ptr<const StepTimes> law_;
};

class Phased final : public StepTimes {
 public:
  Phased(const Phases& settings, std::shared_ptr<const StepTimes> law, std::uint64_t seed)
      : settings_{settings}, law_{std::move(law)}, seed_{seed} {}

  Seconds duration(NodeId node, std::uint64_t step, Seconds start) const override {
    const std::uint64_t phase = step / static_cast<std::uint64_t>(settings_.steps);
    const bool slow = Draws{seed_, Purpose::phase, node, phase}.uniform() < 0.5;
    return (1 + (slow ? 1 : -1) * settings_.unevenness) * law_->duration(node, step, start);
  }
  double slowdown(NodeId node, std::uint64_t step) const override { return law_->slowdown(node, step); }
  double mean_slowdown(NodeId node) const override { return law_->mean_slowdown(node); }

 private:
  Phases settings_;
  std::shared_ptr<const StepTimes> law_;
  std::uint64_t seed_;
};

class OncePerNode final : public StepTimes {
 public:
  explicit OncePerNode(std::unique_ptr<StepTimes> law) : law_{std::move(law)} {}
  Seconds duration(NodeId node, std::uint64_t, Seconds start) const override { return law_->duration(node, 0, start); }
  double slowdown(NodeId node, std::uint64_t) const override { return law_->slowdown(node, 0); }
  double mean_slowdown(NodeId node) const override { return law_->slowdown(node, 0); }

 private:
  std::unique_ptr<StepTimes> law_;
};

}  // namespace

std::unique_ptr<StepTimes> step_times(ConstantStep settings) { return std::make_unique<Constant>(settings.step); }

std::unique_ptr<StepTimes> step_times(UniformStep settings, std::uint64_t seed) {
  if (!(settings.low < settings.high))
    throw ComputeError{fmt::format("uniform: low is {} s and high {} s, expected low below high", settings.low.count(),
                                   settings.high.count())};
  const Seconds width = settings.high - settings.low;
  return independent(seed, [=](Draws& draws) { return settings.low + width * draws.uniform(); });
}

std::unique_ptr<StepTimes> step_times(ExponentialStep settings, std::uint64_t seed) {
  return independent(seed, [settings](Draws& draws) { return settings.mean * standard_exponential(draws); });
}

std::unique_ptr<StepTimes> step_times(ShiftedExponentialStep settings, std::uint64_t seed) {
  return independent(seed,
                     [settings](Draws& draws) { return settings.shift + settings.tail * standard_exponential(draws); });
}

std::unique_ptr<StepTimes> step_times(GammaStep settings, std::uint64_t seed) {
  const Seconds scale = settings.mean / settings.shape;
  return independent(seed, [=](Draws& draws) { return scale * standard_gamma(draws, settings.shape); });
}

std::unique_ptr<StepTimes> step_times(LognormalStep settings, std::uint64_t seed) {
  const double sigma = settings.sigma;
  return independent(
      seed, [=](Draws& draws) { return settings.mean * std::exp(sigma * standard_normal(draws) - sigma * sigma / 2); });
}

std::unique_ptr<StepTimes> step_times(ParetoStep settings, std::uint64_t seed) {
  const Seconds least = settings.mean * ((settings.shape - 1) / settings.shape);
  // log(T/x) is exponential with mean 1/α.
  return independent(seed,
                     [=](Draws& draws) { return least * std::exp(standard_exponential(draws) / settings.shape); });
}

std::unique_ptr<StepTimes> step_times(WeibullStep settings, std::uint64_t seed) {
  const double power = 1 / settings.shape;
  const Seconds scale = settings.mean / std::tgamma(1 + power);
  // (T/λ)ᵏ is exponential with mean 1.
  return independent(seed, [=](Draws& draws) { return scale * std::pow(standard_exponential(draws), power); });
}

std::unique_ptr<StepTimes> once_per_node(std::unique_ptr<StepTimes> law) {
  return std::make_unique<OncePerNode>(std::move(law));
}

std::unique_ptr<StepTimes> in_phases(const Phases& settings, std::shared_ptr<const StepTimes> law, std::uint64_t seed) {
  return std::make_unique<Phased>(settings, std::move(law), seed);
}

std::unique_ptr<StepTimes> averaging_at(const Averaging& settings, std::shared_ptr<const StepTimes> law) {
  return std::make_unique<Averagers>(settings, std::move(law));
}

}  // namespace gossamer
