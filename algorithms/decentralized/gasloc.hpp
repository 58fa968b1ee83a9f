#pragma once
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// GASLoC: gossip on sparse graphs with local steps and an outer optimizer with momentum.
///
///     g_i = (H local steps from x_i) − x_i;    Y = X + η_o G
///     plain    X ← W(k) Y + γ (Y − Y_old)              all    X ← W(k) (Y + γ (Y − Y_old))
///
/// Y_old is Y of the last round, the X at time zero at first. Cagnasso, Belilovsky, Oyallon, 2026, arXiv:2606.11081:
/// the plain form, W = I − α Λ with a weighted Laplacian Λ. With W = 11ᵀ/n the form `all` is DiLoCo with look-ahead and
/// momentum γ, and the plain form is it for γ = 0 or equal objectives. On an eigenvector of I − W with eigenvalue l,
/// without gradients, the plain form has the characteristic polynomial r² − (1 − l + γ) r + γ: it needs l < 2 + 2 γ, and
/// γ = (1 − √l₂)² turns the factor 1 − l₂ into 1 − √l₂ if no l is above 1.
/// Shapes  W is doubly stochastic, directed or not, and may change.
/// Cost    per round and node: H gradients; deg(i) payloads sent and as many received.
/// Time    H gradients, then messages. Neighbors wait for each other.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own vector; the mean is then not kept.
struct Gasloc {
  enum class Mix { plain, all };

  StepSize step_size = 0.1;      ///< η_k > 0
  int local_steps = 4;           ///< H ≥ 1
  double outer_step_size = 0.7;  ///< η_o > 0
  double acceleration = 0.3;     ///< γ in [0, 1)
  Mix mix = Mix::plain;
  OptimizerChoice optimizer = {};  ///< of the local steps
};
Task gasloc(Node& node, Gasloc settings);

}  // namespace gossamer
