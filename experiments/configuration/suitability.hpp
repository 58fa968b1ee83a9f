#pragma once
#include "algorithms/registry.hpp"
#include "experiments/configuration/block_reader.hpp"
#include "topologies/topology.hpp"

namespace gossamer {

/// Refuses an algorithm on a topology for which it is not meant, with what it needs and what is there: the sums of W,
/// the entry's `needs`, so far as its settings ask for them, one kind of schedule. Throws ExperimentError.
/// Cost  if eigenvalues are needed, and the diagonal of W leaves them open, about a second at 10⁴ nodes.
void check_suitability(const Choice<AlgorithmEntry>& algorithm, const Topology& topology);

}  // namespace gossamer
