#pragma once
#include <span>
#include <variant>

#include "algorithms/parts/adam.hpp"
#include "algorithms/parts/muon.hpp"
#include "algorithms/parts/sgd.hpp"

namespace gossamer {

/// The settings of an optimizer, which choose its kind.
using OptimizerSettings = std::variant<Sgd::Settings, Adam::Settings, Muon::Settings>;

/// The rule by which a node makes steps along gradients.
class Optimizer {
 public:
  Optimizer(Node& node, const OptimizerSettings& settings);

  /// Updates its state with g, and returns the next x.
  Params step(const Params& x, double step_size, const Params& g) {
    return std::visit([&](auto& rule) { return rule.step(x, step_size, g); }, rule_);
  }

  /// The vectors that it keeps, for methods that average them.
  std::span<Params> states() {
    return std::visit([](auto& rule) { return rule.states(); }, rule_);
  }
  /// Forgets all steps.
  void reset() {
    std::visit([](auto& rule) { rule.reset(); }, rule_);
  }

 private:
  std::variant<Sgd, Adam, Muon> rule_;
};

}  // namespace gossamer
