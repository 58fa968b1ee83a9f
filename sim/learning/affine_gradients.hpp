#pragma once
#include <Eigen/Core>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// A base class of problems whose stochastic gradients are affine in x, with noise that does not depend on x:
///
///     ∇F_i(x; ξ) = A_i x − b_i + s ξ
///
/// ξ has mean 0 and covariance I, and is independent of the ξ at all other addresses; s is `AnyProblem::added_noise`.
class AffineGradients {
 public:
  /// A_i, symmetric d × d, or d × 1 for a diagonal matrix.
  virtual Eigen::MatrixXd hessian(NodeId node) const = 0;

 protected:
  ~AffineGradients() = default;
};

}  // namespace gossamer
