#pragma once
#include "sim/numerics/execution_plan.hpp"
#include "sim/numerics/operation_window.hpp"

namespace gossamer {

/// Fills in the terms of a block: one sequence that contains the terms of every sum in its order. Terms that are next in
/// several sums are taken together.
void merge_terms(const OperationWindow& window, ExecutionPlan& plan, ExecutionPlan::Block& block);

}  // namespace gossamer
