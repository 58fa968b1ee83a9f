#pragma once
#include <string>
#include <vector>

#include "experiments/configuration/json.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// What a setting accepts, as messages and `gossamer explain` write it: "a duration above 0 s such as "2 ms"".
std::string accepted(const Setting& setting);

/// The default of a setting: "default 0.1", "required", or "optional".
std::string default_of(const Setting& setting);

/// A condition on one of these settings, as messages and `gossamer explain` write it: "variant is nb1, nb2 or
/// blocking".
std::string text(const Condition& condition, const std::vector<Setting>& settings);

/// The rules of a setting beside these settings: "has an effect only if variant is nb1".
std::vector<std::string> rules_of(const Setting& setting, const std::vector<Setting>& settings);

/// The value of a setting, in its canonical form in the file: the JSON that reads back to it.
Json written(const Value& value, const Setting& setting);

/// Whether a bound of a range is worth a word: the limits of the machine's integers are not.
bool is_telling(double bound);

bool is_integral(const Setting& setting);
bool is_optional(const Setting& setting);

/// The kind of the compressor that there is not.
inline constexpr auto no_compressor = "none";

}  // namespace gossamer
