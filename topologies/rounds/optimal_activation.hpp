#pragma once
#include <vector>

#include <Eigen/Core>

#include "topologies/rounds/edge_coloring.hpp"

namespace gossamer {

/// Probabilities of matchings, and a proved bound.
struct OptimalActivation {
  Eigen::VectorXd probabilities;
  double connectivity = 0;  ///< λ₂(Σ p_j L_j)
  double bound = 0;         ///< an upper bound of the connectivity of all probabilities within the budget
};

/// Maximizes λ₂(Σ p_j L_j) subject to Σ p_j ≤ budget · m and 0 ≤ p_j ≤ 1, to a relative gap of 1e-6. This is the
/// semidefinite program max t with Σ p_j L_j ⪰ t (I − J). A barrier method with Newton steps solves it; its dual gives
/// the bound.
/// Boyd, Vandenberghe, "Convex Optimization", Cambridge 2004, section 11.
///
/// Needs a budget in (0, 1], m ≥ 1 matchings L_j whose edges together connect n ≥ 2 nodes.
/// Cost    about 60 times a dense inverse of an n × n matrix and the square of the number of edges.
/// Throws TopologyError if n is above 600 or there are more than 4,000 edges.
OptimalActivation optimal_activation(NodeId nodes, const std::vector<Matching>& matchings, double budget);

}  // namespace gossamer
