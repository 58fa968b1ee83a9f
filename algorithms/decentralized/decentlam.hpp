#pragma once
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// DecentLaM: momentum on the gradient of the function that decentralized SGD minimizes, so that momentum does not
/// amplify the bias.
///
///     p_i = x_i − η ∇F_i(x_i; ξ_i)                                          is sent
///     g̃_i = (x_i − Σ_j w_ij p_j)/η;   m_i ← β m_i + g̃_i;   x_i ← x_i − η m_i        m = 0 at first
///
/// Yuan, Chen, Huang, Zhang, Pan, Xu, Yin, "DecentLaM: Decentralized Momentum SGD for Large-batch Deep Training", ICCV
/// 2021, arXiv:2104.11981. β = 0 is D-PSGD that adapts, then combines; its fixed point is the same for every β.
/// Shapes  W is fixed and symmetric: with a directed or changing W the method may diverge for every small η, since
///         momentum amplifies oscillations that averaging alone would damp.
/// Cost    per round and node: H gradients; deg(i) payloads sent and as many received.
/// Time    gradient, then messages.
/// Faults  if no message comes from a neighbor, its weight goes to the node's own p; the mean is not kept.
struct DecentLam {
  StepSize step_size = 0.1;  ///< η_k > 0
  double momentum = 0.9;     ///< β in [0, 1)
  LocalSteps local = {};
};
Task decentlam(Node& node, DecentLam settings);

}  // namespace gossamer
