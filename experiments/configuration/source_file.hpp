#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/json.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// The configuration in an experiment file: the file's only object, or, if the file is a trace, the value of
/// "configuration" in its first line. A trace may be of any length: no more than its first line is read.
/// Throws ExperimentError if the file cannot be read or contains neither.
Json read_source_file(const std::filesystem::path& file);

/// The same for a text. `name` is its file's name in messages.
Json read_source_text(std::string_view text, const std::string& name);

/// The object in a JSON file of another kind. `what` names the kind: "a platform file, …". Throws ExperimentError.
Json read_json_file(const std::filesystem::path& file, std::string_view what);

/// Finds a path of an experiment file. A relative path is looked up in the current folder, then in the experiment
/// file's folder, then in the folder of the environment variable GOSSAMER_DATA. Throws ExperimentError, which lists
/// these.
std::filesystem::path find_data(const std::string& path, const Place& place);

/// `find_data` for the block at `place` with these values. Messages name the setting that contains the path.
std::function<std::filesystem::path(const std::string&)> data_finder(const Values& values, const Place& place);

}  // namespace gossamer
