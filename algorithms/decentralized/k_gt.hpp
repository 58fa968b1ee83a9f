#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// K-GT: gradient tracking with local steps.
///
///     K times:  x_i' ← x_i' − η (∇F_i(x_i'; ξ) + c_i)   from x_i;      z_i = (x_i − x_i')/(K η)
///     then:     c_i ← c_i − z_i + Σ_j w_ij z_j;   x_i ← Σ_j w_ij (x_j − η_s K η z_j)
///
/// Liu, Lin, Koloskova, Stich, "Decentralized Gradient Tracking with Local Steps", 2023, arXiv:2301.01313, Algorithm 1.
/// z_i is the mean of K corrected gradients, c_i brings it to the mean of all nodes. Without noise it converges to the
/// minimum for every K, c_i to −∇f_i(x*); the steps have to be of order 1/(K L).
/// Unlike the paper, which starts from c_i = −g_i + (mean of all g_j), c = 0 at first: the sum of all c_i is zero, too,
/// and the first round needs no other communication than the rest.
/// Shapes  W is doubly stochastic, directed or not, and may change.
/// Cost    per round and node: K gradients; two payloads to each neighbor.
/// Time    K gradients, then messages.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own x and z; the sum of all c then
///         differs from zero, and the limit moves.
struct KGt {
  StepSize step_size = 0.05;      ///< η_k > 0, of local steps
  int local_steps = 4;            ///< K ≥ 1
  double communication_step = 1;  ///< η_s in (0, 1], fraction of the way made that is averaged
};
Task k_gt(Node& node, KGt settings);

}  // namespace gossamer
