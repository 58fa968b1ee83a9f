#include "experiments/trace/trace_file.hpp"

#include <cstdint>
#include <fstream>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/trace/hash.hpp"

namespace gossamer {
namespace {

constexpr std::string_view header_begin = "{\"record\":\"header\"";

bool begins_with(std::istream& stream, std::string_view beginning) {
  std::string text(beginning.size(), '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  return stream && text == beginning;
}

/// Creates the file if there is none. Returns whether it did.
bool created(const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return false;
  close(file);
  return true;
}

}  // namespace

std::string TraceIdentity::hash() const {
  Hash hash;
  for (const std::string& text : {configuration, ranks})
    for (const char c : text) hash.add(std::uint64_t{static_cast<unsigned char>(c)});
  if (moments) hash.add(std::uint64_t{1});
  return hash.text().substr(8);
}

std::optional<TraceIdentity> identity_of_trace(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream || !begins_with(stream, header_begin)) return std::nullopt;
  std::string line;
  std::getline(stream, line);
  try {
    const Json header = parse_json(std::string{header_begin} + line, file.string());
    const Json* const configuration = find_key(header, "configuration");
    const Json* const ranks = find_key(header, "ranks");
    if (!configuration) return std::nullopt;
    return TraceIdentity{.configuration = compact(*configuration),
                         .ranks = ranks ? compact(*ranks) : "",
                         .moments = find_key(header, "moments") != nullptr};
  } catch (const ExperimentError&) {  // the line was cut off
    return std::nullopt;
  }
}

bool has_content(const std::filesystem::path& path) {
  std::error_code unknown;
  return std::filesystem::is_regular_file(path, unknown) && std::filesystem::file_size(path, unknown) > 0;
}

void check_trace(const std::filesystem::path& path, const TraceIdentity& identity) {
  if (!has_content(path)) return;
  const auto found = identity_of_trace(path);
  if (found == identity) return;
  throw TraceError{
      fmt::format("{}: {}, which would be lost\n  expected another --out, or --force to overwrite it", path.string(),
                  found ? "holds the trace of another configuration" : "holds something that is no trace")};
}

TraceFile free_trace_file(const std::filesystem::path& path, const TraceIdentity& identity) {
  if (created(path)) return {path, true};
  if (identity_of_trace(path) == identity) return {path};
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown)) return {path};  // a device, or a path that cannot be created
  std::filesystem::path other = path;
  other.replace_filename(fmt::format("{}-{}{}", path.stem().string(), identity.hash(), path.extension().string()));
  check_trace(other, identity);
  return {other};
}

void check_kind(const std::filesystem::path& path, const std::string& beginning, const std::string& what,
                const std::string& option) {
  std::ifstream stream{path, std::ios::binary};
  if (!has_content(path) || !stream || begins_with(stream, beginning)) return;
  throw TraceError{fmt::format(
      "{}: holds something that is no {}, which would be lost\n  expected another {}, or --force to overwrite "
      "it",
      path.string(), what, option)};
}

}  // namespace gossamer
