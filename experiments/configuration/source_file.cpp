#include "experiments/configuration/source_file.hpp"

#include <algorithm>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/nearest_name.hpp"
#include "sim/ground/line_reader.hpp"

namespace gossamer {
namespace {

/// The configuration in the first line of a trace; none if the line is no trace's.
std::optional<Json> from_trace(std::string_view first_line, const std::string& name) {
  if (!first_line.starts_with('{') || first_line.find("\"configuration\"") == first_line.npos) return std::nullopt;
  try {
    const Json header = parse_json(first_line, name);
    if (const Json* const configuration = find_key(header, "configuration")) return *configuration;
  } catch (const ExperimentError&) {  // then it is the first of several lines of an experiment file
  }
  return std::nullopt;
}

/// The name in the file's folder that was probably meant.
std::optional<std::string> nearest_file(const std::filesystem::path& file) {
  constexpr std::size_t most = 1000;
  std::error_code error;
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator entry{folder, error}, end; !error && entry != end && names.size() < most;
       entry.increment(error))
    names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  const auto name = nearest_name(file.filename().string(), names);
  return name ? std::optional{(file.parent_path() / *name).string()} : std::nullopt;
}

/// Refuses a folder, and a path without a file.
void check_file(const std::filesystem::path& file, std::string_view what) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error)
    refuse({file.string(), ""}, "no such file", what, nearest_file(file));
  if (std::filesystem::is_directory(file, error)) refuse({file.string(), ""}, "is a folder", what);
}

Json checked(Json json, const std::string& name) {
  if (!json.is_object())
    refuse({name, ""}, fmt::format("{} is not an experiment", shown(json)),
           "an object with the blocks topology, model, algorithm, network, compute, stop, record; "
           "experiments/formats/experiment.md describes them");
  return json;
}

}  // namespace

Json read_source_text(std::string_view text, const std::string& name) {
  if (auto configuration = from_trace(text.substr(0, text.find('\n')), name)) return checked(*configuration, name);
  return checked(parse_json(text, name), name);
}

Json read_source_file(const std::filesystem::path& file) {
  const std::string name = file.string();
  check_file(file, "an experiment file or a trace");
  LineReader lines{file};
  std::string_view first;
  if (lines.next(first))
    if (auto configuration = from_trace(first, name)) return checked(*configuration, name);
  return checked(parse_json(read_text(file), name), name);
}

Json read_json_file(const std::filesystem::path& file, std::string_view what) {
  const std::string name = file.string();
  check_file(file, what);
  Json json = parse_json(read_text(file), name);
  if (!json.is_object()) refuse({name, ""}, fmt::format("{} is not an object", shown(json)), what);
  return json;
}

}  // namespace gossamer
