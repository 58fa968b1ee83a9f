#pragma once
#include <string>
#include <vector>

#include "experiments/configuration/json.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// The values that a setting accepts, in words for messages and `gossamer explain`: "a duration above 0 s such as
/// "2 ms"".
std::string accepted(const Setting& setting);

/// The default of a setting: "default 0.1", "required", or "optional".
std::string default_of(const Setting& setting);

/// A condition on one of these settings, in words for messages and `gossamer explain`: "variant is nb1, nb2 or
/// blocking".
std::string text(const Condition& condition, const std::vector<Setting>& settings);

/// The rules of a setting that depend on these settings: "has an effect only if variant is nb1".
std::vector<std::string> rules_of(const Setting& setting, const std::vector<Setting>& settings);

/// The value of a setting, in its canonical form in the file: the JSON that reads back to it.
Json written(const Value& value, const Setting& setting);

/// Whether a bound of a range is worth a word: the limits of integer types are not.
bool is_worth_showing(double bound);

bool is_integral(const Setting& setting);
bool is_optional(const Setting& setting);

}  // namespace gossamer
