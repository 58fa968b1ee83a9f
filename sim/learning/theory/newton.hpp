#pragma once
#include <functional>
#include <string>

#include <Eigen/Core>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// A convex function of R^d with two derivatives.
struct ConvexFunction {
  Index dimension = 0;                                                                                 ///< d
  std::function<Eigen::VectorXd(const Eigen::VectorXd& x)> gradient;                                   ///< ∇f(x)
  std::function<Eigen::VectorXd(const Eigen::VectorXd& x, const Eigen::VectorXd& v)> hessian_product;  ///< ∇²f(x) v
};

/// ∇²f(x), d × d, from d products.
Eigen::MatrixXd dense_hessian(const ConvexFunction& f, const Eigen::VectorXd& x);

/// How the systems ∇²f(x) p = −∇f(x) are solved: exactly, or to a relative residual that falls with the gradient.
enum class NewtonSystems { cholesky, conjugate_gradients };

/// The last point of Newton's method.
struct NewtonEnd {
  Eigen::VectorXd x;
  double gradient_norm = 0;
  std::string failure = {};  ///< why x is no minimizer; empty if it is
};

/// Newton's method until ‖∇f(x)‖ ≤ 1e-12, or until rounding ends its progress.
///
/// A step is halved until the gradient's norm falls, which is a descent direction of it for every residual below 1
/// (Dembo, Eisenstat, Steihaug, "Inexact Newton Methods", SIAM J. Numer. Anal. 19, 1982).
/// A function without a minimizer is recognized by its steps: where f only approaches its infimum, a further step stays
/// as long as the earlier ones although the gradient is tiny. So x is a minimizer only if one more step changes it by
/// less than a thousandth.
/// Cost    for each step one gradient, and d products or, with conjugate gradients, as many as these take.
NewtonEnd minimize_by_newton(const ConvexFunction& f, Eigen::VectorXd start, NewtonSystems systems);

}  // namespace gossamer
