#pragma once
#include <string>
#include <vector>

#include "experiments/configuration/json.hpp"
#include "experiments/sweep/axis.hpp"
#include "experiments/sweep/sweep_file.hpp"

namespace gossamer {

/// The names in the expressions of a derived key. Throws ExperimentError, with its place, for what is no expression.
std::vector<std::string> names_in_template(const DerivedKey& key);

/// The points that one cell has on all axes, in their order.
using CellPoints = std::vector<const AxisPoint*>;

/// The value of a derived key in a cell: a number, or a text with numbers in place of the braces.
///
/// A name in an expression is that of an axis (its value, or a label that is a number), the last key of a key that was
/// derived before, or keys of the configuration with points between them, "topology.rows". A quantity counts in seconds,
/// bytes, bytes per second, FLOP or FLOP/s. Throws ExperimentError.
Json derived_value(const DerivedKey& key, const std::vector<Axis>& axes, const CellPoints& points,
                   const std::vector<KeyChange>& derived_before, const Json& configuration);

}  // namespace gossamer
