#pragma once
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/place.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// The value of a setting, of any type but part, from JSON. Throws ExperimentError for a value of another type, out
/// of range, or without its unit.
Value read_value(const Json& json, const Setting& setting, const Place& place);

}  // namespace gossamer
