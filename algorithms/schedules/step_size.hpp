#pragma once
#include <cstdint>
#include <memory>

#include "sim/ground/parts.hpp"

namespace gossamer {

/// A step-size schedule: η_k > 0 for a node that has finished k gradients in this run. Local steps count one by one.
/// Nodes that have made different numbers of steps, as after a fault, have different step sizes.
class StepSizeSchedule {
 public:
  static const PartType& part_type();

  virtual ~StepSizeSchedule() = default;
  virtual double at(std::uint64_t k) const = 0;
};

/// The step size of an algorithm: a constant, or a schedule.
///
///     const double eta = settings.step_size.at(node.steps());  // before the gradient that it multiplies
///     const Params g = co_await node.gradient(x);
///     x = x - eta * g;
class StepSize {
 public:
  using Part = StepSizeSchedule;

  StepSize(double constant) : constant_{constant} {}  // NOLINT: a number converts to a constant step size
  explicit StepSize(PartValue chosen);

  double at(std::uint64_t k) const { return chosen_ ? schedule_->at(k) : constant_; }

  PartValue value() const;

 private:
  PartValue chosen_;  ///< none if it is constant
  union {
    double constant_;
    const StepSizeSchedule* schedule_;
  };
};

/// The kind of a constant step size, which a bare number means.
const PartEntry<StepSizeSchedule>& constant_step_size();

}  // namespace gossamer
