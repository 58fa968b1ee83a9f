#pragma once
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"

namespace gossamer {

/// The options of `gossamer calibrate`.
struct CalibrateOptions {
  std::filesystem::path out = "machine.json";
  std::optional<std::filesystem::path> model = {};  ///< the experiment whose steps are measured, if any
  std::vector<std::string> overrides = {};          ///< of that experiment
  double seconds = 30;                              ///< about how long to measure
  bool force = false;  ///< whether a void calibration is written, and any file at `out` overwritten
};

/// `mpirun -np 2 gossamer calibrate`: measures the ranks, fits a network and a law of steps, writes them as a machine
/// file and the report to `out`. Rank 0 alone writes.
/// Throws MpiError if this build has no MPI, if there is only one rank, if there are more ranks than the experiment has
/// nodes, if `out` exists and is no machine file, and, after the report, if the calibration is void (`void_reason`).
/// Throws ExperimentError or TraceError for files that cannot be read or written.
void calibrate_command(const CalibrateOptions& options, const Catalogue& catalogue, std::ostream& out);

}  // namespace gossamer
