#include "sim/learning/models/interpolation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/QR>

namespace gossamer {
namespace {

/// Edges are dependent if one is, relative to its length, so close to the span of the others.
constexpr double dependent = 1e-11;

/// Removes the point at that position.
template <class Support>
void remove(Support& support, Index position) {
  const Index last = support.weights.size() - 1;
  support.points.erase(support.points.begin() + position);
  Eigen::VectorXd& weights = support.weights;
  weights.segment(position, last - position) = weights.tail(last - position).eval();
  weights.conservativeResize(last);
}

/// Moves the weights along `direction`, no further than by `longest` times it and until the first of them is zero, whose
/// point is removed.
template <class Support>
void move_within(Support& support, const Eigen::VectorXd& direction, double longest) {
  double way = longest;
  Index blocking = -1;
  for (Index s = 0; s < direction.size(); ++s)
    if (direction[s] < 0 && support.weights[s] <= -way * direction[s]) {
      way = support.weights[s] / -direction[s];
      blocking = s;
    }
  support.weights += way * direction;
  support.weights = support.weights.cwiseMax(0.0);
  if (blocking >= 0) remove(support, blocking);
}

}  // namespace

InterpolationGap largest_gap(const FunctionPoints& points, const FunctionClass& among) {
  const double mu = among.mu, L = among.L;
  InterpolationGap result{.relative = -std::numeric_limits<double>::infinity()};
  double gap = result.relative, scale = std::numeric_limits<double>::min();
  for (Index p = 0; p < points.f.size(); ++p)
    for (Index q = 0; q < points.f.size(); ++q) {
      if (p == q) continue;
      const Eigen::VectorXd dx = points.x.col(p) - points.x.col(q), dg = points.g.col(p) - points.g.col(q);
      const double slope = points.g.col(q).dot(dx);
      const double curved =
          (dg.squaredNorm() / L + mu * dx.squaredNorm() - 2 * mu / L * dg.dot(dx)) / (2 * (1 - mu / L));
      scale = std::max({scale, std::abs(points.f[p] - points.f[q]), std::abs(slope), curved});
      if (const double below = points.f[q] + slope + curved - points.f[p]; below > gap) {
        gap = below;
        result = {.p = p, .q = q};
      }
    }
  result.relative = gap / scale;
  return result;
}

Interpolation::Interpolation(const FunctionPoints& points, const FunctionClass& among)
    : mu_{among.mu}, curvature_{among.L - among.mu} {
  const Eigen::MatrixXd g = points.g - mu_ * points.x;
  z_ = points.x - g / curvature_;
  c_ = points.f - mu_ / 2 * points.x.colwise().squaredNorm().transpose() -
       g.colwise().squaredNorm().transpose() / (2 * curvature_);
}

double Interpolation::at(const Eigen::VectorXd& x, Eigen::VectorXd& g) const {
  const Support support = minimizer(x);
  const Eigen::VectorXd r = residual(support, x);
  g = mu_ * x + curvature_ * r;
  double value = mu_ / 2 * x.squaredNorm() + curvature_ / 2 * r.squaredNorm();
  for (Index s = 0; s < support.weights.size(); ++s)
    value += support.weights[s] * c_[support.points[static_cast<std::size_t>(s)]];
  return value;
}

Interpolation::Support Interpolation::minimizer(const Eigen::VectorXd& x) const {
  Support support{.points = {nearest(x)}, .weights = Eigen::VectorXd::Ones(1)};
  const double largest_z = z_.colwise().norm().maxCoeff(), largest_c = c_.cwiseAbs().maxCoeff();
  for (Index exchanges = 0; exchanges < 100 * points(); ++exchanges) {
    const Eigen::VectorXd r = residual(support, x);
    const Eigen::VectorXd slopes = c_ - curvature_ * (z_.transpose() * r);
    double level = 0;
    for (Index s = 0; s < support.weights.size(); ++s)
      level += support.weights[s] * slopes[support.points[static_cast<std::size_t>(s)]];
    Index steepest = 0;
    const double slope = slopes.minCoeff(&steepest);
    const double rounding =
        8 * std::numeric_limits<double>::epsilon() * (largest_c + curvature_ * largest_z * r.norm());
    if (slope >= level - rounding) break;
    if (std::ranges::find(support.points, steepest) != support.points.end()) break;  // there is only rounding left
    const std::vector<Index> before = support.points;
    add(support, steepest);
    while (!descend(support, x)) {
    }
    if (std::ranges::is_permutation(support.points, before)) break;
  }
  return support;
}

Index Interpolation::nearest(const Eigen::VectorXd& x) const {
  Index result = 0;
  (c_ + curvature_ / 2 * (z_.colwise() - x).colwise().squaredNorm().transpose()).minCoeff(&result);
  return result;
}

Eigen::VectorXd Interpolation::residual(const Support& support, const Eigen::VectorXd& x) const {
  Eigen::VectorXd r = x;
  for (Index s = 0; s < support.weights.size(); ++s)
    r -= support.weights[s] * z_.col(support.points[static_cast<std::size_t>(s)]);
  return r;
}

/// From the first point to each of the others, d × (size − 1).
Eigen::MatrixXd Interpolation::edges(const Support& support) const {
  Eigen::MatrixXd result(dimension(), support.weights.size() - 1);
  for (Index s = 0; s < result.cols(); ++s)
    result.col(s) = z_.col(support.points[static_cast<std::size_t>(s) + 1]) - z_.col(support.points[0]);
  return result;
}

/// Adds a point with weight zero. If it is an affine combination of the others, weights move to it, at the same Σ a_p z_p,
/// until one of the others has none and leaves: this falls along a line, since the new point's slope is below the others'.
void Interpolation::add(Support& support, Index point) const {
  const Eigen::MatrixXd old = edges(support);
  const Eigen::VectorXd edge = z_.col(point) - z_.col(support.points[0]);
  Eigen::VectorXd combination(old.cols());
  bool independent = true;
  if (old.cols() > 0) {
    combination = old.householderQr().solve(edge);
    independent = (edge - old * combination).norm() > dependent * edge.norm();
  } else {
    independent = edge.norm() > 0;
  }
  const Index size = support.weights.size();
  support.points.push_back(point);
  support.weights.conservativeResize(size + 1);
  support.weights[size] = 0;
  if (independent) return;
  Eigen::VectorXd direction(size + 1);
  direction[0] = combination.sum() - 1;
  direction.segment(1, combination.size()) = -combination;
  direction[size] = 1;
  move_within(support, direction, std::numeric_limits<double>::infinity());
}

/// A step towards the minimum over the affine hull of the support's points, until a weight is zero: its point leaves.
/// Returns true if the minimum is reached.
bool Interpolation::descend(Support& support, const Eigen::VectorXd& x) const {
  const Index size = support.weights.size();
  if (size == 1) {
    support.weights[0] = 1;
    return true;
  }
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr{edges(support)};
  const Eigen::MatrixXd R = qr.matrixQR().topRows(size - 1);
  const auto upper = R.triangularView<Eigen::Upper>();
  Eigen::VectorXd rise(size - 1);  // of c from the first point
  for (Index s = 0; s < size - 1; ++s)
    rise[s] = c_[support.points[static_cast<std::size_t>(s) + 1]] - c_[support.points[0]];
  // min over b of rise·b + (L − μ)/2 ‖x − z_0 − E b‖², with E = Q R: R b = Qᵀ(x − z_0) − R⁻ᵀ rise/(L − μ).
  Eigen::VectorXd right = (qr.householderQ().adjoint() * (x - z_.col(support.points[0]))).head(size - 1);
  right -= upper.transpose().solve(rise) / curvature_;
  Eigen::VectorXd target(size);
  target.tail(size - 1) = upper.solve(right);
  target[0] = 1 - target.tail(size - 1).sum();
  if (target.minCoeff() < 0) {
    move_within(support, target - support.weights, 1);
    return false;
  }
  support.weights = target;
  for (Index s = size - 1; s >= 0; --s)
    if (target[s] == 0) remove(support, s);
  return true;
}

}  // namespace gossamer
