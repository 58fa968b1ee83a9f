#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "experiments/configuration/json.hpp"

namespace gossamer {

/// The configuration in an experiment file: the file's only object, or, if the file is a trace, the value of
/// "configuration" in its first line. A trace may be of any length: no more than its first line is read.
/// Throws ExperimentError if the file cannot be read or contains neither.
Json read_source_file(const std::filesystem::path& file);

/// The same for a text. `name` is its file's name in messages.
Json read_source_text(std::string_view text, const std::string& name);

/// The object in a JSON file of another kind. `what` names the kind: "a platform file, …". Throws ExperimentError.
Json read_json_file(const std::filesystem::path& file, std::string_view what);

}  // namespace gossamer
