#pragma once
#include "experiments/theory/theory.hpp"
#include "topologies/topology.hpp"

namespace gossamer {

/// Adds the eigenvalues of W and what follows from them; the consensus factor in their place if W changes from round to
/// round. All are absent for graphs so large that they would take minutes.
void add_graph(const Topology& topology, Theory& theory);

}  // namespace gossamer
