#pragma once
#include "algorithms/parts/heavy_ball.hpp"
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Elastic averaging SGD: models of workers and a center pull each other.
///
///     worker i   every H of its own steps, exchange with the server:  e = α (x_i − z);  x_i ← x_i − e
///                else  m ← β m + ∇F_i(x_i; ξ), x_i ← x_i − η m
///     server     z ← z + e
///
/// Zhang, Choromanska, LeCun, "Deep learning with Elastic Averaging SGD", NeurIPS 2015, arXiv:1412.6651, Algorithms 1 and
/// 2 (with momentum, EAMSGD). The exchange comes after the steps, and e is of the models at the exchange. It keeps
/// Σ_i x_i + z. α does not depend on η here: the paper has α = η ρ, and β = n α.
/// Cost    per H steps: H gradients; one payload up, one down.
/// Time    no barrier: a worker waits for the center that its own exchange brings.
/// Result  the center.
/// Faults  an exchange whose answer is lost leaves the worker's model as it is, while the center has moved.
struct AsyncEasgd {
  StepSize step_size = 0.1;  ///< η_k > 0
  int period = 8;            ///< H ≥ 1
  double elasticity = 0.2;   ///< α in (0, 1)
  double momentum = 0;       ///< β in [0, 1)
};
Task async_easgd(Node& node, AsyncEasgd settings);

}  // namespace gossamer
