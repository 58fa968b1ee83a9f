#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/place.hpp"
#include "experiments/configuration/vocabulary.hpp"
#include "experiments/sweep/axis.hpp"

namespace gossamer {

struct DerivedKey;

/// The axes of `--over KEY=VALUES`. KEY is a path, the name of a block or of a setting, or a name that derived keys use.
/// VALUES are separated by commas: JSON, a text, a range (see `values_of_range`), or a block `kind:key=value,…`, to which
/// all settings up to the next value without "=" belong. Throws ExperimentError.
std::vector<Axis> axes_of_options(const std::vector<std::string>& over, const Vocabulary& words,
                                  const Catalogue& catalogue);

/// `--set /POINTER=VALUE` and `--derive KEY=EXPRESSION`. Throw ExperimentError.
KeyChange change_of_set(const std::string& text);
DerivedKey derived_key(const std::string& text, const Vocabulary& words);

/// The value that a sweep file would have in place of an option, and the option's name for messages.
struct PlacedJson {
  std::shared_ptr<const Json> json;
  Place place;
};
std::optional<PlacedJson> json_of_seeds(const std::optional<std::string>& text);
std::optional<PlacedJson> json_of_targets(const std::vector<std::string>& texts);
std::optional<PlacedJson> json_of_baseline(const std::vector<std::string>& texts);

}  // namespace gossamer
