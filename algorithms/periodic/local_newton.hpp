#pragma once
#include "sim/node.hpp"

namespace gossamer {

/// LocalNewton: each node takes L Newton steps on its own objective, then all nodes average their models.
///
///     g_i = ∇f_i(x_i),  p_i = (∇²f_i(x_i))⁻¹ g_i;   x_i ← x_i − α_i p_i
///     α_i: the first of 1, γ, γ², … with f_i(x_i − α p_i) ≤ f_i(x_i) − α β p_iᵀ g_i        (Armijo)
///
/// Gupta, Ghosh, Dereziński, Khanna, Ramchandran, Mahoney, "LocalNewton: Reducing Communication Rounds for Distributed
/// Learning", UAI 2021, arXiv:2105.07320, Algorithm 1.
///
/// Adaptive LocalNewton (Algorithm 2) begins with L = 3. If the objective f(x̄), which is averaged too, has fallen by less
/// than δ of its first fall since the last averaging, L falls by one; below one it goes on with GIANT for ever:
///
///     ḡ = mean ∇f_i(x);  p = mean (∇²f_i(x))⁻¹ ḡ;  x ← x − α p, with α by the same test on f
///
/// Wang, Roosta-Khorasani, Xu, Mahoney, "GIANT: Globally Improved Approximate Newton Method for Distributed
/// Optimization", NeurIPS 2018, arXiv:1709.03528.
/// On quadratics with α = 1, x̄ after the first averaging is the mean of the local minima, whatever L: LocalNewton stops at
/// a floor, from which GIANT goes on to the minimum.
/// Cost    per Newton step: a gradient, a Newton direction and a few losses over all samples of the node. LocalNewton: one
///         all-reduce every L steps. GIANT: three all-reduces a step, of two payloads and of a few numbers.
/// Time    a barrier at each averaging.
/// Faults  means are over the nodes that are alive.
struct LocalNewton {
  int averaging_period = 3;          ///< L ≥ 1, Newton steps between two averagings; of the adaptive one, at first
  double sufficient_decrease = 0.1;  ///< β in (0, 1/2]
  double shrink = 0.5;               ///< γ in (0, 1)
  double least_decrease = 1e-3;      ///< δ ≥ 0, relative to the first fall of f; of the adaptive one
};
Task local_newton(Node& node, LocalNewton settings);
Task adaptive_local_newton(Node& node, LocalNewton settings);
Task giant(Node& node, LocalNewton settings);

}  // namespace gossamer
