#pragma once
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/parts/outer_optimizer.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Asynchronous DiLoCo: the server takes an outer step with every worker's pseudo-gradient when it comes.
///
///     worker i   pull x;  H local steps to w;  push D = x_pulled − w
///     server     push k:  S ← S + D;
///                if N does not divide k:  x ← x − η_o (c β m + D/N)
///                else:  m ← β m + S/N,  S ← 0,  x ← x − η_o ((1 − c N + c) β m + D/N)
///                then x to the worker
///
/// Liu, Chhaparia, Douillard, Kale, Rusu, Shen, Szlam, Ranzato, "Asynchronous Local-SGD Training for Language Modeling",
/// 2024, arXiv:2401.09135: delayed Nesterov momentum, whose buffer moves once in N pushes. N = 1 and one worker is DiLoCo
/// with Nesterov momentum; N equal pushes from one model are one such step with their mean.
/// With a grace window the server applies all pushes that come within that time of a first one, one by one, and then sends
/// the same model to all of these workers.
/// Cost    per push: H gradients; one payload up, one down.
/// Time    no barrier; a worker waits for its own answer, and for the rest of the window.
/// Result  the server's model.
/// Faults  as asynchronous SGD.
struct AsyncDiLoCo {
  StepSize step_size = 0.1;                                                 ///< η > 0, of local steps
  int local_steps = 8;                                                      ///< H ≥ 1
  OptimizerChoice optimizer = {};                                           ///< of local steps
  OuterStep outer = {.step_size = 0.7, .momentum = 0.9, .nesterov = true};  ///< η_o, β
  int delay = 1;                                                            ///< N ≥ 1
  double early = 0;                                                         ///< c in [0, 1/N]
  Seconds grace{0};                                                         ///< ≥ 0
};
Task async_diloco(Node& node, AsyncDiLoCo settings);

}  // namespace gossamer
