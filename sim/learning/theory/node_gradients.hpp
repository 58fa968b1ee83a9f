#pragma once
#include <vector>

#include <Eigen/Core>

#include "sim/learning/problem.hpp"

namespace gossamer {

/// The gradients of all nodes at a point.
struct NodeGradients {
  std::vector<double> squares;  ///< ‖∇f_i(x)‖² of each node
  double mean_square = 0;       ///< (1/n) Σ_i ‖∇f_i(x)‖²
  double spread = 0;            ///< ζ²(x) = (1/n) Σ_i ‖∇f_i(x) − ∇f(x)‖²
};

/// Exact but for rounding: over all samples, without added noise. All threads take part, and results are the same bits
/// for any number of them.
/// Cost    two gradients over all samples.
NodeGradients node_gradients(const Problem<double>& problem, NodeId nodes, const Eigen::VectorXd& x);

}  // namespace gossamer
