#include "sim/learning/models/quadratics.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <Eigen/Cholesky>

#include "sim/ground/dense_eigenvalues.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

bool is_diagonal(const Eigen::MatrixXd& A) { return A.cols() == 1 && A.rows() != 1; }

Eigen::VectorXd eigenvalues(const Eigen::MatrixXd& A) {
  if (A.cols() == 1) return A.col(0);
  return symmetric_eigenvalues(A);
}

template <class MatrixType>
MatrixType full(const MatrixType& A) {
  if (A.cols() == 1 && A.rows() != 1) return A.col(0).asDiagonal();
  return A;
}

/// True if both are the same matrix, stored as a diagonal or not.
template <class MatrixType>
bool same(const MatrixType& A, const MatrixType& B) {
  return A.cols() == B.cols() ? A == B : full(A) == full(B);
}

template <class MatrixType, class Vector>
auto product(const MatrixType& A, const Vector& x) {
  using Result = Eigen::Matrix<typename MatrixType::Scalar, Eigen::Dynamic, 1>;
  return A.cols() == 1 ? Result{A.col(0).cwiseProduct(x)} : Result{A * x};
}

Eigen::MatrixXd mean(const std::vector<Eigen::MatrixXd>& A) {
  const bool diagonal = std::all_of(A.begin(), A.end(), is_diagonal);
  Eigen::MatrixXd sum = diagonal ? A[0] : full(A[0]);
  for (std::size_t i = 1; i < A.size(); ++i) sum += diagonal ? A[i] : full(A[i]);
  return sum / static_cast<double>(A.size());
}

std::optional<Eigen::VectorXd> solution_of(const Eigen::MatrixXd& A, const Eigen::VectorXd& b) {
  if (A.cols() == 1) {
    if (!(A.minCoeff() > 0)) return std::nullopt;
    return b.cwiseQuotient(A.col(0));
  }
  const Eigen::LLT<Eigen::MatrixXd> solver{A};
  if (solver.info() != Eigen::Success) return std::nullopt;
  return solver.solve(b);
}

}  // namespace

void check_quadratics(const QuadraticTerms& terms, const std::string& source) {
  const Index d = terms.b.rows(), n = terms.b.cols();
  const auto matrices = static_cast<Index>(terms.A.size());
  if (d < 1 || n < 1) throw LearningError{fmt::format("{}: b is {} × {}, expected d × n", source, d, n)};
  if (matrices != 1 && matrices != n)
    throw LearningError{
        fmt::format("{}: {} matrices for {} vectors b_i, expected one each or one for all", source, matrices, n)};
  for (Index i = 0; i < matrices; ++i) {
    const Eigen::MatrixXd& A = terms.A[static_cast<std::size_t>(i)];
    if (A.rows() != d || (A.cols() != d && A.cols() != 1))
      throw LearningError{fmt::format("{}: /A/{} is {} × {}, expected {} × {}", source, i, A.rows(), A.cols(), d, d)};
    if (!A.allFinite()) throw LearningError{fmt::format("{}: /A/{} has an element that is not finite", source, i)};
    if (A.cols() == 1) continue;
    Index row = 0, column = 0;
    const double skew = (A - A.transpose()).cwiseAbs().maxCoeff(&row, &column);
    if (skew > 1e-12 * A.cwiseAbs().maxCoeff())
      throw LearningError{fmt::format("{}: /A/{} is not symmetric: element ({}, {}) is {}, but ({}, {}) is {}", source,
                                      i, row, column, A(row, column), column, row, A(column, row))};
  }
  for (Index i = 0; i < n; ++i)
    if (!terms.b.col(i).allFinite())
      throw LearningError{fmt::format("{}: /b/{} has an element that is not finite", source, i)};
}

template <class Scalar>
Quadratics<Scalar>::Quadratics(const QuadraticTerms& terms, double noise, std::uint64_t seed)
    : noise_{noise}, seed_{seed} {
  check_quadratics(terms, "quadratic");
  for (const auto& A : terms.A) A_.push_back(A.cast<Scalar>());
  b_ = terms.b.cast<Scalar>();
  mean_A_ = mean(terms.A);
  mean_b_ = terms.b.rowwise().mean();
  optimum_ = solution_of(mean_A_, mean_b_);
}

template <class Scalar>
void Quadratics<Scalar>::gradient(NodeId node, std::uint64_t step, const Scalar* x, Scalar* g, Workspace&) const {
  const Matrix& A = A_.size() == 1 ? A_[0] : A_[static_cast<std::size_t>(node)];
  const Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>> at(x, dimension());
  Eigen::Map<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>> result(g, dimension());
  if (A.cols() == 1) {
    result = A.col(0).cwiseProduct(at) - b_.col(node);
  } else {
    result.noalias() = A * at;
    result -= b_.col(node);
  }
  if (noise_ == 0 || !GradientAddress::is_minibatch(step)) return;
  Draws draws{seed_, Purpose::noise, node, step};
  for (Scalar& element : result) element += static_cast<Scalar>(noise_ * standard_normal(draws));
}

template <class Scalar>
void Quadratics<Scalar>::newton_direction(NodeId node, const Scalar*, const Scalar* g, Scalar* p, Workspace&) const {
  const Matrix& A = A_.size() == 1 ? A_[0] : A_[static_cast<std::size_t>(node)];
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  const Eigen::VectorXd right = Eigen::Map<const Vector>(g, dimension()).template cast<double>();
  const auto solution = solution_of(A.template cast<double>(), right);
  if (!solution) throw LearningError{fmt::format("quadratic: the matrix of node {} is not positive definite", node)};
  Eigen::Map<Vector>(p, dimension()) = solution->template cast<Scalar>();
}

template <class Scalar>
double Quadratics<Scalar>::loss(NodeId node, const Scalar* x, Workspace&) const {
  const Eigen::MatrixXd A = hessian(node);
  const Eigen::VectorXd at =
      Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>(x, dimension()).template cast<double>();
  return at.dot(product(A, at)) / 2 - b_.col(node).template cast<double>().dot(at);
}

template <class Scalar>
Evaluation Quadratics<Scalar>::evaluate(const Scalar* x, const EvaluationScope& scope) const {
  const Eigen::VectorXd at =
      Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>(x, dimension()).template cast<double>();
  const Eigen::VectorXd image = product(mean_A_, at);
  Evaluation result;
  result.train_loss = at.dot(image) / 2 - mean_b_.dot(at);
  if (scope.gradient) result.gradient_norm = (image - mean_b_).norm();
  if (optimum_) {
    const Eigen::VectorXd error = at - *optimum_;
    result.distance_to_optimum = error.norm();
    result.suboptimality = error.dot(product(mean_A_, error)) / 2;  // losses near x* differ by rounding errors only
  }
  return result;
}

template <class Scalar>
std::vector<ModelScore> Quadratics<Scalar>::score(std::span<const Scalar* const> models,
                                                  const ScoreScope& scope) const {
  std::vector<ModelScore> result(models.size());
#pragma omp parallel for num_threads(scope.threads) schedule(dynamic)
  for (std::size_t i = 0; i < models.size(); ++i) {
    const Eigen::VectorXd at =
        Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>(models[i], dimension()).template cast<double>();
    result[i].train_loss = at.dot(product(mean_A_, at)) / 2 - mean_b_.dot(at);
  }
  return result;
}

template <class Scalar>
Work Quadratics<Scalar>::step_work(NodeId node) const {
  const Matrix& A = A_.size() == 1 ? A_[0] : A_[static_cast<std::size_t>(node)];
  const auto elements = static_cast<double>(A.size());
  return {.flops = 2 * elements,
          .bytes = static_cast<double>(sizeof(Scalar)) * (elements + 3 * static_cast<double>(dimension()))};
}

template <class Scalar>
Eigen::MatrixXd Quadratics<Scalar>::hessian(NodeId node) const {
  return A_[A_.size() == 1 ? 0 : static_cast<std::size_t>(node)].template cast<double>();
}

template <class Scalar>
std::optional<double> Quadratics<Scalar>::smoothness() const {
  std::call_once(smoothness_once_, [this] {
    for (const auto& A : A_)
      smoothness_ = std::max(smoothness_, eigenvalues(A.template cast<double>()).cwiseAbs().maxCoeff());
  });
  return smoothness_;
}

template <class Scalar>
std::optional<double> Quadratics<Scalar>::strong_convexity() const {
  std::call_once(convexity_once_, [this] { convexity_ = eigenvalues(mean_A_).minCoeff(); });
  return convexity_ > 0 ? std::optional{convexity_} : std::nullopt;
}

template <class Scalar>
std::optional<double> Quadratics<Scalar>::gradient_variance() const {
  return static_cast<double>(dimension()) * noise_ * noise_;
}

template <class Scalar>
std::optional<double> Quadratics<Scalar>::heterogeneity() const {
  if (!std::all_of(A_.begin(), A_.end(), [&](const Matrix& A) { return same(A, A_[0]); })) return std::nullopt;
  const Eigen::MatrixXd b = b_.template cast<double>();
  return (b.colwise() - mean_b_).squaredNorm() / static_cast<double>(b.cols());
}

template <class Scalar>
std::optional<double> Quadratics<Scalar>::heterogeneity_at_optimum() const {
  if (!optimum_) return std::nullopt;
  double sum = 0;
  for (Index i = 0; i < b_.cols(); ++i) {
    const Eigen::MatrixXd A = hessian(static_cast<NodeId>(i));
    sum += (product(A, *optimum_) - b_.col(i).template cast<double>()).squaredNorm();
  }
  return sum / static_cast<double>(b_.cols());
}

template <class Scalar>
Finding<std::vector<double>> Quadratics<Scalar>::minimizer() const {
  if (!optimum_) return unknown<std::vector<double>>("the mean of the A_i is not positive definite");
  return found(known_minimum(), "solution of (sum of the A_i) x = sum of the b_i");
}

template <class Scalar>
CurvatureConstants Quadratics<Scalar>::curvature_constants() const {
  const auto nodes = static_cast<std::size_t>(b_.cols());
  std::vector<double> largest(nodes), least(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    if (i > 0 && A_.size() == 1) {
      largest[i] = largest[0];
      least[i] = least[0];
      continue;
    }
    const Eigen::VectorXd of_node = eigenvalues(A_[i].template cast<double>());
    largest[i] = of_node.cwiseAbs().maxCoeff();
    least[i] = of_node.minCoeff();
  }
  const Eigen::VectorXd of_mean = eigenvalues(mean_A_);
  const double mu = of_mean.minCoeff();
  return {.L = found(of_mean.cwiseAbs().maxCoeff(), "largest magnitude of an eigenvalue of the mean of the A_i"),
          .mu = mu > 0 ? found(mu, "smallest eigenvalue of the mean of the A_i")
                       : unknown<double>("the mean of the A_i is not positive definite"),
          .L_of_nodes = found(std::move(largest), "largest magnitude of an eigenvalue of A_i"),
          .mu_of_nodes = found(std::move(least), "smallest eigenvalue of A_i")};
}

template <class Scalar>
GradientNoise Quadratics<Scalar>::gradient_noise(const Scalar*, NodeId nodes) const {
  return same_noise(nodes, *gradient_variance(), "d times the square of \"noise\"");
}

template class Quadratics<float>;
template class Quadratics<double>;

}  // namespace gossamer
