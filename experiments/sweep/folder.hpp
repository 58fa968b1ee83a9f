#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "experiments/sweep/plan.hpp"

namespace gossamer {

/// The state of a run in a sweep's folder.
enum class RunState { missing, done, failed };

/// The folder of a sweep: sweep.json, runs.csv and runs/. Every file is written under another name, then renamed, so
/// that a file with its name is complete.
class SweepFolder {
 public:
  explicit SweepFolder(std::filesystem::path path) : path_{std::move(path)} {}

  /// Creates the folder with the plan. Throws TraceError if it cannot be written, or if it holds something else.
  void write(const SweepPlan& plan) const;

  RunState state(const std::string& id) const;
  std::filesystem::path trace(const std::string& id) const { return path_ / "runs" / (id + ".jsonl"); }
  std::filesystem::path part(const std::string& id) const { return path_ / "runs" / (id + ".part"); }
  std::filesystem::path failure(const std::string& id) const { return path_ / "runs" / (id + ".failed"); }
  const std::filesystem::path& path() const { return path_; }

  /// The part of a run becomes its trace. Throws TraceError.
  void complete(const std::string& id) const;
  /// Records the sentence of a run that left no trace. Throws TraceError.
  void record_failure(const std::string& id, std::string_view sentence) const;
  /// The sentence, if there is one.
  std::string failure_of(const std::string& id) const;
  void forget_failure(const std::string& id) const;

  /// Writes runs.csv from the traces: all that differs between equal sweeps. Throws TraceError.
  void write_runs(const SweepPlan& plan) const;

 private:
  void replace(const std::filesystem::path& file, std::string_view content) const;

  std::filesystem::path path_;
};

}  // namespace gossamer
