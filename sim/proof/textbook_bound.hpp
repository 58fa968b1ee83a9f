#pragma once
#include <optional>
#include <string>

#include "sim/proof/worst_case.hpp"

namespace gossamer {

/// The constant step size of a program whose rounds are steps of gradient descent on f, x̄ ← x̄ − η ∇f(x̄), with equal models
/// at all nodes; empty for every other program.
std::optional<double> gradient_descent_step(const SymbolicRun& run);

/// A published bound of a worst case.
struct TextbookBound {
  double value = 0;
  std::string formula;
  std::string source;
};

/// The bound of gradient descent with step size η, if the program is gradient descent:
///
///     f(x̄(K)) − f(x*) ≤ L R²/(4 K η L + 2)          if η ≤ 1/L
///     ‖x̄(K) − x*‖² ≤ (1 − η μ)^(2K) R²              if η ≤ 2/(L + μ)
///
/// Drori, Teboulle, "Performance of first-order methods for smooth convex minimization: a novel approach", Mathematical
/// Programming 145, 2014, arXiv:1206.3209, for the first. Empty for all other programs and measures.
std::optional<TextbookBound> textbook_bound(const SymbolicRun& run, const WorstCaseSettings& settings);

}  // namespace gossamer
