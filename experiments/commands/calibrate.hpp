#pragma once
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace gossamer {

/// What `gossamer calibrate` is asked for.
struct CalibrateOptions {
  std::filesystem::path out = "machine.json";
  std::optional<std::filesystem::path> model = {};  ///< the experiment whose steps are measured; none without it
  std::vector<std::string> overrides = {};          ///< of that experiment
  double seconds = 30;                              ///< about how long to measure
};

/// `mpirun -np 2 gossamer calibrate`: measures the ranks, fits a network and a law of steps, writes them as a machine
/// file and the report to `out`. Rank 0 alone writes.
/// Throws MpiError where this build has no MPI, where there is but one rank, and where more ranks were started than the
/// experiment has nodes; ExperimentError, TraceError for files that cannot be read or written.
void calibrate_command(const CalibrateOptions& options, std::ostream& out);

}  // namespace gossamer
