#include "experiments/configuration/complaint.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/experiment_error.hpp"

namespace gossamer {

void refuse(const Place& place, const Complaint& complaint) {
  std::string message = complaint.found;
  if (!complaint.expected.empty()) message += fmt::format("\n  expected {}", complaint.expected);
  if (complaint.nearest) message += fmt::format("\n  did you mean \"{}\"?", *complaint.nearest);
  if (!complaint.advice.empty()) message += "\n  " + complaint.advice;
  throw ExperimentError{place, message, complaint.causes};
}

void refuse(const Place& place, std::string_view found, std::string_view expected,
            const std::optional<std::string>& nearest) {
  refuse(place, {.found = std::string{found}, .expected = std::string{expected}, .nearest = nearest});
}

std::string shown(const Json& json) { return shortened(compact(json)); }

std::string shortened(std::string text) {
  constexpr std::size_t longest = 60;
  if (text.size() <= longest) return text;
  std::size_t end = longest - 4;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not inside a UTF-8 sequence
  return text.substr(0, end) + " ...";
}

}  // namespace gossamer
