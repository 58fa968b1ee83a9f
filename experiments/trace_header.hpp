#pragma once
#include <string>

#include "experiments/experiment.hpp"
#include "experiments/provenance.hpp"
#include "experiments/trace.hpp"
#include "experiments/trace_file.hpp"

namespace gossamer {

/// The version of what traces look like; experiments/trace.md describes it.
inline constexpr int trace_schema = 2;

/// The first line of a trace: what is needed to make the run again, and what is known of it before it starts.
///
/// Eigenvalues are left out above `most_nodes_with_spectrum` nodes, and where they do not converge.
TraceRecord header_of(const Experiment& experiment, const Provenance& provenance);

/// How a run was put on real ranks, in the words of the command line.
struct RankFacts {
  int ranks = 1;
  std::string mpi;         ///< the library and its version
  std::string compute;     ///< "paced", "real"
  std::string network;     ///< "shaped", "real"
  std::string all_reduce;  ///< "played", "mpi"
};

/// The same for a run on real ranks.
TraceRecord header_of(const Experiment& experiment, const RankFacts& facts, const Provenance& provenance);

/// The identity of the run whose trace has such a header. `facts` are null in virtual time.
TraceIdentity identity_of(const Experiment& experiment, const RankFacts* facts = nullptr);

/// Beyond that size a slowly mixing graph, such as a ring, would be analyzed for longer than it is simulated.
inline constexpr NodeId most_nodes_with_spectrum = 5000;

}  // namespace gossamer
