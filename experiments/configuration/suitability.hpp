#pragma once
#include "algorithms/registry.hpp"
#include "sim/learning/problem.hpp"
#include "experiments/configuration/choice.hpp"
#include "topologies/topology.hpp"

namespace gossamer {

/// Refuses an algorithm on a topology for which it is not meant. The message has the need and the topology's fact.
/// Needs are the sums of W, the entry's `needs`, as far as its settings have them, and one kind of schedule. Throws
/// ExperimentError.
/// Cost  about a second at 10⁴ nodes, if eigenvalues are needed and the diagonal of W does not bound them enough.
void check_suitability(const Choice<AlgorithmEntry>& algorithm, const Topology& topology);

/// Throws ExperimentError if the algorithm needs something of the problem that it lacks. `problem`: null if the
/// experiment computes no models.
void check_problem(const Choice<AlgorithmEntry>& algorithm, const AnyProblem* problem);

}  // namespace gossamer
