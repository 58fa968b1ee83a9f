#pragma once
#include <string>

#include "experiments/configuration/experiment.hpp"
#include "experiments/trace/provenance.hpp"
#include "experiments/trace/trace.hpp"
#include "experiments/trace/trace_file.hpp"

namespace gossamer {

/// The version of the format of traces; experiments/formats/trace.md describes it.
inline constexpr int trace_schema = 2;

/// The first line of a trace: the data that reproduce the run, and the facts that are known before it starts.
///
/// Eigenvalues are left out above `most_nodes_with_spectrum` nodes, and if they do not converge.
TraceRecord header_of(const Experiment& experiment, const Provenance& provenance);

/// The settings of a run on real ranks, in the words of the command line.
struct RankSettings {
  int ranks = 1;
  std::string mpi;         ///< the library and its version
  std::string compute;     ///< "paced", "real"
  std::string network;     ///< "shaped", "real"
  std::string all_reduce;  ///< "played", "mpi"
};

/// The same for a run on real ranks.
TraceRecord header_of(const Experiment& experiment, const RankSettings& rank_settings, const Provenance& provenance);

/// The same for a trace of exact moments.
TraceRecord header_of_moments(const Experiment& experiment, const Provenance& provenance);

/// The identity of the run, as in its trace's header. `rank_settings` are null in virtual time.
TraceIdentity identity_of(const Experiment& experiment, const RankSettings* rank_settings = nullptr);

/// Above this size the analysis of a slowly mixing graph, such as a ring, would take longer than its simulation.
inline constexpr NodeId most_nodes_with_spectrum = 5000;

}  // namespace gossamer
