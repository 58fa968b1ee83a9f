#pragma once
#include <optional>

#include <Eigen/Core>

#include "topologies/schedule.hpp"

/// n_W(γ), the effective number of neighbors, from 1 (nobody listens) to n (all average): in how far averaging cuts the
/// noise of a random walk that forgets at the rate γ ∈ [0, 1),
///
///     y ← √γ y + ξ  against  z ← W (√γ z + ξ):    n_i(γ) = Var y_i / Var z_i
///       = 1 / ((1 − γ) Σ_t γ^t ‖row i of W^{t+1}‖²)
///
/// of node i, and of all nodes n_W(γ) = Var y / Var z, which is the harmonic mean of the n_i. If rounds change,
/// W(k) W(k − 1) ⋯ W(k − t) takes the place of W^{t+1}, and variances are means over the rounds k of a period; if they
/// are random, expectations. Vogels, Hendrikx, Jaggi, "Beyond spectral gap: The role of the topology in decentralized
/// learning", NeurIPS 2022, arXiv:2206.03093, who have one W and one number for all nodes.
namespace gossamer {

/// Up to so many nodes it is computed exactly.
inline constexpr NodeId most_nodes_with_effective_neighbors = 4000;

struct EffectiveNeighbors {
  double all = 1;         ///< n_W(γ)
  double error = 0;       ///< standard error of `all`; 0 if it is exact
  Eigen::VectorXd nodes;  ///< n_i(γ); empty where rounds are random
};

/// Exactly, to about 1e-10, at any decay; empty if W is not doubly stochastic, or n is above 4,000.
/// Cost    dense: for symmetric W n³ multiplications, seconds at 4,000 nodes; for others 2 n³ to 60 n³, more of them
/// the
///         slower W mixes and the closer γ is to 1, which takes minutes.
/// Throws TopologyError where γ is out of range.
std::optional<EffectiveNeighbors> effective_neighbors(const Mixing& mixing, double decay);

/// The same of a schedule. If rounds are random, an estimate for all nodes from 32 random walks, of which `error` says
/// how far off it is; it has no limit of nodes.
std::optional<EffectiveNeighbors> effective_neighbors(const MixingSchedule& schedule, double decay);

}  // namespace gossamer
