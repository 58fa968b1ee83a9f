#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/json.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// The configuration in an experiment file: the file's only object, or, where the file is a trace, the value of
/// "configuration" in its first line. A trace may be of any length: no more than its first line is read.
/// Throws ExperimentError where the file cannot be read or holds neither.
Json read_source_file(const std::filesystem::path& file);

/// The same for a text, `name` standing for its file.
Json read_source_text(std::string_view text, const std::string& name);

/// The object in a JSON file of another kind: `what` says which, "a platform file, …". Throws ExperimentError.
Json read_json_file(const std::filesystem::path& file, std::string_view what);

/// Where relative paths of an experiment file lead: from the current folder, else from the experiment file's, else from
/// the folder in the environment variable GOSSAMER_DATA. Throws ExperimentError, which says where it looked.
std::filesystem::path find_data(const std::string& path, const Place& place);

/// `find_data` for the block at `place` with these values: messages name the setting that holds the path.
std::function<std::filesystem::path(const std::string&)> data_finder(const Values& values, const Place& place);

}  // namespace gossamer
