#pragma once
#include <iosfwd>

#include "experiments/run/run.hpp"

namespace gossamer {

/// `gossamer run --world mpi`: the same on the ranks that mpirun has started. Only rank 0 writes files and messages. An
/// error on one rank ends all of them.
/// Throws the same errors as `run`; MpiError also if this build has no MPI.
ExitCode run_on_ranks(const RunOptions& options, const Catalogue& catalogue, std::ostream& out, std::ostream& err);

}  // namespace gossamer
