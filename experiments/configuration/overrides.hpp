#pragma once
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/json.hpp"

namespace gossamer {

/// A text of the command line as JSON, or, if it is none, as a text.
Json json_or_text(const std::string& text);

/// Creates or replaces the key at a JSON pointer. Missing objects on the way are created, and a block written as a text
/// becomes {"kind": text}, the number at "seed" {"all": number}; a list's element must exist. Throws ExperimentError, with `place`, if there is no such key.
void set_key(Json& configuration, const std::string& pointer, Json value, const Place& place,
             const Catalogue& catalogue);

/// Applies `/json/pointer=value`: the value is JSON or else plain text. See `set_key`.
/// Throws ExperimentError, with the override, if there is no such place.
void apply_override(Json& configuration, const std::string& override_text, const Catalogue& catalogue);

/// The error with its cause, if `file` was changed by these overrides. A complaint about a key that an override has
/// set, or about a key that does not fit a kind that an override has set, names the override in place of the file.
ExperimentError blamed(const ExperimentError& error, const std::string& file,
                       const std::vector<std::string>& overrides);

/// Returns the result of `read`, which reads a file with these overrides. Its ExperimentErrors are passed to `blamed`.
template <class Read>
auto blaming_overrides(const std::string& file, const std::vector<std::string>& overrides, Read&& read) {
  try {
    return read();
  } catch (const ExperimentError& error) {
    throw blamed(error, file, overrides);
  }
}

}  // namespace gossamer
