#include "experiments/configuration/data_files.hpp"

#include <cstdlib>
#include <system_error>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiments/configuration/complaint.hpp"

namespace gossamer {

std::filesystem::path find_data(const std::string& path, const Place& place) {
  std::vector<std::filesystem::path> folders{std::filesystem::current_path(),
                                             std::filesystem::absolute(place.file).parent_path()};
  if (const char* const data = std::getenv("GOSSAMER_DATA")) folders.emplace_back(data);
  std::vector<std::string> looked;
  for (const auto& folder : folders) {
    const std::filesystem::path candidate = (folder / path).lexically_normal();  // `path` itself if it is absolute
    std::error_code error;
    if (std::filesystem::exists(candidate, error)) return candidate;
    if (looked.empty() || looked.back() != candidate.string()) looked.push_back(candidate.string());
  }
  const bool has_folder = folders.size() == 3;
  refuse(place, fmt::format("there is no file or folder \"{}\"", path),
         fmt::format("{}{}", fmt::join(looked, ", or "),
                     has_folder || std::filesystem::path{path}.is_absolute()
                         ? ""
                         : "; the environment variable GOSSAMER_DATA may name another folder"));
}

std::function<std::filesystem::path(const std::string&)> data_finder(const Values& values, const Place& place) {
  return [values, place](const std::string& path) {
    for (const auto& [name, value] : values)
      if (const auto* text = std::get_if<std::string>(&value); text && *text == path)
        return find_data(path, place.at(name));
    return find_data(path, place);
  };
}

}  // namespace gossamer
