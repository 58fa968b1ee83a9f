#include "sim/learning/models/gram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <Eigen/Cholesky>

#include "sim/ground/dense_eigenvalues.hpp"
#include "sim/ground/random.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

using Sparse = decltype(Samples::sparse);

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
    for (Sparse::InnerIterator a(samples.sparse, k); a; ++a) y[a.row()] += c * a.value();
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

/// The part of a symmetric matrix that is computed. The parts above and below the diagonal differ by rounding.
enum class Part { all, lower };

/// P ← P + L Rᵀ, in tiles of columns, on all threads. Every element is the same as without tiles.
template <class Left, class Right>
void add_products(const Left& left, const Right& right, Part part, Eigen::MatrixXd& products) {
  constexpr Index tile = 64;  // a multiple of the columns that Eigen's kernels take at once
  const Index size = products.rows(), tiles = std::max(size / tile, Index{1});
#pragma omp parallel for schedule(dynamic)
  for (Index t = 0; t < tiles; ++t) {
    const Index first = t * tile, width = t + 1 < tiles ? tile : size - first;
    const Index below = part == Part::lower ? size - first : size;
    products.block(size - below, first, below, width).noalias() +=
        left.bottomRows(below) * right.middleRows(first, width).transpose();
  }
}

/// Σ_k c_k a_k a_kᵀ; all c_k are 1 if `weights` is empty.
Eigen::MatrixXd dense_products(const Eigen::MatrixXd& samples, const Eigen::VectorXd& weights) {
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(samples.rows(), samples.rows());
  if (weights.size() == 0) {
    add_products(samples, samples, Part::all, products);
  } else {
    constexpr Index at_once = 1024;  // weighted copies of this many samples, instead of a second table
    for (Index first = 0; first < samples.cols(); first += at_once) {
      const Index count = std::min(at_once, samples.cols() - first);
      const auto part = samples.middleCols(first, count);
      const Eigen::MatrixXd weighted = part * weights.segment(first, count).asDiagonal();
      add_products(weighted, part, Part::all, products);
    }
  }
  return products;
}

/// The same for sparse samples: each column of the result is a sum of samples.
Eigen::MatrixXd sparse_products(const Sparse& samples, const Eigen::VectorXd& weights) {
  const Eigen::SparseMatrix<double, Eigen::RowMajor, std::int32_t> by_feature = samples;
  Sparse weighted = samples;
  if (weights.size() > 0) weighted = samples * weights.asDiagonal();
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(samples.rows(), samples.rows());
#pragma omp parallel for schedule(dynamic, 16)
  for (Index j = 0; j < samples.rows(); ++j)
    for (decltype(by_feature)::InnerIterator entry{by_feature, j}; entry; ++entry)
      for (Sparse::InnerIterator a{weighted, entry.col()}; a; ++a) products(a.row(), j) += a.value() * entry.value();
  return products;
}

/// Up to this number of rows and columns ÃÃᵀ is computed, where products with vectors would read all samples often.
constexpr Index most_formed = 1024;

/// ÃÃᵀ/m or ÃᵀÃ/m of dense samples, whichever is smaller: their eigenvalues are the same, except for zeros.
Eigen::MatrixXd smaller_gram_matrix(const Samples& samples, std::span<const Index> chosen, bool intercept) {
  constexpr Index at_once = 4096;
  const Index p = samples.features(), m = static_cast<Index>(chosen.size()), rows = p + (intercept ? 1 : 0);
  const Index size = std::min(m, rows);
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(size, size);
  Eigen::MatrixXd gathered(rows, std::min(at_once, m));
  if (intercept) gathered.row(p).setOnes();
  for (Index first = 0; first < m; first += at_once) {
    const Index count = std::min(at_once, m - first);
#pragma omp parallel for schedule(static)
    for (Index k = 0; k < count; ++k)
      gathered.col(k).head(p) = samples.dense.col(chosen[static_cast<std::size_t>(first + k)]);
    const auto part = gathered.leftCols(count);
    if (m < rows)
      add_products(part.transpose(), part.transpose(), Part::lower, gram);
    else
      add_products(part, part, Part::lower, gram);
  }
  gram.triangularView<Eigen::StrictlyUpper>() = gram.transpose();
  return gram / static_cast<double>(m);
}

/// Slices of the samples, the same for any number of threads. Each has a sum of its own, which costs little if the
/// slice has several values for each feature.
std::size_t slices_of(const Samples& samples, std::span<const Index> chosen) {
  constexpr Index most_slices = 32, values_per_feature = 4;
  Index values = static_cast<Index>(chosen.size()) * samples.features();
  if (samples.is_sparse()) {
    values = 0;
    for (const Index k : chosen) values += samples.sparse.col(k).nonZeros();
  }
  return static_cast<std::size_t>(
      std::clamp(values / (values_per_feature * samples.features()), Index{1}, most_slices));
}

/// ÃÃᵀx/m.
Eigen::VectorXd product_with_gram(const Samples& samples, std::span<const Index> chosen, bool intercept,
                                  std::size_t slices, const Eigen::VectorXd& x) {
  std::vector<Eigen::VectorXd> sums(slices);
#pragma omp parallel for schedule(dynamic)
  for (std::size_t s = 0; s < slices; ++s) {
    sums[s] = Eigen::VectorXd::Zero(x.size());
    const std::size_t first = chosen.size() * s / slices, last = chosen.size() * (s + 1) / slices;
    for (const Index k : chosen.subspan(first, last - first))
      add_sample(samples, k, intercept, inner_product(samples, k, intercept, x), sums[s]);
  }
  for (std::size_t s = 1; s < slices; ++s) sums[0] += sums[s];
  return sums[0] / static_cast<double>(chosen.size());
}

/// The largest eigenvalue of a symmetric matrix without negative ones, given by its products with vectors.
template <class Product>
double power_iteration(Index size, Product product) {
  constexpr int most_steps = 1000;
  constexpr double tolerance = 1e-10;
  Eigen::VectorXd x(size);
  Draws draws{0, Purpose::objective};  // a random direction, orthogonal to the eigenvector with probability 0
  for (double& element : x) element = standard_normal(draws);
  double eigenvalue = 0;
  for (int step = 0; step < most_steps; ++step) {
    const double norm = x.norm();
    if (norm == 0) return 0;
    x /= norm;
    Eigen::VectorXd next = product(x);
    const double quotient = x.dot(next);
    x.swap(next);
    if (std::abs(quotient - eigenvalue) <= tolerance * quotient) return quotient;
    eigenvalue = quotient;
  }
  return eigenvalue;
}

}  // namespace

Eigen::MatrixXd gram_matrix(const Samples& samples, const Eigen::VectorXd& weights, bool intercept) {
  const Index p = samples.features();
  const auto m = static_cast<double>(samples.count());
  Eigen::MatrixXd gram(p + (intercept ? 1 : 0), p + (intercept ? 1 : 0));
  gram.topLeftCorner(p, p) =
      (samples.is_sparse() ? sparse_products(samples.sparse, weights) : dense_products(samples.dense, weights)) / m;
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

namespace {

/// (λ I + (1/m) Σ_k c_k ã_k ã_kᵀ) x.
Eigen::VectorXd weighted_product(const Samples& samples, std::span<const Index> chosen, const Eigen::VectorXd& weights,
                                 double l2, bool intercept, const Eigen::VectorXd& x) {
  const auto m = static_cast<double>(chosen.size());
  Eigen::VectorXd sum = l2 * x;
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    const double c = weights[static_cast<Index>(k)] / m * inner_product(samples, chosen[k], intercept, x);
    add_sample(samples, chosen[k], intercept, c, sum);
  }
  return sum;
}

/// The lower part of Σ_k c_k ã_k ã_kᵀ.
Eigen::MatrixXd weighted_gram(const Samples& samples, std::span<const Index> chosen, const Eigen::VectorXd& weights,
                              bool intercept) {
  constexpr Index at_once = 256;
  const Index rows = samples.features() + (intercept ? 1 : 0), m = static_cast<Index>(chosen.size());
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(rows, rows);
  Eigen::MatrixXd part(rows, std::min(at_once, m));
  for (Index first = 0; first < m; first += at_once) {
    const Index count = std::min(at_once, m - first);
    part.setZero();
    for (Index k = 0; k < count; ++k) {
      Eigen::VectorXd column = Eigen::VectorXd::Zero(rows);
      add_sample(samples, chosen[static_cast<std::size_t>(first + k)], intercept, std::sqrt(weights[first + k]),
                 column);
      part.col(k) = column;
    }
    gram.selfadjointView<Eigen::Lower>().rankUpdate(part.leftCols(count));
  }
  return gram;
}

template <class Product>
Eigen::VectorXd conjugate_gradients(const Eigen::VectorXd& g, Product product) {
  constexpr double tolerance = 1e-12;
  const Index most_steps = 10 * g.size();
  Eigen::VectorXd p = Eigen::VectorXd::Zero(g.size()), residual = g, direction = g;
  double square = residual.squaredNorm();
  const double enough = tolerance * tolerance * square;
  for (Index step = 0; step < most_steps && square > enough; ++step) {
    const Eigen::VectorXd image = product(direction);
    const double curvature = direction.dot(image);
    if (!(curvature > 0)) throw LearningError{"the Hessian is singular: no Newton direction"};
    p += square / curvature * direction;
    residual -= square / curvature * image;
    const double next = residual.squaredNorm();
    direction = residual + next / square * direction;
    square = next;
  }
  return p;
}

}  // namespace

Eigen::VectorXd solve_weighted_gram(const Samples& samples, std::span<const Index> chosen,
                                    const Eigen::VectorXd& weights, double l2, bool intercept,
                                    const Eigen::VectorXd& g) {
  constexpr Index most_decomposed = 512;
  if (g.size() > most_decomposed)
    return conjugate_gradients(
        g, [&](const Eigen::VectorXd& x) { return weighted_product(samples, chosen, weights, l2, intercept, x); });
  Eigen::MatrixXd matrix = weighted_gram(samples, chosen, weights, intercept) / static_cast<double>(chosen.size());
  matrix.diagonal().array() += l2;
  const Eigen::LLT<Eigen::MatrixXd, Eigen::Lower> solver{matrix};
  if (solver.info() != Eigen::Success) throw LearningError{"the Hessian is singular: no Newton direction"};
  return solver.solve(g);
}

double largest_gram_eigenvalue(const Samples& samples, std::span<const Index> chosen, bool intercept) {
  constexpr Index most_solved = 96;  // a solver for all eigenvalues then takes less time than power iteration
  const Index rows = samples.features() + (intercept ? 1 : 0);
  if (!samples.is_sparse() && std::min(static_cast<Index>(chosen.size()), rows) <= most_formed) {
    const Eigen::MatrixXd gram = smaller_gram_matrix(samples, chosen, intercept);
    if (gram.rows() <= most_solved) return symmetric_eigenvalues(gram).maxCoeff();
    return power_iteration(gram.rows(), [&](const Eigen::VectorXd& x) -> Eigen::VectorXd { return gram * x; });
  }
  const std::size_t slices = slices_of(samples, chosen);
  return power_iteration(
      rows, [&](const Eigen::VectorXd& x) { return product_with_gram(samples, chosen, intercept, slices, x); });
}

double least_of(const Eigen::VectorXd& eigenvalues) {
  const Index last = eigenvalues.size() - 1;
  const double rounding =
      std::numeric_limits<double>::epsilon() * static_cast<double>(eigenvalues.size()) * eigenvalues[last];
  return eigenvalues[0] > rounding ? eigenvalues[0] : 0;
}

double least_gram_eigenvalue(const Samples& samples, std::span<const Index> chosen, bool intercept) {
  const Index rows = samples.features() + (intercept ? 1 : 0), m = static_cast<Index>(chosen.size());
  if (m < rows) return 0;
  const Eigen::VectorXd all_the_same = Eigen::VectorXd::Ones(m);
  return least_of(symmetric_eigenvalues(weighted_gram(samples, chosen, all_the_same, intercept))) /
         static_cast<double>(m);
}

}  // namespace gossamer
