#include "sim/learning/theory/newton.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <Eigen/Cholesky>

namespace gossamer {
namespace {

constexpr double small_gradient = 1e-12;
constexpr int most_steps = 100, most_halvings = 40;

/// The solution of H p = −g; empty if H is singular.
std::optional<Eigen::VectorXd> step_by_cholesky(const ConvexFunction& f, const Eigen::VectorXd& x,
                                                const Eigen::VectorXd& g) {
  constexpr double singular = 1e-14;
  const Eigen::LLT<Eigen::MatrixXd> solver{dense_hessian(f, x)};
  if (solver.info() != Eigen::Success || !(solver.rcond() > singular)) return std::nullopt;
  return solver.solve(-g);
}

/// The same to the relative residual `tolerance`, or as far as conjugate gradients come.
std::optional<Eigen::VectorXd> step_by_conjugate_gradients(const ConvexFunction& f, const Eigen::VectorXd& x,
                                                           const Eigen::VectorXd& g, double tolerance) {
  const Index most_products = std::min(10 * f.dimension, Index{2000});
  Eigen::VectorXd p = Eigen::VectorXd::Zero(g.size()), residual = -g, direction = residual;
  double square = residual.squaredNorm();
  const double enough = tolerance * tolerance * square;
  for (Index k = 0; k < most_products && square > enough; ++k) {
    const Eigen::VectorXd image = f.hessian_product(x, direction);
    const double curvature = direction.dot(image);
    if (!(curvature > 0)) break;
    p += square / curvature * direction;
    residual -= square / curvature * image;
    const double next = residual.squaredNorm();
    direction = residual + next / square * direction;
    square = next;
  }
  if (p.isZero(0)) return std::nullopt;
  return p;
}

/// x and ∇f(x).
struct Point {
  Eigen::VectorXd x;
  Eigen::VectorXd gradient;
};

class Newton {
 public:
  Newton(const ConvexFunction& f, Eigen::VectorXd start, NewtonSystems systems) : f_{f}, systems_{systems} {
    at_ = point(std::move(start));
    first_norm_ = at_.gradient.norm();
  }

  NewtonEnd run() {
    for (int k = 0; k < most_steps && norm() > small_gradient; ++k) {
      const auto p = step();
      if (!p) return end(singular);
      if (!advance(*p)) break;
    }
    return end(reason_against());
  }

 private:
  static constexpr auto singular = "the Hessian is singular, so that there is no single minimizer";

  double norm() const { return at_.gradient.norm(); }
  Point point(Eigen::VectorXd x) const {
    Point result{.x = std::move(x), .gradient = {}};
    result.gradient = f_.gradient(result.x);
    return result;
  }

  std::optional<Eigen::VectorXd> step() const {
    if (systems_ == NewtonSystems::cholesky) return step_by_cholesky(f_, at_.x, at_.gradient);
    constexpr double finest = 1e-6, coarsest = 0.1;
    const double tolerance = std::clamp(std::sqrt(norm() / first_norm_), finest, coarsest);
    return step_by_conjugate_gradients(f_, at_.x, at_.gradient, tolerance);
  }

  /// Moves along p, if that makes the gradient smaller.
  bool advance(const Eigen::VectorXd& p) {
    constexpr double sufficient = 1e-4;
    double t = 1;
    for (int halving = 0; halving < most_halvings; ++halving, t /= 2) {
      Point next = point(at_.x + t * p);
      if (!(next.gradient.norm() <= (1 - sufficient * t) * norm())) continue;
      at_ = std::move(next);
      return true;
    }
    return false;
  }

  /// Why the last point is no minimizer; empty if it is.
  std::string reason_against() {
    constexpr double rounding = 1e-9, settled = 1e-3;
    if (norm() == 0) return "";
    if (!(norm() <= std::max(small_gradient, rounding * first_norm_)))
      return fmt::format("Newton's method ended with a gradient of norm {:.2g}", norm());
    const auto p = step();
    if (!p) return singular;
    if (p->norm() > settled * at_.x.norm() && p->norm() > small_gradient)
      return "f has no minimizer: its gradient vanishes only at infinity";
    advance(*p);  // it costs nothing, and may remove the last digits of the error
    return "";
  }

  NewtonEnd end(std::string failure) const {
    return {.x = at_.x, .gradient_norm = norm(), .failure = std::move(failure)};
  }

  const ConvexFunction& f_;
  NewtonSystems systems_;
  Point at_;
  double first_norm_ = 0;
};

}  // namespace

Eigen::MatrixXd dense_hessian(const ConvexFunction& f, const Eigen::VectorXd& x) {
  Eigen::MatrixXd hessian(f.dimension, f.dimension);
  for (Index k = 0; k < f.dimension; ++k) hessian.col(k) = f.hessian_product(x, Eigen::VectorXd::Unit(f.dimension, k));
  return (hessian + hessian.transpose()) / 2;
}

NewtonEnd minimize_by_newton(const ConvexFunction& f, Eigen::VectorXd start, NewtonSystems systems) {
  return Newton{f, std::move(start), systems}.run();
}

}  // namespace gossamer
