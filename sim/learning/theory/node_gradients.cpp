#include "sim/learning/theory/node_gradients.hpp"

#include <algorithm>
#include <numeric>

namespace gossamer {
namespace {

/// Calls f(i, ∇f_i(x)) for all nodes i in order.
template <class F>
void for_each_gradient(const Problem<double>& problem, NodeId nodes, const Eigen::VectorXd& x, F f) {
  constexpr NodeId at_once = 64;
  Eigen::MatrixXd gradients(problem.dimension(), std::min(nodes, at_once));
  for (NodeId first = 0; first < nodes; first += at_once) {
    const NodeId count = std::min(at_once, nodes - first);
#pragma omp parallel for schedule(dynamic)
    for (NodeId k = 0; k < count; ++k) {
      Workspace workspace;
      problem.gradient(first + k, GradientAddress::all_samples, x.data(), gradients.col(k).data(), workspace);
    }
    for (NodeId k = 0; k < count; ++k) f(first + k, gradients.col(k));
  }
}

}  // namespace

NodeGradients node_gradients(const Problem<double>& problem, NodeId nodes, const Eigen::VectorXd& x) {
  NodeGradients result;
  result.squares.resize(static_cast<std::size_t>(nodes));
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(problem.dimension());
  for_each_gradient(problem, nodes, x, [&](NodeId i, const auto& gradient) {
    result.squares[static_cast<std::size_t>(i)] = gradient.squaredNorm();
    mean += gradient / nodes;
  });
  for_each_gradient(problem, nodes, x,
                    [&](NodeId, const auto& gradient) { result.spread += (gradient - mean).squaredNorm() / nodes; });
  result.mean_square = std::accumulate(result.squares.begin(), result.squares.end(), 0.0) / nodes;
  return result;
}

}  // namespace gossamer
