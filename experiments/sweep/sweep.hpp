#pragma once
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/run/run.hpp"
#include "experiments/sweep/sweep_file.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// Part `number` of `count` parts of a sweep's runs, counted from 1.
struct Shard {
  int number = 1;
  int count = 1;
};

/// The options of `gossamer sweep`.
struct SweepCommand {
  SweepOptions sweep;
  std::optional<std::filesystem::path> folder = {};
  int jobs = 0;     ///< runs at a time; 0: chosen by trials
  int threads = 0;  ///< cores to use; 0: all
  Shard shard = {};
  std::vector<std::string> only = {};  ///< the names of the runs to make; empty: all
  bool dry_run = false;
  bool retry_failed = false;
  bool quiet = false;
  enum class Print { nothing, slurm, snakemake };
  Print print = Print::nothing;           ///< a script for another program that makes the runs
  std::vector<std::string> command = {};  ///< the words of the command line, for the traces' headers
};

/// The folder of the results.
std::filesystem::path folder_of(const SweepCommand& command);

/// The names of scripts on the command line.
inline const Choices<SweepCommand::Print> scripts_of_sweeps{
    {{"slurm", SweepCommand::Print::slurm}, {"snakemake", SweepCommand::Print::snakemake}}};

/// The state of a sweep's runs.
struct SweepCounts {
  std::size_t all = 0, done = 0, failed = 0;
};

/// The command `gossamer sweep`: makes the runs that its folder does not have. If a launcher has started several ranks,
/// they share the runs, and each of them calls this. The dry run and the summary go to `out`,
/// progress and messages to `err`.
///
/// Returns the exit code: `bad_input` if runs have failed; a run that diverged is a result. `counts` gets the state of
/// the folder at the end, of all runs and not only of this shard. Throws ExperimentError before the first run for
/// anything wrong in the file or in a cell, TraceError if the folder cannot be written.
ExitCode sweep(const SweepCommand& command, const Catalogue& catalogue, std::ostream& out, std::ostream& err,
               SweepCounts& counts);

}  // namespace gossamer
