#pragma once
#include "sim/mpi/mpi_session.hpp"

namespace gossamer::testing {

/// MPI, which this program starts once for all its tests. Every rank runs every test.
MpiSession& session();

}  // namespace gossamer::testing
