#pragma once
#include <array>
#include <memory>
#include <span>

#include "algorithms/parts/adam.hpp"
#include "sim/node.hpp"
#include "sim/numerics/functions/newton_schulz.hpp"

namespace gossamer {

class RangeChoice;

/// Muon of one node: the weight matrix W of each layer steps along its nearly orthogonalized momentum.
///
///     M ← β M + (1 − β) G;   U = NS(M), or NS((1 − β) G + β M) with Nesterov's look-ahead
///     W ← (1 − η λ) W − η s U          s = √max(1, rows/columns), or √(rows/columns)
///
/// NS is the Newton–Schulz iteration of `NewtonSchulz`. AdamW makes the step of all other parameters, with the step size
/// η times a factor. A model without layers has no matrix.
/// Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024.
class Muon {
 public:
  /// The steps of NS: those of `jordan_steps`, or of `muloco_steps`.
  enum class Iteration { jordan, muloco };

  struct Settings {
    double momentum = 0.95;                                         ///< β in [0, 1)
    bool nesterov = true;                                           ///< whether the step looks ahead
    double weight_decay = 0;                                        ///< λ ≥ 0 of the matrices
    Iteration iteration = Iteration::jordan;                        ///< the steps of NS
    NewtonSchulz::Scale scale = NewtonSchulz::Scale::at_least_one;  ///< s
    double adam_factor = 0.015;                                     ///< of AdamW's step size
    Adam::Settings adam = {};                                       ///< of all other parameters
  };
  Muon(Node& node, const Settings& settings);

  /// Updates the moments with g, and returns the next x.
  Params step(const Params& x, double step_size, const Params& g);

  /// The vectors that AdamW keeps. M stays with its node.
  std::span<Params> states() { return adam_.states(); }
  /// Forgets all steps.
  void reset();

 private:
  Node& node_;
  Settings settings_;
  Adam adam_;
  Params momentum_;                                     ///< M; empty if zero
  std::shared_ptr<const NewtonSchulz> orthogonalized_;  ///< null if there is no matrix
  std::shared_ptr<const RangeChoice> choice_;           ///< the matrices of the first argument, else the second
};

}  // namespace gossamer
