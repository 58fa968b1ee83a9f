#pragma once
#include <memory>
#include <vector>

#include "sim/numerics/summary.hpp"
#include "sim/numerics/vector_function.hpp"

namespace gossamer {

/// The numbers of a summary for each of these ranges of coordinates, one range after the other, as if the vectors had no
/// other coordinates.
std::shared_ptr<const VectorSummary> summary_by_ranges(std::shared_ptr<const VectorSummary> summary,
                                                       std::vector<CoordinateRange> ranges);

}  // namespace gossamer
