#pragma once
#include <vector>

#include <Eigen/Core>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Points of one function: its values and gradients there.
struct FunctionPoints {
  Eigen::MatrixXd x;  ///< d × P, point p in column p
  Eigen::MatrixXd g;  ///< d × P, its gradient
  Eigen::VectorXd f;  ///< P, its value
};

/// The constants of a class of functions: μ-strongly convex and L-smooth, 0 ≤ μ < L.
struct FunctionClass {
  double mu = 0;
  double L = 1;
};

/// By how much f_p is below the least value that point q and its gradient allow a function of the class, relative to the
/// terms of that bound: the largest such number over p and q, at most 0 if a function of the class has these points.
///
///     f_p ≥ f_q + ⟨g_q, Δx⟩ + 1/(2(1 − μ/L)) (‖Δg‖²/L + μ ‖Δx‖² − 2 (μ/L) ⟨Δg, Δx⟩)        Δ = p − q
///
/// Taylor, Hendrickx, Glineur, "Smooth strongly convex interpolation and exact worst-case performance of first-order
/// methods", Mathematical Programming 161, 2017, arXiv:1502.05666, Theorem 4.
struct InterpolationGap {
  double relative = 0;
  Index p = 0, q = 0;
};
InterpolationGap largest_gap(const FunctionPoints& points, const FunctionClass& among);

/// The largest function of a class that has given values and gradients at some points, if any function of the class has.
///
///     f(x) = μ/2 ‖x‖² + min over a in the simplex of Σ_p a_p c_p + (L − μ)/2 ‖x − Σ_p a_p z_p‖²
///     z_p = x_p − ĝ_p/(L − μ);   c_p = f̂_p − ‖ĝ_p‖²/(2 (L − μ));   ĝ_p, f̂_p: those of f − μ/2 ‖·‖²
///     ∇f(x) = μ x + (L − μ)(x − Σ_p a_p z_p)
///
/// The minimum is that of a quadratic program, found by active sets as in Wolfe, "Finding the nearest point in a
/// polytope", Mathematical Programming 11, 1976: values and gradients are exact up to rounding. With any points f is of
/// the class.
/// Shapes  x ∈ R^d, P ≥ 1 points.
/// Cost    about 4 d P flops for each exchange of a point, of which there are about d.
class Interpolation {
 public:
  Interpolation(const FunctionPoints& points, const FunctionClass& among);

  /// f(x); g ← ∇f(x).
  double at(const Eigen::VectorXd& x, Eigen::VectorXd& g) const;

  Index dimension() const { return z_.rows(); }
  Index points() const { return z_.cols(); }

 private:
  /// The points that have a weight in the minimum; their z_p are affinely independent.
  struct Support {
    std::vector<Index> points;
    Eigen::VectorXd weights;
  };

  Support minimizer(const Eigen::VectorXd& x) const;
  Index nearest(const Eigen::VectorXd& x) const;
  Eigen::VectorXd residual(const Support& support, const Eigen::VectorXd& x) const;
  Eigen::MatrixXd edges(const Support& support) const;
  void add(Support& support, Index point) const;
  bool descend(Support& support, const Eigen::VectorXd& x) const;

  double mu_;
  double curvature_;  ///< L − μ
  Eigen::MatrixXd z_;
  Eigen::VectorXd c_;
};

}  // namespace gossamer
