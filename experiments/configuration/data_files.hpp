#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "experiments/configuration/place.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// Finds a path of an experiment file. A relative path is looked up in the current folder, then in the experiment
/// file's folder, then in the folder of the environment variable GOSSAMER_DATA. Throws ExperimentError, which lists
/// these.
std::filesystem::path find_data(const std::string& path, const Place& place);

/// `find_data` for the block at `place` with these values. Messages name the setting that contains the path.
std::function<std::filesystem::path(const std::string&)> data_finder(const Values& values, const Place& place);

}  // namespace gossamer
