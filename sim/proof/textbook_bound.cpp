#include "sim/proof/textbook_bound.hpp"

#include <algorithm>
#include <cmath>

namespace gossamer {
namespace {

double size_of(const Eigen::MatrixXcd& matrix) { return matrix.size() == 0 ? 0 : matrix.cwiseAbs().maxCoeff(); }

/// The gradient of f at the equal models x; empty if the program did not ask for it.
std::optional<Eigen::RowVectorXd> mean_gradient(const SymbolicRun& run, const Eigen::RowVectorXd& x, double unit) {
  for (const SymbolicPoint& point : run.points)
    if (size_of(point.x.deviation) == 0 && (point.x.mean - x).cwiseAbs().maxCoeff() <= 1e-12 * unit)
      return point.h.mean;
  return std::nullopt;
}

}  // namespace

std::optional<double> gradient_descent_step(const SymbolicRun& run) {
  const double unit = run.optimum.mean.cwiseAbs().maxCoeff();
  if (size_of(run.start.deviation) > 0) return std::nullopt;
  std::optional<double> eta;
  const SymbolicVector* before = &run.start;
  for (const SymbolicVector& x : run.iterates) {
    const auto g = mean_gradient(run, before->mean, unit);
    if (!g || size_of(x.deviation) > 1e-12 * unit) return std::nullopt;
    const Eigen::RowVectorXd move = x.mean - before->mean;
    const double step = -move.dot(*g) / g->squaredNorm();
    if ((move + step * *g).cwiseAbs().maxCoeff() > 1e-12 * unit) return std::nullopt;
    if (std::abs(step - eta.value_or(step)) > 1e-12 * step) return std::nullopt;
    eta = step;
    before = &x;
  }
  return eta;
}

std::optional<TextbookBound> textbook_bound(const SymbolicRun& run, const WorstCaseSettings& settings) {
  const std::optional<double> eta = gradient_descent_step(run);
  if (!eta) return std::nullopt;
  const ProblemClass& problems = settings.problems;
  const double L = problems.smoothness, mu = problems.strong_convexity, R = problems.distance;
  const double K = settings.rounds;
  constexpr double rounding = 1e-12;
  if (settings.measure == WorstMeasure::value && *eta * L <= 1 + rounding)
    return TextbookBound{L * R * R / (4 * K * *eta * L + 2), "L R^2/(4 K eta L + 2)",
                         "Drori, Teboulle, Mathematical Programming 145, 2014, arXiv:1206.3209"};
  if (settings.measure == WorstMeasure::mean && *eta * (L + mu) <= 2 + rounding)
    return TextbookBound{std::pow(1 - *eta * mu, 2 * K) * R * R, "(1 - eta mu)^(2K) R^2",
                         "a step of gradient descent contracts distances"};
  return std::nullopt;
}

}  // namespace gossamer
