#include "experiments/sweep/folder.hpp"

#include <cerrno>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/trace/growing_file.hpp"

namespace gossamer {
namespace {

/// The last line of a file, without its end. Traces have long lines only at their beginning.
std::string last_line(std::ifstream& file) {
  constexpr std::streamoff most = 1 << 16;
  file.seekg(0, std::ios::end);
  const std::streamoff size = file.tellg(), start = std::max<std::streamoff>(0, size - most);
  std::string text(static_cast<std::size_t>(size - start), '\0');
  file.seekg(start);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  while (text.ends_with('\n')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

std::string text_at(const Json& json, const char* key) {
  const Json* const found = find_key(json, key);
  return !found ? "" : found->is_string() ? found->get<std::string>() : compact(*found);
}

/// The row of a run that has a trace: status, started, wall_s, host, threads, commit, hash.
std::string row_of_trace(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::string first;
  if (!std::getline(file, first)) return "unreadable,,,,,,";
  try {
    const Json header = parse_json(first, path.string());
    const Json end = parse_json(last_line(file), path.string());
    const Json* const provenance = find_key(header, "provenance");
    const Json facts = provenance ? *provenance : Json::object();
    return fmt::format("{},{},{},{},{},{},{}", text_at(end, "reason"), text_at(facts, "date"),
                       text_at(end, "wall_time_s"), text_at(facts, "host"), text_at(facts, "threads"),
                       text_at(facts, "commit"), text_at(end, "hash"));
  } catch (const ExperimentError&) {
    return "unreadable,,,,,,";
  }
}

void refuse_file(const std::filesystem::path& file, const char* what, const std::error_code& error) {
  throw TraceError{fmt::format("{}: cannot {}: {}", file.string(), what, error.message())};
}

/// Refuses a folder that holds something and is no sweep's.
void check_folder(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return;
  if (!std::filesystem::is_directory(path, error))
    throw TraceError{fmt::format("{}: is a file\n  expected the folder of a sweep, or a new one", path.string())};
  if (std::filesystem::is_empty(path, error) || std::filesystem::exists(path / "sweep.json", error) ||
      std::filesystem::exists(path / "runs", error))
    return;
  throw TraceError{fmt::format("{}: holds something that is no sweep\n  expected the folder of a sweep, or a new one",
                               path.string())};
}

}  // namespace

void SweepFolder::write(const SweepPlan& plan) const {
  check_folder(path_);
  std::error_code error;
  std::filesystem::create_directories(path_ / "runs", error);
  if (error) refuse_file(path_, "create the folder", error);
  replace(path_ / "sweep.json", json_of(plan));
}

RunState SweepFolder::state(const std::string& id) const {
  std::error_code error;
  if (std::filesystem::exists(trace(id), error)) return RunState::done;
  return std::filesystem::exists(failure(id), error) ? RunState::failed : RunState::missing;
}

void SweepFolder::complete(const std::string& id) const {
  std::error_code error;
  std::filesystem::rename(part(id), trace(id), error);
  if (error) refuse_file(trace(id), "write the trace", error);
}

void SweepFolder::record_failure(const std::string& id, std::string_view sentence) const {
  replace(failure(id), fmt::format("{}\n", sentence));
}

std::string SweepFolder::failure_of(const std::string& id) const {
  std::ifstream file{failure(id), std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

void SweepFolder::forget_failure(const std::string& id) const {
  std::error_code error;
  std::filesystem::remove(failure(id), error);
}

void SweepFolder::write_runs(const SweepPlan& plan) const {
  std::string rows = "id,status,started,wall_s,host,threads,commit,hash\n";
  std::set<std::string> seen;
  for (const PlannedRun& run : plan.runs) {
    const RunState now = state(run.id);
    if (now == RunState::missing || !seen.insert(run.id).second) continue;
    rows += fmt::format("{},{}\n", run.id, now == RunState::done ? row_of_trace(trace(run.id)) : "failed,,,,,,");
  }
  replace(path_ / "runs.csv", rows);
}

void SweepFolder::replace(const std::filesystem::path& file, std::string_view content) const {
  // Other processes may write the same file at the same time.
  const std::filesystem::path other = fmt::format("{}.{}.new", file.string(), getpid());
  std::ofstream stream{other, std::ios::binary | std::ios::trunc};
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  stream.close();
  std::error_code error;
  if (!stream)
    error = std::error_code{errno, std::generic_category()};
  else
    std::filesystem::rename(other, file, error);
  if (!error) return;
  std::error_code unknown;
  std::filesystem::remove(other, unknown);
  refuse_file(file, "write it", error);
}

}  // namespace gossamer
