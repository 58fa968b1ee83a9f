#pragma once
#include <Eigen/Core>

#include "topologies/mixing.hpp"

namespace gossamer {

/// The Perron vector π > 0 of W; Σ_i π_i = 1.
///
///     rows sum to 1:     πᵀ W = πᵀ    under X ← W X all models converge to Σ_i π_i x_i(0)
///     columns sum to 1:  W π = π      the push-sum weight of node i converges to n π_i
///     both:              π_i = 1/n
///
/// One sparse factorization, with π_0 set to 1. W must be connected; `Mixing` proves this unless its promise excludes
/// it.
/// Throws TopologyError if the factorization fails.
Eigen::VectorXd perron_vector(const Mixing& mixing);

/// The second largest eigenvalue magnitude of W, with row sums or column sums 1: in the long run a round multiplies the
/// disagreement of the models by it. Needs n ≥ 2. Throws TopologyError if the computation does not converge.
double second_magnitude(const Mixing& mixing);

}  // namespace gossamer
