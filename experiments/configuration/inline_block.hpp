#pragma once
#include <string>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/json.hpp"

namespace gossamer {

/// Whether the source is a file and not a block: names of kinds contain neither points nor slashes.
bool names_a_file(const std::string& source);

/// The object {key: block} for a block on the command line: JSON, or `kind:key=value,…`, whose values are JSON or else
/// text. JSON may hold the key itself. `example` shows what is expected. Throws ExperimentError.
Json inline_block(const std::string& source, const std::string& key, const std::string& example,
                  const Catalogue& catalogue);

}  // namespace gossamer
