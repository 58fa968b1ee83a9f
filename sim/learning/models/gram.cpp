#include "sim/learning/models/gram.hpp"

#include <algorithm>
#include <cmath>

#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

/// ⟨ã_k, x⟩.
double inner_product(const Samples& samples, Index k, bool intercept, const Eigen::VectorXd& x) {
  const Index p = samples.features();
  const double constant = intercept ? x[p] : 0;
  if (samples.is_sparse()) return constant + samples.sparse.col(k).dot(x.head(p));
  return constant + samples.dense.col(k).dot(x.head(p));
}

/// y ← y + c ã_k.
void add_sample(const Samples& samples, Index k, bool intercept, double c, Eigen::VectorXd& y) {
  const Index p = samples.features();
  if (samples.is_sparse()) {
    for (Eigen::SparseMatrix<double, Eigen::ColMajor, std::int32_t>::InnerIterator a(samples.sparse, k); a; ++a)
      y[a.row()] += c * a.value();
  } else {
    y.head(p) += c * samples.dense.col(k);
  }
  if (intercept) y[p] += c;
}

Eigen::VectorXd feature_sums(const Samples& samples, const Eigen::VectorXd& weights) {
  if (samples.is_sparse())
    return samples.sparse * (weights.size() > 0 ? weights : Eigen::VectorXd::Ones(samples.count()).eval());
  if (weights.size() > 0) return samples.dense * weights;
  return samples.dense.rowwise().sum();
}

/// Σ_k c_k a_k a_kᵀ.
Eigen::MatrixXd weighted_products(const Samples& samples, const Eigen::VectorXd& weights) {
  if (samples.is_sparse())
    return Eigen::MatrixXd(
        Eigen::SparseMatrix<double>(samples.sparse * weights.asDiagonal() * samples.sparse.transpose()));
  constexpr Index at_once = 1024;  // weighted copies of this many samples, instead of a second table
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(samples.features(), samples.features());
  for (Index first = 0; first < samples.count(); first += at_once) {
    const Index count = std::min(at_once, samples.count() - first);
    const auto part = samples.dense.middleCols(first, count);
    products.noalias() += part * weights.segment(first, count).asDiagonal() * part.transpose();
  }
  return products;
}

}  // namespace

Eigen::MatrixXd gram_matrix(const Samples& samples, const Eigen::VectorXd& weights, bool intercept) {
  const Index p = samples.features();
  const auto m = static_cast<double>(samples.count());
  Eigen::MatrixXd gram(p + (intercept ? 1 : 0), p + (intercept ? 1 : 0));
  if (weights.size() > 0) {
    gram.topLeftCorner(p, p) = weighted_products(samples, weights) / m;
  } else if (samples.is_sparse()) {
    gram.topLeftCorner(p, p) =
        Eigen::MatrixXd(Eigen::SparseMatrix<double>(samples.sparse * samples.sparse.transpose())) / m;
  } else {
    gram.topLeftCorner(p, p).noalias() = samples.dense * samples.dense.transpose() / m;
  }
  if (intercept) {
    gram.col(p).head(p) = feature_sums(samples, weights) / m;
    gram.row(p).head(p) = gram.col(p).head(p).transpose();
    gram(p, p) = weights.size() > 0 ? weights.sum() / m : 1;
  }
  return gram;
}

Eigen::VectorXd label_moment(const Samples& samples, const Eigen::VectorXd& weights, bool intercept) {
  const Index p = samples.features();
  Eigen::VectorXd moment = Eigen::VectorXd::Zero(p + (intercept ? 1 : 0));
  for (Index k = 0; k < samples.count(); ++k)
    add_sample(samples, k, intercept, weights.size() > 0 ? weights[k] * samples.labels[k] : samples.labels[k], moment);
  return moment / static_cast<double>(samples.count());
}

Eigen::VectorXd least_squares_gradient(const Samples& samples, std::span<const Index> chosen, bool intercept,
                                       const Eigen::VectorXd& x) {
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(x.size());
  for (const Index k : chosen)
    add_sample(samples, k, intercept, inner_product(samples, k, intercept, x) - samples.labels[k], sum);
  return sum / static_cast<double>(chosen.size());
}

double largest_gram_eigenvalue(const Samples& samples, std::span<const Index> chosen, bool intercept) {
  constexpr int most_steps = 1000;
  constexpr double tolerance = 1e-10;
  Eigen::VectorXd x(samples.features() + (intercept ? 1 : 0));
  Draws draws{0, Purpose::objective};  // a random direction, orthogonal to the eigenvector with probability 0
  for (double& element : x) element = standard_normal(draws);
  double eigenvalue = 0;
  for (int step = 0; step < most_steps; ++step) {
    const double norm = x.norm();
    if (norm == 0) return 0;
    x /= norm;
    Eigen::VectorXd next = Eigen::VectorXd::Zero(x.size());
    for (const Index k : chosen) add_sample(samples, k, intercept, inner_product(samples, k, intercept, x), next);
    next /= static_cast<double>(chosen.size());
    const double quotient = x.dot(next);
    x = next;
    if (std::abs(quotient - eigenvalue) <= tolerance * quotient) return quotient;
    eigenvalue = quotient;
  }
  return eigenvalue;
}

}  // namespace gossamer
