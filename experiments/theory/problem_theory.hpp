#pragma once
#include "experiments/theory/theory.hpp"

namespace gossamer {

/// Adds the constants of the objective, at every x, at the start x_0 (the mean of the nodes' starts) and at x*.
void add_problem(const Experiment& experiment, Theory& theory);

}  // namespace gossamer
