#pragma once
#include <string>
#include <vector>

#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/json.hpp"

namespace gossamer {

/// Applies `/json/pointer=value`: the value is JSON or else plain text, and creates or replaces that key. Objects on
/// the way that are missing are created, and a block written as a text becomes {"kind": text}; a list's element must
/// exist. Throws ExperimentError, in the name of the override, where there is no such place.
void apply_override(Json& configuration, const std::string& override_text);

/// The error that a user understands who has changed `file` by these overrides: a complaint about a key that one of
/// them has set, or about one that does not fit a kind that one of them has set, names the override in place of the
/// file.
ExperimentError blamed(const ExperimentError& error, const std::string& file,
                       const std::vector<std::string>& overrides);

/// What `read` returns, which reads a file with these overrides. Its ExperimentErrors are blamed on them.
template <class Read>
auto blaming_overrides(const std::string& file, const std::vector<std::string>& overrides, Read&& read) {
  try {
    return read();
  } catch (const ExperimentError& error) {
    throw blamed(error, file, overrides);
  }
}

}  // namespace gossamer
