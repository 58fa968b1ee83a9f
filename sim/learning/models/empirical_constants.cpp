#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include <fmt/format.h>
#include <omp.h>

#include "sim/ground/dense_eigenvalues.hpp"
#include "sim/learning/models/empirical_risk.hpp"
#include "sim/learning/models/gram.hpp"
#include "sim/learning/models/sample_blocks.hpp"
#include "sim/learning/theory/gradient_noise.hpp"

// The constants of theory of models that learn from samples.
namespace gossamer {
namespace {

/// Multiplications up to which matrices of the size of a Hessian are computed and decomposed.
constexpr double most_multiplications = 2e10;

double cube(Index size) { return std::pow(static_cast<double>(size), 3); }

/// "0.25 times …, + l2".
std::string bound_by_features(double factor, const Curvature& curvature) {
  const std::string matrix = curvature.intercept ? "the mean of (a, 1)(a, 1)'" : "the mean of a a'";
  return fmt::format("at every x: {} times the largest eigenvalue of {}{}", factor, matrix,
                     curvature.l2 > 0 ? ", plus l2" : "");
}

std::vector<double> values_of(const Eigen::VectorXd& x) { return {x.begin(), x.end()}; }

}  // namespace

template <class Scalar>
Eigen::VectorXd EmpiricalRisk<Scalar>::full_hessian_product(const Eigen::VectorXd& x, const Eigen::VectorXd& v) const {
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  const Vector at = x.template cast<Scalar>(), along = v.template cast<Scalar>();
  const std::span<const Index> samples = all_samples_;
  const std::size_t slices = std::min(most_slices, (samples.size() + block_size - 1) / block_size);
  std::vector<Eigen::VectorXd> sums(slices);
#pragma omp parallel for schedule(dynamic)
  for (std::size_t s = 0; s < slices; ++s) {
    Workspace workspace;
    Vector product(dimension());
    sums[s] = Eigen::VectorXd::Zero(dimension());
    const std::size_t first = samples.size() * s / slices, last = samples.size() * (s + 1) / slices;
    for_each_weighted_block(
        samples.subspan(first, last - first), weights_.relative, [&](std::span<const Index> block, double weight) {
          if (weight == 0) return;
          model_->hessian_product({train_, block}, at.data(), along.data(), product.data(), workspace);
          workspace.clear();
          const double share = weight * static_cast<double>(block.size()) / static_cast<double>(samples.size());
          sums[s] += share * product.template cast<double>();
        });
  }
  for (std::size_t s = 1; s < slices; ++s) sums[0] += sums[s];
  return sums[0];
}

template <class Scalar>
ConvexFunction EmpiricalRisk<Scalar>::convex_function() const {
  return {.dimension = dimension(),
          .gradient =
              [this](const Eigen::VectorXd& x) {
                const Eigen::Matrix<Scalar, Eigen::Dynamic, 1> at = x.template cast<Scalar>();
                return full_gradient(at.data(), omp_get_max_threads());
              },
          .hessian_product = [this](const Eigen::VectorXd& x,
                                    const Eigen::VectorXd& v) { return full_hessian_product(x, v); }};
}

/// Cholesky decompositions if the Hessian is computed quickly.
template <class Scalar>
NewtonSystems EmpiricalRisk<Scalar>::newton_systems() const {
  const auto d = static_cast<double>(dimension()), p = static_cast<double>(train_.features());
  const double outputs = std::ceil(d / (p + 1));
  const double one_hessian = d * outputs * p * static_cast<double>(train_.count()) + cube(dimension());
  return one_hessian <= most_multiplications / 10 ? NewtonSystems::cholesky : NewtonSystems::conjugate_gradients;
}

template <class Scalar>
const NewtonEnd& EmpiricalRisk<Scalar>::newton_end() const {
  std::call_once(newton_once_, [this] {
    const NewtonSystems systems = newton_systems();
    if (model_->l2() == 0 && systems == NewtonSystems::conjugate_gradients) {
      newton_end_.failure = "without l2, Newton's method is not tried in so many dimensions";
      return;
    }
    newton_end_ = minimize_by_newton(convex_function(), Eigen::VectorXd::Zero(dimension()), systems);
  });
  return newton_end_;
}

template <class Scalar>
Finding<std::vector<double>> EmpiricalRisk<Scalar>::minimizer() const {
  if (const auto& best = optimum()) return found(values_of(best->x), "solution of the normal equations");
  const auto curvature = model_->curvature();
  if (!curvature || !model_->has_hessian_products())
    return unknown<std::vector<double>>("the minimizer of this model is not known");
  if (curvature->lower == curvature->upper && dimension() <= largest_solved)
    return unknown<std::vector<double>>("the normal equations are singular, so that there is no single minimizer");
  const NewtonEnd& end = newton_end();
  if (!end.failure.empty()) return unknown<std::vector<double>>(end.failure);
  return found(values_of(end.x), fmt::format("Newton's method, to a gradient of norm {:.2g}", end.gradient_norm));
}

template <class Scalar>
Finding<double> EmpiricalRisk<Scalar>::smoothness_of_mean(const Curvature& curvature,
                                                          const std::vector<double>& of_nodes) const {
  const Index rows = train_.features() + (curvature.intercept ? 1 : 0);
  const bool all_the_same = weights_.relative.size() == 0, decomposed = cube(rows) <= most_multiplications / 10;
  if (!all_the_same && !decomposed)
    return found(std::accumulate(of_nodes.begin(), of_nodes.end(), 0.0) / static_cast<double>(of_nodes.size()),
                 "at every x: the mean of the nodes' L, an upper bound");
  const double largest =
      decomposed ? symmetric_eigenvalues(gram_matrix(data_->train, weights_.relative, curvature.intercept)).maxCoeff()
                 : largest_gram_eigenvalue(data_->train, all_samples_, curvature.intercept);
  return found(curvature.upper * largest + curvature.l2, curvature.lower == curvature.upper
                                                             ? "largest eigenvalue of the Hessian of f"
                                                             : bound_by_features(curvature.upper, curvature));
}

template <class Scalar>
Finding<double> EmpiricalRisk<Scalar>::convexity_of_mean(const Curvature& curvature) const {
  const auto mu = strong_convexity();
  if (mu && curvature.lower == 0) return found(*mu, "at every x: l2, a lower bound");
  if (mu && dimension() > largest_solved) return found(*mu, "l2, a lower bound");
  if (mu && curvature.lower == curvature.upper) return found(*mu, "smallest eigenvalue of the Hessian of f");
  if (mu) return found(*mu, "at every x: from the smallest eigenvalue of the mean of a a', a lower bound");
  if (curvature.lower == curvature.upper) return unknown<double>("the Hessian of f is singular");
  if (!model_->has_hessian_products() || !newton_end().failure.empty())
    return unknown<double>("without l2 the Hessian of f has no positive lower bound");
  const Eigen::VectorXd eigenvalues = symmetric_eigenvalues(dense_hessian(convex_function(), newton_end().x));
  return found(eigenvalues[0], "smallest eigenvalue of the Hessian of f at x*: without l2 no bound holds at every x");
}

template <class Scalar>
Finding<std::vector<double>> EmpiricalRisk<Scalar>::convexity_of_nodes(const Curvature& curvature) const {
  const std::size_t nodes = partition_->samples.size();
  std::vector<double> bounds(nodes);
  const Index rows = train_.features() + (curvature.intercept ? 1 : 0);
  if (curvature.lower > 0 && static_cast<double>(nodes) * cube(rows) > most_multiplications)
    return unknown<std::vector<double>>("the nodes' eigenvalues would take too long");
#pragma omp parallel for schedule(dynamic)
  for (std::size_t i = 0; i < nodes; ++i) {
    const double least =
        curvature.lower == 0 ? 0 : least_gram_eigenvalue(data_->train, partition_->samples[i], curvature.intercept);
    bounds[i] = weights_.node_scales[i] * (curvature.lower * least + curvature.l2);
  }
  return found(std::move(bounds), curvature.lower == curvature.upper ? "smallest eigenvalue of the Hessian of f_i"
                                  : curvature.lower == 0             ? "at every x: l2, a lower bound"
                                                                     : "at every x: a lower bound");
}

template <class Scalar>
CurvatureConstants EmpiricalRisk<Scalar>::curvature_constants() const {
  const auto curvature = model_->curvature();
  if (!curvature) return AnyProblem::curvature_constants();
  smoothness();  // of all nodes
  return {.L = smoothness_of_mean(*curvature, smoothness_),
          .mu = convexity_of_mean(*curvature),
          .L_of_nodes = found(smoothness_, curvature->lower == curvature->upper
                                               ? "largest eigenvalue of the Hessian of f_i"
                                               : bound_by_features(curvature->upper, *curvature)),
          .mu_of_nodes = convexity_of_nodes(*curvature)};
}

template <class Scalar>
GradientNoise EmpiricalRisk<Scalar>::gradient_noise(const Scalar* x, NodeId nodes) const {
  if (minibatches_.batch_size == 0) return same_noise(nodes, 0, "a batch has all samples of its node");
  GradientNoise noise = noise_of_samples(*this, nodes, x, seed_);
  for (std::size_t i = 0; i < noise.variances.size(); ++i) {
    const auto samples = static_cast<Index>(partition_->samples[i].size());
    const double factor = variance_of_batch(minibatches_.sampling, minibatches_.batch_size, samples);
    noise.variances[i] *= factor;
    noise.standard_errors[i] *= factor;
  }
  return noise;
}

#define INSTANTIATE_CONSTANTS(Scalar)                                                                                  \
  template Eigen::VectorXd EmpiricalRisk<Scalar>::full_hessian_product(const Eigen::VectorXd&, const Eigen::VectorXd&) \
      const;                                                                                                           \
  template ConvexFunction EmpiricalRisk<Scalar>::convex_function() const;                                              \
  template NewtonSystems EmpiricalRisk<Scalar>::newton_systems() const;                                                \
  template const NewtonEnd& EmpiricalRisk<Scalar>::newton_end() const;                                                 \
  template Finding<std::vector<double>> EmpiricalRisk<Scalar>::minimizer() const;                                      \
  template Finding<double> EmpiricalRisk<Scalar>::smoothness_of_mean(const Curvature&, const std::vector<double>&)     \
      const;                                                                                                           \
  template Finding<double> EmpiricalRisk<Scalar>::convexity_of_mean(const Curvature&) const;                           \
  template Finding<std::vector<double>> EmpiricalRisk<Scalar>::convexity_of_nodes(const Curvature&) const;             \
  template CurvatureConstants EmpiricalRisk<Scalar>::curvature_constants() const;                                      \
  template GradientNoise EmpiricalRisk<Scalar>::gradient_noise(const Scalar*, NodeId) const;
INSTANTIATE_CONSTANTS(float)
INSTANTIATE_CONSTANTS(double)
#undef INSTANTIATE_CONSTANTS

}  // namespace gossamer
