#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// RelaySGD: on a tree, models are relayed instead of averaged, so that each model counts once with the same weight.
///
///     x½_i = x_i − η ∇F_i(x_i; ξ_i)
///     m_{i→j} = x½_i + Σ_{l ≠ j} m_{l→i};   c_{i→j} = 1 + Σ_{l ≠ j} c_{l→i}      over what came in the last round
///     n_i = 1 + Σ_j c_{j→i}                                                     m = 0, c = 0 at first
///     received   x_i ← (x½_i + Σ_j m_{j→i}) / n_i
///     nodes      x_i ← (x½_i + Σ_j m_{j→i} + (n − n_i) x_i(0)) / n
///
/// Hence x_i(k + 1) is the mean of x½_i(k) and of x½_j(k + 1 − hops(i, j)) for all j ≠ i at most k + 1 hops away. If
/// divided by the nodes, models that have not arrived yet count as the node's first model. Vogels, He,
/// Koloskova, Lin, Karimireddy, Stich, Jaggi, "RelaySum for Decentralized Deep Learning on Heterogeneous Data", NeurIPS
/// 2021, arXiv:2110.04175, Algorithm 1, which divides by the number of received models; the authors' code divides by
/// the number of nodes. From n_i = n on, the two are the same. Without noise and with H = 1 both converge to the
/// minimum itself. With more local steps they converge to the point where the displacements of all nodes cancel, which
/// is not the minimum.
/// Shapes  the graph is a tree; no weights are read.
/// Memory  the model, and for each neighbor its message of the last round. With `nodes` also the first model.
/// Steps   with a schedule, each gradient is multiplied by the step size of its own round. A change moves the limit: it is
///         the minimum only once the step size stays the same.
/// Cost    per round and node: H gradients; a payload and a count of 8 bytes to each neighbor, all different.
/// Time    gradient, then messages to neighbors alone; the steps of distant nodes arrive late, but are not lost.
/// Faults  if no message comes from a neighbor, this round is computed without its side of the tree. If divided by the
///         nodes, the models of that side count as the node's first model.
struct RelaySgd {
  enum class Divisor { received, nodes };

  StepSize step_size = 0.1;  ///< η_k > 0
  Divisor divide_by = Divisor::received;
  LocalSteps local = {};
};
Task relay_sgd(Node& node, RelaySgd settings);

}  // namespace gossamer
