#pragma once
#include <cstdint>

#include "experiments/configuration/experiment.hpp"
#include "sim/proof/worst_case.hpp"

namespace gossamer {

/// The outcome of some rounds of an experiment.
struct MeasuredRounds {
  double measure = 0;
  std::uint64_t node_steps = 0;  ///< of each node, in all these rounds
};

/// Runs an experiment's program until every node has reported a model `rounds` times, and takes the measure of a worst case
/// after so many rounds. Nodes are equally fast, and messages take no time: synchronous programs do not depend on either.
/// Limits, targets and faults of the experiment do not count.
/// Throws ExperimentError if the experiment has no numerics, if its minimum is not known but the measure needs it, or if its
/// nodes end before they have made so many rounds; and the errors of the nodes' programs.
MeasuredRounds measure_rounds(const Experiment& experiment, int rounds, WorstMeasure measure);

}  // namespace gossamer
