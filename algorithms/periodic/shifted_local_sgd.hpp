#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Local SGD with other estimators of the gradient: variance-reduced ones and shifted ones, in one template.
///
///     x_i ← x_i − η g_i;   if the loop of local steps ends:  x_i ← (1/n) Σ_j x_j
///     the loop ends after H steps, or, if `random_period`, after each step with probability 1/H, on all nodes alike
///
///     local_svrg             g_i = ∇F_i(x_i; ξ) − ∇F_i(y_i; ξ) + ∇f_i(y_i)       with probability q:  y_i ← x_i
///     s_local_svrg           g_i = ∇F_i(x_i; ξ) − ∇F_i(y; ξ) + ∇f(y)             with probability q:  y ← x̄
///     ss_local_sgd           g_i = ∇F_i(x_i; ξ) − (h_i − h̄),  h_i = ∇F_i(y; ξ')  with probability q:  y ← x̄, new h_i
///     s_star_local_sgd       g_i = ∇F_i(x_i; ξ) − ∇f_i(x*)
///     s_star_local_sgd_star  g_i = ∇F_i(x_i; ξ) − ∇F_i(x*; ξ)
///
/// Gorbunov, Hanzely, Richtárik, "Local SGD: Unified Theory and New Efficient Methods", AISTATS 2021, arXiv:2011.02828.
/// x̄ is the mean of the models before the step, so that y moves without an averaging of the models. The last two know the
/// minimum x*: they are references for theory.
/// With q = 1/m_i, s_local_svrg and s_star_local_sgd_star converge linearly to the minimum itself on any data; ss_local_sgd
/// and s_star_local_sgd do so up to a floor of noise. The others stop at a floor that shrinks with η and H.
/// Cost    per step and node: one gradient; local_svrg, s_local_svrg and s_star_local_sgd_star a second one on the same
///         minibatch; an all-reduce at the end of a loop. When y moves: a gradient over all samples (a minibatch for
///         ss_local_sgd), and two more all-reduces for those with a common y.
/// Time    a barrier at the end of a loop, and when a common y moves.
/// Faults  means are over the nodes that are alive. A node that has restarted without its state starts with y = x⁰.
struct ShiftedLocalSgd {
  StepSize step_size = 0.1;    ///< η_k > 0
  int averaging_period = 8;    ///< H ≥ 1, mean number of local steps between two averagings
  bool random_period = false;  ///< whether the loop ends at random
  double refresh = 0.05;       ///< q in (0, 1], probability that y moves after a step
};
Task local_svrg(Node& node, ShiftedLocalSgd settings);
Task s_local_svrg(Node& node, ShiftedLocalSgd settings);
Task ss_local_sgd(Node& node, ShiftedLocalSgd settings);
Task s_star_local_sgd(Node& node, ShiftedLocalSgd settings);
Task s_star_local_sgd_star(Node& node, ShiftedLocalSgd settings);

}  // namespace gossamer
