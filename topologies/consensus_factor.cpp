#include "topologies/consensus_factor.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "sim/ground/dense_eigenvalues.hpp"
#include "topologies/eigenvalues.hpp"
#include "topologies/rounds/rounds.hpp"

namespace gossamer {
namespace {

constexpr double exact = 1e-13;

using Rounds = std::vector<std::shared_ptr<const Mixing>>;

Eigen::MatrixXd product_of(const Rounds& rounds, NodeId n) {
  Eigen::MatrixXd product = Eigen::MatrixXd::Identity(n, n);
  for (const auto& round : rounds) product = (round->matrix() * product).eval();
  return product;
}

/// The second largest eigenvalue magnitude of the product.
double second_magnitude(const Rounds& rounds, NodeId n) {
  Eigen::VectorXd magnitudes = eigenvalue_magnitudes(product_of(rounds, n));
  std::sort(magnitudes.begin(), magnitudes.end());
  return n == 1 ? 0 : magnitudes[n - 2];
}

double dense_norm(const Rounds& rounds, NodeId n) {
  Eigen::MatrixXd product = product_of(rounds, n);
  product.array() -= 1.0 / n;
  const Eigen::MatrixXd square = product.transpose() * product;
  return std::sqrt(std::max(0.0, symmetric_eigenvalues(square)[n - 1]));
}

/// The norm from products with vectors alone: the largest eigenvalue of ΠᵀΠ except that of the constant vector.
double sparse_norm(const Rounds& rounds, NodeId n) {
  std::vector<SparseMatrix> matrices;
  for (const auto& round : rounds) matrices.push_back(round->matrix());
  const auto forward = [&](Eigen::VectorXd x) {
    for (const SparseMatrix& w : matrices) x = (w * x).eval();
    x.array() -= x.mean();
    return x;
  };
  // A vector without symmetry. If the product is J up to rounding, its image is zero, and Lanczos cannot start.
  Eigen::VectorXd probe = Eigen::VectorXd::LinSpaced(n, 0, 1).array().sqrt();
  probe.array() -= probe.mean();
  if (forward(probe).norm() < exact * probe.norm()) return 0;
  const double square = largest_eigenvalue(n, [&](const Eigen::VectorXd& x) {
    Eigen::VectorXd y = forward(x);
    for (auto w = matrices.rbegin(); w != matrices.rend(); ++w) y = (w->transpose() * y).eval();
    return y;
  });
  return std::sqrt(std::max(0.0, square));
}

std::optional<ConsensusFactor> of_period(const MixingSchedule& schedule, std::uint64_t period) {
  Rounds rounds;
  for (std::uint64_t k = 0; k < period; ++k) rounds.push_back(schedule.round(k));
  const NodeId n = rounds.front()->size();
  const bool averages = std::all_of(rounds.begin(), rounds.end(),
                                    [](const auto& round) { return round->stochasticity() == Stochasticity::doubly; });
  if (!averages && n > dense_limit) return std::nullopt;
  double factor = !averages          ? second_magnitude(rounds, n)
                  : n <= dense_limit ? dense_norm(rounds, n)
                                     : sparse_norm(rounds, n);
  if (factor < exact) factor = 0;
  return ConsensusFactor{
      .rounds = period, .factor = factor, .per_round = std::pow(factor, 1 / static_cast<double>(period))};
}

ConsensusFactor of_random(const RandomSchedule& schedule) {
  const SparseMatrix square = schedule.expected_square();
  const double factor = square.rows() == 1 ? 0 : std::sqrt(std::max(0.0, largest_eigenvalue(square, 1)));
  return {.rounds = 1, .factor = factor, .per_round = factor, .expected = true};
}

}  // namespace

std::optional<ConsensusFactor> consensus_factor(const MixingSchedule& schedule) {
  if (const auto period = schedule.period()) return of_period(schedule, *period);
  if (const auto* random = dynamic_cast<const RandomSchedule*>(&schedule)) return of_random(*random);
  return std::nullopt;
}

}  // namespace gossamer
