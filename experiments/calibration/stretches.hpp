#pragma once
#include <span>
#include <vector>

#include "sim/compute/laws.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Steps that ranks took at the same time: the step times of each rank, in seconds.
using Stretch = std::vector<std::vector<double>>;

/// The steps of the middle half of all ranks' stretches, ordered by their means. Each is scaled to the common mean of
/// this half: stretches differ by the phases of a machine, not by its steps.
std::vector<double> usual_steps(std::span<const Stretch> stretches);

/// The drift of ranks: the phases of `Phases`, from stretches of equal numbers of steps that begin one `period` after
/// another.
///
/// The means of two ranks on such machines differ by u times their common mean on average, in addition to the effect of
/// independent steps. If a phase lasts T, the correlation of the differences of stretches a period apart is
/// 1 − period/T. T is limited to between one period and a few periods, since longer phases cannot be measured. If there
/// are too few stretches for T, only u is determined.
Phases phases_of(std::span<const Stretch> stretches, Seconds period);

/// The total disturbance of a machine: the total time of all stretches, over the total time if each stretch had the
/// median length of its kind. `kinds`: the lengths of stretches, kind by kind.
double disturbance(std::span<const std::vector<double>> kinds);

}  // namespace gossamer
