#pragma once
#include <optional>

#include <Eigen/Core>

#include "topologies/schedule.hpp"

/// n_W(γ), the effective number of neighbors, from 1 (no averaging) to n (exact averaging): the factor by which
/// averaging reduces the variance of a random walk with the decay γ ∈ [0, 1),
///
///     y ← √γ y + ξ  against  z ← W (√γ z + ξ):    n_i(γ) = Var y_i / Var z_i
///       = 1 / ((1 − γ) Σ_t γ^t ‖row i of W^{t+1}‖²)
///
/// for node i. For all nodes n_W(γ) = Var y / Var z, which is the harmonic mean of the n_i. If rounds change,
/// W(k) W(k − 1) ⋯ W(k − t) replaces W^{t+1}, and variances are means over the rounds k of a period, or expectations if
/// rounds are random. Vogels, Hendrikx, Jaggi, "Beyond spectral gap: The role of the topology in decentralized
/// learning", NeurIPS 2022, arXiv:2206.03093; the paper has one W, and one number for all nodes.
namespace gossamer {

/// The effective number of neighbors is computed exactly up to this number of nodes.
inline constexpr NodeId most_nodes_with_effective_neighbors = 4000;

struct EffectiveNeighbors {
  double all = 1;         ///< n_W(γ)
  double error = 0;       ///< standard error of `all`; 0 if it is exact
  Eigen::VectorXd nodes;  ///< n_i(γ); empty if rounds are random
};

/// The exact number, to about 1e-10 at any decay; empty if W is not doubly stochastic, or if n is above 4,000.
/// Cost    dense: n³ multiplications for symmetric W, seconds at 4,000 nodes; otherwise 2 n³ to 60 n³, minutes. The
///         number grows if W mixes slowly, and if γ is close to 1.
/// Throws TopologyError if γ is out of range.
std::optional<EffectiveNeighbors> effective_neighbors(const Mixing& mixing, double decay);

/// The same for a schedule. If rounds are random, this is an estimate for all nodes from 32 random walks; `error` is
/// its standard error. The estimate has no limit on the number of nodes.
std::optional<EffectiveNeighbors> effective_neighbors(const MixingSchedule& schedule, double decay);

}  // namespace gossamer
