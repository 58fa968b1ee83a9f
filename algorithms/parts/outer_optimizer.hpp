#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/parts/adaptive_step.hpp"
#include "algorithms/parts/delayed_nesterov.hpp"
#include "algorithms/parts/outer_momentum.hpp"
#include "algorithms/parts/outer_rule.hpp"
#include "sim/ground/parts.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// A kind of outer optimizer with its settings.
class OuterOptimizerKind {
 public:
  static const PartType& part_type();

  virtual ~OuterOptimizerKind() = default;
  /// An optimizer that has made no step.
  virtual std::unique_ptr<OuterOptimizer> start(Node& node) const = 0;
};

/// The outer optimizer of an algorithm.
///
///     const auto outer = settings.outer.start(node);
///     x = outer->step(x, pseudo_gradient);
class OuterOptimizerChoice {
 public:
  using Part = OuterOptimizerKind;

  OuterOptimizerChoice(OuterStep settings);                  // NOLINT: settings of an optimizer convert to the choice
  OuterOptimizerChoice(ToEnd::Settings settings);            // NOLINT
  OuterOptimizerChoice(AdaptiveStep::Settings settings);     // NOLINT
  OuterOptimizerChoice(DelayedNesterov::Settings settings);  // NOLINT
  explicit OuterOptimizerChoice(PartValue chosen) : chosen_{std::move(chosen)} {}

  std::unique_ptr<OuterOptimizer> start(Node& node) const { return chosen_.as<OuterOptimizerKind>()->start(node); }
  const PartValue& value() const { return chosen_; }

 private:
  PartValue chosen_;
};

/// The settings of an adaptive step, with these defaults; that of the step size has this name.
std::vector<Field<AdaptiveStep::Settings>> adaptive_fields(const AdaptiveStep::Settings& usual,
                                                           const std::string& step_size);

/// The kinds of outer optimizers.
const std::vector<PartEntry<OuterOptimizerKind>>& outer_optimizers();

}  // namespace gossamer
