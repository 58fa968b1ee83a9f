#pragma once
#include <string>
#include <utility>
#include <vector>

#include "experiments/configuration/place.hpp"
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown for experiment files that cannot be used. The message has a few lines: file, path to the key, the value
/// found, the values expected and the nearest valid name.
class ExperimentError : public InputError {
 public:
  explicit ExperimentError(const std::string& message) : InputError{message} {}

  /// A complaint about a key. `causes` are the pointers of keys that may be its cause, the likeliest first; a final "/"
  /// means any key within. Empty: the key itself.
  ExperimentError(Place place, std::string complaint, std::vector<std::string> causes = {})
      : InputError{place.text() + ": " + complaint},
        place_{std::move(place)},
        complaint_{std::move(complaint)},
        causes_{std::move(causes)} {
    if (causes_.empty()) causes_.push_back(place_.pointer);
  }

  /// Empty for a message about no key.
  const Place& place() const { return place_; }
  const std::string& complaint() const { return complaint_; }
  const std::vector<std::string>& causes() const { return causes_; }

 private:
  Place place_;
  std::string complaint_;
  std::vector<std::string> causes_;
};

}  // namespace gossamer
