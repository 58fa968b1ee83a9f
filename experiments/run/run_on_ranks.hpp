#pragma once
#include <iosfwd>

#include "experiments/run/run.hpp"

namespace gossamer {

/// `gossamer run --world mpi`: the same on the ranks that mpirun has started. Rank 0 alone writes files and tells; what
/// is wrong on one rank ends all of them.
/// Throws what `run` throws; MpiError also where this build has no MPI.
ExitCode run_on_ranks(const RunOptions& options, std::ostream& out, std::ostream& err);

}  // namespace gossamer
