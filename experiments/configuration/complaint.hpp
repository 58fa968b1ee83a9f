#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/configuration/json.hpp"
#include "experiments/configuration/place.hpp"

namespace gossamer {

/// Throws ExperimentError: "place: found", then, if these are not empty, the lines "  expected …" and
/// "  did you mean "…"?".
[[noreturn]] void refuse(const Place& place, std::string_view found, std::string_view expected = "",
                         const std::optional<std::string>& nearest = std::nullopt);

/// The parts of a message about a wrong value or key.
struct Complaint {
  std::string found;
  std::string expected = {};
  std::optional<std::string> nearest = {};
  std::string advice = {};               ///< a sentence
  std::vector<std::string> causes = {};  ///< see ExperimentError
};
[[noreturn]] void refuse(const Place& place, const Complaint& complaint);

/// A value of the file for messages, shortened if it is long.
std::string shown(const Json& json);
/// A text for messages: only the beginning of a long one.
std::string shortened(std::string text);

}  // namespace gossamer
