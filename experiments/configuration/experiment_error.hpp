#pragma once
#include <string>
#include <utility>
#include <vector>

#include "experiments/configuration/place.hpp"
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown for experiment files that cannot be used: file, path to the key, what was found, what was expected and the
/// nearest valid name, in a few lines that are ready to be shown.
class ExperimentError : public InputError {
 public:
  explicit ExperimentError(const std::string& message) : InputError{message} {}

  /// A complaint about a key. `causes` are the pointers of keys that it may come from, the likeliest first; a final "/"
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
