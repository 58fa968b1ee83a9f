#pragma once
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/run/progress.hpp"
#include "experiments/run/rank_options.hpp"
#include "experiments/trace/timeline_writer.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// The options of `gossamer run`.
struct RunOptions {
  std::filesystem::path file;
  std::vector<std::string> overrides = {};
  int threads = 0;  ///< 0: as many as this process may use
  /// The trace. If empty, the file's stem with .jsonl, in the current folder; if another run's trace is there, the same
  /// with a hash of the configuration.
  std::optional<std::filesystem::path> out = {};
  bool force = false;                                ///< whether files of other runs are overwritten
  std::optional<std::filesystem::path> models = {};  ///< where to write the reported models, n × d, as NPY
  bool theory = false;                               ///< whether the trace's header has the constants of theory
  bool quiet = false;                            ///< neither warnings nor summary, nor progress unless it is asked for
  std::optional<Progress::Style> progress = {};  ///< empty: a bar on a terminal, else lines
  std::vector<std::string> command = {};         ///< the words of the command line, for the trace's header

  /// The world: virtual nodes in virtual time, or real MPI ranks under mpirun.
  enum class World { simulation, mpi };
  World world = World::simulation;
  RankOptions ranks = {};  ///< for World::mpi alone

  std::optional<std::filesystem::path> timeline = {};  ///< the activity of every node, for World::simulation alone
  TimelineScope timeline_scope = {};
};

/// The names of worlds on the command line.
inline const Choices<RunOptions::World> worlds{
    {{"simulation", RunOptions::World::simulation}, {"mpi", RunOptions::World::mpi}}};

/// The exit codes of `gossamer run`.
enum class ExitCode : int {
  success = 0,
  internal = 1,   ///< a bug
  bad_input = 2,  ///< or a file that cannot be written
  diverged = 3,
  stuck = 4,  ///< no event is left, and a node still waits, or all are permanently down
  interrupted = 130,
};
/// The number with which the process ends.
constexpr int code_of(ExitCode code) { return static_cast<int>(code); }

/// The command `gossamer run`: the summary to `out`, messages to `err`, progress to standard error.
/// Throws ExperimentError, TraceError, LearningError and MpiError; each means `bad_input`.
ExitCode run(const RunOptions& options, std::ostream& out = std::cout, std::ostream& err = std::cerr,
             const Catalogue& catalogue = standard_catalogue());

}  // namespace gossamer
