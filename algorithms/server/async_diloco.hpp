#pragma once
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/parts/outer_optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Asynchronous DiLoCo: the server takes an outer step with every worker's pseudo-gradient when it comes.
///
///     worker i   pull x;  H local steps to w;  push D = x_pulled − w
///     server     x ← step of the outer optimizer along D,  then x to the worker
///
/// Liu, Chhaparia, Douillard, Kale, Rusu, Shen, Szlam, Ranzato, "Asynchronous Local-SGD Training for Language Modeling",
/// 2024, arXiv:2401.09135, whose optimizer is `DelayedNesterov`. Without delay, and with one worker, it is DiLoCo with
/// Nesterov momentum.
/// With a grace window the server applies all pushes that come within that time of a first one, one by one, and then sends
/// the same model to all of these workers.
/// Cost    per push: H gradients; one payload up, one down.
/// Time    no barrier; a worker waits for its own answer, and for the rest of the window.
/// Result  the server's model.
/// Faults  as asynchronous SGD.
struct AsyncDiLoCo {
  StepSize step_size = 0.1;                                  ///< η > 0, of local steps
  int local_steps = 8;                                       ///< H ≥ 1
  OptimizerChoice optimizer = {};                            ///< of local steps
  OuterOptimizerChoice outer = DelayedNesterov::Settings{};  ///< of the server
  Seconds grace{0};                                          ///< ≥ 0
};
Task async_diloco(Node& node, AsyncDiLoCo settings);

}  // namespace gossamer
