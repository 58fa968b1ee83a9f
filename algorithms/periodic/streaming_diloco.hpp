#pragma once
#include "algorithms/parts/fragments.hpp"
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/parts/outer_optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Streaming DiLoCo: DiLoCo that synchronizes one fragment of the model at a time, while nodes go on with local steps.
///
///     x_i ← step of the inner optimizer along ∇F_i(x_i; ξ_i)            t: the step's number, from 1;  u = H/P
///     after step t = j u − τ:   p = (j − 1) mod P;   start the mean of all D_p = a_p − x_i,p
///     after step t = j u:       wait for it;   a_p ← outer_p.step(a_p, mean D_p);   x_i,p ← α x_i,p + (1 − α) a_p
///
/// a is the anchor, which is the same on every node; outer_p has a momentum for each fragment. Each fragment is
/// synchronized once in H steps. D_p is that of the models when the mean starts; the models when it ends are mixed.
/// Douillard, Donchev, Rush, Kale, et al., "Streaming DiLoCo with overlapping communication: Towards a Distributed Free
/// Lunch", 2025, arXiv:2501.18512, with the decisions of torchft (github.com/pytorch/torchft, local_sgd.py): one fragment
/// is in flight at a time (τ < H/P), and its mean starts τ steps before a multiple of H/P. With `"boundary": "send"` it
/// starts at the multiple and is merged τ steps later, as in the paper: the same, later by τ steps.
/// With P = 1, τ = 0 and α = 0 it is DiLoCo. With α = 1 models are never mixed; anchors still move.
/// Unlike the paper, fragments are sent in full, and not as numbers of four bits.
/// Cost    per H steps and node: H gradients, P all-reduces of a payload/P.
/// Time    with steps of t_c and all-reduces of t_f, u steps take u t_c + max(0, t_f − τ t_c).
/// Result  the anchor, or each node's own model.
/// Faults  the mean is over the nodes that are alive; D_p is the node's own anchor minus the mean of the models. Fragments
///         follow the number of steps that a program has made. Nodes that have made different numbers of steps contribute
///         models to one mean, and take different fragments of it; fragments of layers, whose sizes differ, have means of
///         their own, for which such nodes may wait for ever.
/// Errors  AlgorithmError if P does not divide H, if τ ≥ H/P, or if the model has layers, but fewer than fragments of layers.
struct StreamingDiLoCo {
  enum class Boundary { merge, send };  ///< of each fragment, what happens at multiples of H/P steps
  enum class Result { anchor, model };

  StepSize step_size = 0.1;  ///< η_k > 0
  int averaging_period = 8;  ///< H ≥ 1, a multiple of P: steps between two synchronizations of a fragment
  int fragments = 2;         ///< P ≥ 1
  Fragments::Cut cut = Fragments::Cut::equal;
  int overlap = 1;      ///< τ in [0, H/P), steps during which a mean is in flight
  double mixing = 0.5;  ///< α in [0, 1], the share of the node's own model at a merge
  Boundary boundary = Boundary::merge;
  OuterOptimizerChoice outer = OuterStep{.step_size = 0.4, .momentum = 0.9, .nesterov = true};
  Result result = Result::anchor;
  OptimizerChoice optimizer = {};  ///< of the local steps; its state stays with its node
};
Task streaming_diloco(Node& node, StreamingDiLoCo settings);

}  // namespace gossamer
