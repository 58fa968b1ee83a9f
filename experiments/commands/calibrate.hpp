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
  bool force = false;  ///< whether a void calibration is written, and over whatever `out` holds
};

/// `mpirun -np 2 gossamer calibrate`: measures the ranks, fits a network and a law of steps, writes them as a machine
/// file and the report to `out`. Rank 0 alone writes.
/// Throws MpiError where this build has no MPI, where there is but one rank, where more ranks were started than the
/// experiment has nodes, where the file holds something that is no machine file, and, after the report, for a
/// calibration that is void (`void_reason`); ExperimentError, TraceError for files that cannot be read or written.
void calibrate_command(const CalibrateOptions& options, std::ostream& out);

}  // namespace gossamer
