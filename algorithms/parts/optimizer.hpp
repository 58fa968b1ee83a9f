#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "algorithms/parts/adam.hpp"
#include "algorithms/parts/muon.hpp"
#include "algorithms/parts/sgd.hpp"
#include "sim/ground/parts.hpp"

namespace gossamer {

/// The rule by which a node makes steps along gradients, with its state, which stays on the node.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// Updates its state with g, and returns the next x.
  virtual Params step(const Params& x, double step_size, const Params& g) = 0;
};

/// A kind of optimizer with its settings.
class OptimizerKind {
 public:
  static const PartType& part_type();

  virtual ~OptimizerKind() = default;
  /// An optimizer of this node that has made no step.
  virtual std::unique_ptr<Optimizer> start(Node& node) const = 0;
};

/// The optimizer of an algorithm.
///
///     const auto optimizer = settings.optimizer.start(node);
///     x = optimizer->step(x, eta, g);
class OptimizerChoice {
 public:
  using Part = OptimizerKind;

  OptimizerChoice();                         ///< SGD without momentum
  OptimizerChoice(Sgd::Settings settings);   // NOLINT: settings of an optimizer convert to the choice
  OptimizerChoice(Adam::Settings settings);  // NOLINT
  OptimizerChoice(Muon::Settings settings);  // NOLINT
  explicit OptimizerChoice(PartValue chosen) : chosen_{std::move(chosen)} {}

  std::unique_ptr<Optimizer> start(Node& node) const { return chosen_.as<OptimizerKind>()->start(node); }
  const PartValue& value() const { return chosen_; }

 private:
  PartValue chosen_;
};

/// The kinds of optimizers.
const std::vector<PartEntry<OptimizerKind>>& optimizers();

/// The fields of rules that some algorithms have as settings of their own.
Field<Sgd::Settings> weight_decay_of_sgd();
/// Those of the moments: their decays, ε, and whether they are corrected.
std::vector<Field<Adam::Settings>> adam_moments();
Field<Adam::Settings> weight_decay_of_adam();

}  // namespace gossamer
