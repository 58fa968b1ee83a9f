#pragma once
#include "experiments/configuration/experiment.hpp"

namespace gossamer {

/// Throws ExperimentError if the interval between records is so short that the trace would have more of them than
/// anybody reads: more than 10⁶ if the length of the run is known beforehand, 10⁹ within the shortest first step if it
/// is not.
void check_record_count(const Experiment& experiment);

}  // namespace gossamer
