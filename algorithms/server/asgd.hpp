#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Asynchronous SGD with a parameter server: the server takes a step with every gradient that comes.
///
///     worker i   pull x;  g = ∇F_i(x; ξ);  push g;  and again
///     server     x ← x − η_k g,  then x to the worker      τ = number of server steps since that worker's last pull
///
///     constant    η_k = η
///     staleness   η_k = η / max(1, τ)                        Zhang, Gupta, Lian, Liu, "Staleness-aware Async-SGD for
///                                                            Distributed Deep Learning", IJCAI 2016, arXiv:1511.05950
///     distance    η_k = min(C / ‖x − x_pulled‖², η)           Dutta et al. 2018 (below), Section 5
///
/// Dutta, Joshi, Ghosh, Dube, Nagpurkar, "Slow and Stale Gradients Can Win the Race", AISTATS 2018, arXiv:1803.01113.
/// Cost    per gradient: one payload up, one down; the server keeps, for `distance`, the model that each worker has.
/// Time    no barrier: a worker waits for its own answer alone. With n workers of equal law and no latency, τ is n − 1 in
///         the long run.
/// Result  the server's model.
/// Faults  a gradient that is lost is missing, and the server answers it by its model when it detects the loss. A worker
///         requests an answer that is lost again, and begins with the server's model when it begins anew.
struct Asgd {
  enum class Rule { constant, staleness, distance };

  StepSize step_size = 0.1;  ///< η_k > 0, where k counts the steps of the server
  Rule rule = Rule::constant;
  double distance_scale = 1e-3;  ///< C > 0, of `distance`
};
Task asgd(Node& node, Asgd settings);

}  // namespace gossamer
