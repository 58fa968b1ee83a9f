#pragma once
#include <span>
#include <vector>

#include "sim/compute/laws.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Steps that ranks took at the same time: the step times of each rank, in seconds.
using StepSample = std::vector<std::vector<double>>;

/// The steps of the middle half of all ranks' samples, ordered by their means. Each is scaled to the common mean of
/// this half: samples differ by the phases of a machine, not by its steps.
std::vector<double> usual_steps(std::span<const StepSample> samples);

/// The drift of ranks: the phases of `Phases`, from samples of equal numbers of steps that begin one `period` after
/// another.
///
/// The means of two ranks on such machines differ by u times their common mean on average, in addition to the effect of
/// independent steps. If a phase lasts T, the correlation of the differences of samples a period apart is
/// 1 − period/T. T is limited to between one period and a few periods, since longer phases cannot be measured. If there
/// are too few samples for T, only u is determined.
Phases phases_of(std::span<const StepSample> samples, Seconds period);

/// The total disturbance of a machine: the total time of all samples, over the total time if each sample had the
/// median length of its kind. `kinds`: the lengths of samples, kind by kind.
double disturbance(std::span<const std::vector<double>> kinds);

}  // namespace gossamer
