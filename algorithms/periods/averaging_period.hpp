#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "sim/ground/parts.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The facts from which a law chooses the period that begins. They are the same on all nodes.
struct PeriodStart {
  std::uint64_t steps = 0;    ///< k, the gradients that a node has finished
  double step_size = 0;       ///< η_k, of the next gradient
  double last_step_size = 0;  ///< η_{k−1}, of the last gradient; η_0 before the first one
  /// S = (1/n) Σ_i ‖x_i − x̄‖² just before the averaging; empty before the first one, and if the law does not ask for it
  std::optional<double> variance = {};
  /// The mean of the nodes' clocks, and the mean F(x) of their objectives at the common model, if the law asks for it.
  Seconds now{0};
  std::optional<double> loss = {};
};

/// The periods of one node in one run: the numbers of steps between averagings, one after the other.
class Periods {
 public:
  virtual ~Periods() = default;

  /// H ≥ 1 of the period that begins: at the start of the run, and after each averaging.
  virtual std::uint64_t next(const PeriodStart& at) = 0;
  /// Whether `next` needs the loss at this time.
  virtual bool asks_loss(Seconds /*now*/) const { return false; }
};

/// A period law.
class PeriodLaw {
 public:
  static const PartType& part_type();

  virtual ~PeriodLaw() = default;
  virtual std::unique_ptr<Periods> periods() const = 0;
  /// Whether the law needs the variance of the models at each averaging, which costs an all-reduce of one number.
  virtual bool asks_variance() const { return false; }
  /// Whether the law reads clocks and losses, which costs an all-reduce of three numbers at each averaging, and from time
  /// to time the loss over all samples of a node.
  virtual bool asks_loss() const { return false; }
};

/// The averaging period of an algorithm: a constant H, or a law.
class AveragingPeriod {
 public:
  using Part = PeriodLaw;

  AveragingPeriod(int constant);  // NOLINT: a number converts to a constant period
  explicit AveragingPeriod(PartValue chosen) : chosen_{std::move(chosen)} {}

  std::shared_ptr<const PeriodLaw> law() const { return chosen_.as<PeriodLaw>(); }
  const PartValue& value() const { return chosen_; }

 private:
  PartValue chosen_;
};

}  // namespace gossamer
