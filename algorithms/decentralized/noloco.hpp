#pragma once
#include <optional>
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"

#include "sim/node.hpp"

namespace gossamer {

/// NoLoCo: DiLoCo without an all-reduce. Outer steps average with the nodes of a small random group.
///
///     x_i = H local steps from φ_i
///     m_i ← b m_i + a Σ_j w_ij(k) (x_j − φ_j) + c (Σ_j w_ij(k) φ_j − φ_i);    φ_i ← φ_i + m_i
///
/// Kolehmainen, Blagoev, Donaghy, Ersoy, Nies, "NoLoCo: No-all-reduce Low Communication Training Method for Large
/// Models", 2025, arXiv:2506.10911. W(k) averages within the groups of round k, which all nodes know, as those of the
/// topology `random_groups`. On any other W the method is gossip with an outer optimizer. The authors' code has c = a,
/// the default; then m_i ← b m_i + a (Σ_j w_ij(k) x_j − φ_i). It calls this momentum Nesterov's, and it is heavy ball.
/// With W = 11ᵀ/n it is DiLoCo without look-ahead.
/// The mean of all φ follows the heavy ball on the mean of all x − φ, whatever W(k). With c = a and uniformly random
/// pairs, the disagreement of φ without gradients shrinks exactly if 2 (1 − b²) > a (1 − b/(n − 1)): b < 0.806 for large
/// n and a = 0.7.
/// Unlike the code, a node sends x_j + (c/a − 1) φ_j alone, which is enough: one payload in place of two.
/// Shapes  W is doubly stochastic, directed or not, and may change.
/// Cost    per round and node: H gradients; one payload to each node of its group.
/// Time    H gradients, then messages. A node waits for its group alone.
/// Faults  if no message comes, its weight goes to the node's own vector.
struct NoLoCo {
  StepSize step_size = 0.1;              ///< η_k > 0
  int local_steps = 8;                   ///< H ≥ 1
  double outer_step_size = 0.7;          ///< a > 0
  double outer_momentum = 0.5;           ///< b in [0, 1)
  std::optional<double> consensus = {};  ///< c ≥ 0; a if not given
  OptimizerChoice optimizer = {};        ///< of the local steps
};
Task noloco(Node& node, NoLoCo settings);

}  // namespace gossamer
