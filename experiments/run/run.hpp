#pragma once
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "experiments/trace/timeline_writer.hpp"

namespace gossamer {

/// How an experiment is put on real ranks; empty where that follows from the experiment. See `MpiWorld`.
struct RankOptions {
  std::optional<std::string> compute = {};     ///< "paced", "real"
  std::optional<std::string> network = {};     ///< "shaped", "real"
  std::optional<std::string> all_reduce = {};  ///< "played", "mpi"

  bool operator==(const RankOptions&) const = default;
};

/// What `gossamer run` is asked for.
struct RunOptions {
  std::filesystem::path file;
  std::vector<std::string> overrides = {};
  int threads = 0;  ///< 0: all that this process may use
  /// The trace; else the file's stem with .jsonl, in the current folder, or, if another run has left a trace there, the
  /// same with a hash of the configuration.
  std::optional<std::filesystem::path> out = {};
  bool force = false;                                ///< whether files that other runs have left are overwritten
  std::optional<std::filesystem::path> models = {};  ///< where to write the reported models, n × d, as NPY
  bool quiet = false;                                ///< neither progress nor warnings nor summary
  std::vector<std::string> command = {};             ///< the words of the command line, for the trace's header

  /// In which world: virtual nodes in virtual time, or real MPI ranks under mpirun.
  enum class World { simulation, mpi };
  World world = World::simulation;
  RankOptions ranks = {};  ///< for World::mpi alone

  std::optional<std::filesystem::path> timeline = {};  ///< what every node does, for World::simulation alone
  TimelineScope timeline_scope = {};
};

/// How `gossamer run` ends, for shells and scripts.
enum class ExitCode : int {
  success = 0,
  internal = 1,   ///< a bug
  bad_input = 2,  ///< or a file that cannot be written
  diverged = 3,
  stuck = 4,  ///< nothing is left to happen, and a node still waits, or all are down for good
  interrupted = 130,
};

/// The command `gossamer run`: the summary to `out`, messages to `err`, progress to standard error.
/// Throws ExperimentError, TraceError, LearningError and MpiError; each stands for `bad_input`.
ExitCode run(const RunOptions& options, std::ostream& out = std::cout, std::ostream& err = std::cerr);

}  // namespace gossamer
