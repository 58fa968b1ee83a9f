#pragma once
#include "sim/mpi/mpi_session.hpp"

namespace gossamer::testing {

/// MPI, which this program starts once for all its tests. Every rank runs every test.
MpiSession& session();

/// Whether this is the rank that gets the results of a run.
inline bool is_first() { return session().rank() == 0; }

}  // namespace gossamer::testing
