#include "sim/learning/models/gram.hpp"

#include <initializer_list>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>

#include "sim/learning/models/empirical_risk.hpp"
#include "sim/learning/models/linear_regression.hpp"
#include "tests/sim/learning/random_data.hpp"
#include "tests/threads.hpp"

namespace gossamer {
namespace {

using testing::Threads;

/// Σ_k c_k ã_k ã_kᵀ/m over the chosen samples, one after another, by the definition.
Eigen::MatrixXd sum_by_definition(const Eigen::MatrixXd& samples, const std::vector<Index>& chosen,
                                  const Eigen::VectorXd& weights, bool intercept) {
  const Index rows = samples.rows() + (intercept ? 1 : 0);
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(rows, rows);
  for (const Index k : chosen) {
    Eigen::VectorXd a = Eigen::VectorXd::Ones(rows);
    a.head(samples.rows()) = samples.col(k);
    sum += (weights.size() > 0 ? weights[k] : 1.0) * a * a.transpose();
  }
  return sum / static_cast<double>(chosen.size());
}

std::vector<Index> every(Index step, Index count) {
  std::vector<Index> chosen;
  for (Index k = 0; k < count; k += step) chosen.push_back(k);
  return chosen;
}

Samples sparse_samples(const Samples& dense) {
  return {.dense = {}, .sparse = dense.dense.sparseView(), .labels = dense.labels};
}

TEST_CASE("The Gram matrix is the weighted sum over samples, dense or sparse, with the same bits for any threads") {
  constexpr Index features = 210, count = 2300;  // several tiles of features, several blocks of weighted samples
  const Samples dense = random_samples(features, count, 0, 1, 0.7);
  const Samples sparse = sparse_samples(dense);
  const Eigen::VectorXd some = random_matrix(count, 1, 2).cwiseAbs();
  for (const Eigen::VectorXd& weights : {Eigen::VectorXd{}, some}) {
    for (const bool intercept : {false, true}) {
      const Eigen::MatrixXd expected = sum_by_definition(dense.dense, every(1, count), weights, intercept);
      for (const Samples* const samples : std::initializer_list<const Samples*>{&dense, &sparse}) {
        const auto computed = [&](int threads) {
          const Threads limit{threads};
          return gram_matrix(*samples, weights, intercept);
        };
        const Eigen::MatrixXd one = computed(1);
        CHECK((one - expected).cwiseAbs().maxCoeff() < 1e-12);  // sums of 2300 numbers of order 1, over 2300
        for (const int threads : {2, 7}) {
          const bool same_bits = computed(threads) == one;
          CHECK(same_bits);
        }
      }
    }
  }
}

TEST_CASE("The largest eigenvalue is that of the sum over samples, with the same bits for any number of threads") {
  struct Shape {
    Index features, count;
    double tolerance;
  };
  // The smaller side decides on solver or power iteration; the larger one on ÃÃᵀ or ÃᵀÃ, and on several blocks.
  for (const Shape& shape :
       {Shape{1, 5, 1e-12}, {40, 7, 1e-12}, {7, 5000, 1e-12}, {95, 97, 1e-12}, {260, 130, 1e-7}, {120, 300, 1e-7}}) {
    const Index features = shape.features, count = shape.count;
    CAPTURE(features);
    CAPTURE(count);
    const Samples dense = random_samples(features, 2 * count, 0, 3, 0.5);
    const Samples sparse = sparse_samples(dense);
    const std::vector<Index> chosen = every(2, 2 * count);
    for (const bool intercept : {false, true}) {
      const Eigen::MatrixXd sum = sum_by_definition(dense.dense, chosen, {}, intercept);
      const double expected = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>{sum}.eigenvalues().maxCoeff();
      for (const Samples* const samples : std::initializer_list<const Samples*>{&dense, &sparse}) {
        const auto computed = [&](int threads) {
          const Threads limit{threads};
          return largest_gram_eigenvalue(*samples, chosen, intercept);
        };
        const double one = computed(1);
        CHECK(one == doctest::Approx(expected).epsilon(samples == &dense ? shape.tolerance : 1e-7));
        CHECK(one <= expected * (1 + 1e-12));
        CHECK(computed(2) == one);
        CHECK(computed(7) == one);
      }
    }
  }
}

TEST_CASE("The largest eigenvalue of samples along the axes is the largest square, however many axes there are") {
  for (const Index size : {1, 90, 200, 1100}) {
    CAPTURE(size);
    Samples dense{.dense = Eigen::MatrixXd::Identity(size, size), .sparse = {}, .labels = Eigen::VectorXd::Zero(size)};
    dense.dense(size / 2, size / 2) = 3;
    const Samples sparse = sparse_samples(dense);
    const double expected = 9.0 / static_cast<double>(size);
    for (const Samples* const samples : std::initializer_list<const Samples*>{&dense, &sparse})
      CHECK(largest_gram_eigenvalue(*samples, every(1, size), false) == doctest::Approx(expected).epsilon(1e-9));
  }
  const Samples zeros{.dense = Eigen::MatrixXd::Zero(300, 200), .sparse = {}, .labels = Eigen::VectorXd::Zero(200)};
  CHECK(largest_gram_eigenvalue(zeros, every(1, 200), false) == 0);
}

TEST_CASE("L, μ and ζ*² of a problem have the same bits with any number of threads, for few and for many nodes") {
  const auto data = random_dataset(30, 600, 0, 0);
  for (const NodeId nodes : {1, 3, 50}) {
    CAPTURE(nodes);
    const auto computed = [&](int threads) {
      const Threads limit{threads};
      const EmpiricalRisk<float> problem{
          data, dealt_partition(600, nodes), linear_regression<float>(*data, {.l2 = 0.1}), {}, 1};
      CHECK(problem.smoothness() == problem.smoothness());
      CHECK(problem.strong_convexity() == problem.strong_convexity());
      return std::vector{*problem.smoothness(), *problem.strong_convexity(), *problem.heterogeneity_at_optimum()};
    };
    const auto one = computed(1);
    CHECK(computed(2) == one);
    CHECK(computed(7) == one);
  }
}

}  // namespace
}  // namespace gossamer
