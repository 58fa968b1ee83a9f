#pragma once
#include "sim/node.hpp"

namespace gossamer {

/// The model after H local steps from x along corrected gradients, as methods make them whose local steps have to lead
/// to the minimum of all objectives:
///
///     H times:  x ← x − η (∇F_i(x; ξ) + c)
///
/// Takes H steps of the node's time.
Part<Params> corrected_steps(Node& node, Params x, int steps, double step_size, Params correction);

}  // namespace gossamer
