#pragma once
#include <memory>
#include <span>
#include <utility>
#include <vector>

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
  OuterOptimizerChoice(DelayedNesterov::Settings settings);  // NOLINT
  explicit OuterOptimizerChoice(PartValue chosen) : chosen_{std::move(chosen)} {}

  std::unique_ptr<OuterOptimizer> start(Node& node) const { return chosen_.as<OuterOptimizerKind>()->start(node); }
  const PartValue& value() const { return chosen_; }

 private:
  PartValue chosen_;
};

/// The kinds of outer optimizers.
const std::vector<PartEntry<OuterOptimizerKind>>& outer_optimizers();

}  // namespace gossamer
