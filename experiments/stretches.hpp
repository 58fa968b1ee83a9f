#pragma once
#include <span>
#include <vector>

#include "sim/compute/laws.hpp"
#include "sim/quantities.hpp"

namespace gossamer {

/// Steps that ranks took at the same time: those of each rank, seconds.
using Stretch = std::vector<std::vector<double>>;

/// The steps of the stretches in the middle by their means, which their median is made of, and its neighbors. Each is
/// scaled to their common mean, since what differs between stretches are the phases of a machine and not its steps.
std::vector<double> usual_steps(std::span<const Stretch> stretches);

/// How ranks drift apart: the phases of `Phases`, for stretches of equal numbers of steps that begin a `period` after
/// each other.
///
/// The means of two ranks on such machines differ by u times their common mean on average, beside what steps that vary
/// independently of each other do. The differences of stretches a period apart are alike by 1 − period/T where a phase
/// lasts T: T is at least a period, and at most a few of them, since more is not seen. Too few stretches for that tell
/// of u alone.
Phases phases_of(std::span<const Stretch> stretches, Seconds period);

/// What the disturbances of a machine add up to: the time that stretches took in all, over what they would have taken
/// had each been as long as the median of its kind. `kinds`: the lengths of stretches, kind by kind.
double disturbance(std::span<const std::vector<double>> kinds);

}  // namespace gossamer
