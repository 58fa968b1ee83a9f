#include <cmath>

#include <doctest/doctest.h>

#include "sim/learning/data/synthetic_classification.hpp"
#include "sim/learning/data/synthetic_groups.hpp"
#include "sim/learning/data/synthetic_regression.hpp"
#include "sim/learning/problem.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/threads.hpp"

using namespace gossamer;

namespace {

Dataset classification(const SyntheticClassification& settings) { return synthetic_classification(settings, 5); }
Dataset regression(const SyntheticRegression& settings) { return synthetic_regression(settings, 5); }

}  // namespace

TEST_CASE("without noise, a sample is its class mean plus its group's shift, of the lengths asked for") {
  const SyntheticClassification settings{
      .samples = 103, .features = 6, .classes = 4, .separation = 3, .noise = 0, .groups = 5, .feature_shift = 0.5};
  const Dataset data = classification(settings);
  const Eigen::MatrixXd means = class_means(settings, 5), shifts = group_shifts(settings, 5);
  CHECK((means.colwise().norm().array() - 3).abs().maxCoeff() < 1e-14);
  CHECK((shifts.colwise().norm().array() - 0.5).abs().maxCoeff() < 1e-15);
  for (Index g = 0; g < 5; ++g)  // group g has the samples of node g of a contiguous partition over 5 nodes
    for (Index k = 103 * g / 5; k < 103 * (g + 1) / 5; ++k)
      CHECK((data.train.dense.col(k) - means.col(static_cast<Index>(data.train.labels[k])) - shifts.col(g)).norm() <
            1e-15);
}

TEST_CASE("synthetic data are those of one draw after another, with the same bits for any number of threads") {
  const SyntheticClassification classes{.samples = 201, .test_samples = 33, .features = 70, .noise = 0.7, .groups = 3};
  const SyntheticRegression values{.samples = 201, .test_samples = 33, .features = 70, .condition = 5, .groups = 3};
  const Eigen::MatrixXd means = class_means(classes, 5), shifts = group_shifts(classes, 5);
  const Eigen::VectorXd roots = covariance_spectrum(values).cwiseSqrt();
  for (const int threads : {1, 2, 7}) {
    const testing::Threads limit{threads};
    const Samples labelled = classification(classes).test, measured = regression(values).test;
    for (Index k = 0; k < 33; ++k) {
      Draws draws = synthetic_draws(5, SyntheticTable::test_samples, k);
      const auto c = static_cast<Index>(draws.below(2));
      draws.uniform();  // decides whether the label is wrong
      REQUIRE(labelled.labels[k] == static_cast<double>(c));
      for (Index j = 0; j < 70; ++j)
        REQUIRE(labelled.dense(j, k) == 0.7 * standard_normal(draws) + (means(j, c) + shifts(j, k / 11)));
      draws = synthetic_draws(5, SyntheticTable::test_samples, k);
      for (Index j = 0; j < 70; ++j) REQUIRE(measured.dense(j, k) == standard_normal(draws) * roots[j]);
      const double exact = measured.dense.col(k).dot(true_parameters(values, 5).col(k / 11));
      REQUIRE(measured.labels[k] == doctest::Approx(exact + 0.1 * standard_normal(draws)).epsilon(1e-12));
    }
  }
}

TEST_CASE("classes are equally likely and features have the mean and the variance of their law") {
  const Index m = 100'000;
  const SyntheticClassification settings{.samples = m, .features = 3, .classes = 5, .separation = 2, .noise = 0.7};
  const Dataset data = classification(settings);
  const Eigen::MatrixXd means = class_means(settings, 5);
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(5);
  Eigen::MatrixXd z(3, m);
  for (Index k = 0; k < m; ++k) {
    const auto c = static_cast<Index>(data.train.labels[k]);
    counts[c] += 1;
    z.col(k) = (data.train.dense.col(k) - means.col(c)) / 0.7;
  }
  const double n = static_cast<double>(m);
  // All bounds are 5 standard deviations: counts are binomial(m, 1/5); 1/m Σ z has deviation 1/√m, 1/m Σ z² has √(2/m).
  CHECK((counts.array() - n / 5).abs().maxCoeff() < 5 * std::sqrt(n * 0.2 * 0.8));
  CHECK(z.rowwise().mean().cwiseAbs().maxCoeff() < 5 / std::sqrt(n));
  CHECK((z.array().square().rowwise().mean() - 1).abs().maxCoeff() < 5 * std::sqrt(2 / n));
}

TEST_CASE("label noise gives that share of samples another class, each equally likely") {
  const Index m = 50'000;
  SyntheticClassification settings{.samples = m, .features = 1, .classes = 3, .noise = 0};
  const Eigen::VectorXd clean = classification(settings).train.labels;
  settings.label_noise = 0.3;
  const Dataset noisy = classification(settings);
  const Eigen::RowVectorXd means = class_means(settings, 5);
  Eigen::VectorXd shifts = Eigen::VectorXd::Zero(3);
  for (Index k = 0; k < m; ++k)
    shifts[(static_cast<Index>(noisy.train.labels[k]) - static_cast<Index>(clean[k]) + 3) % 3] += 1;
  // Other classes: binomial(m, 0.15) each; 5 standard deviations.
  const double n = static_cast<double>(m);
  CHECK(std::abs(shifts[1] - 0.15 * n) < 5 * std::sqrt(n * 0.15 * 0.85));
  CHECK(std::abs(shifts[2] - 0.15 * n) < 5 * std::sqrt(n * 0.15 * 0.85));
  settings.label_noise = 1;
  const Eigen::VectorXd wrong = classification(settings).train.labels;
  CHECK((wrong.array() == clean.array()).count() == 0);
}

TEST_CASE("more samples, or a test part, change none of the samples before") {
  const Dataset few = classification({.samples = 50});
  const Dataset many = classification({.samples = 80, .test_samples = 30});
  CHECK(many.train.dense.leftCols(50) == few.train.dense);
  CHECK(many.test.count() == 30);
  CHECK(many.test.dense.leftCols(30) != few.train.dense.leftCols(30));
  CHECK(synthetic_classification({.samples = 50}, 6).train.dense != few.train.dense);
  CHECK(regression({.samples = 80, .test_samples = 9}).train.labels.head(50) ==
        regression({.samples = 50}).train.labels);
}

TEST_CASE("without noise, targets follow their group's parameters, which differ by the length asked for") {
  const SyntheticRegression settings{
      .samples = 90, .features = 4, .noise = 0, .groups = 3, .parameter_shift = 2, .feature_shift = 1};
  const Dataset data = regression(settings);
  CHECK(data.classes == 0);
  const Eigen::MatrixXd parameters = true_parameters(settings, 5);
  for (Index g = 0; g < 3; ++g) {
    const Eigen::VectorXd expected = data.train.dense.middleCols(30 * g, 30).transpose() * parameters.col(g);
    CHECK((data.train.labels.segment(30 * g, 30) - expected).norm() < 1e-13);
  }
  SyntheticRegression alike = settings;
  alike.parameter_shift = 0;
  const Eigen::MatrixXd common = true_parameters(alike, 5);
  CHECK((common.colwise().norm().array() - 1).abs().maxCoeff() < 1e-15);
  CHECK(((parameters - common).colwise().norm().array() - 2).abs().maxCoeff() < 1e-14);
}

TEST_CASE("the feature covariance has the spectrum asked for, from 1 down to 1/condition") {
  const Index m = 100'000;
  SyntheticRegression settings{.samples = m, .features = 3, .noise = 0.5, .condition = 100};
  CHECK((covariance_spectrum(settings) - Eigen::Vector3d{1, 0.1, 0.01}).norm() < 1e-15);
  settings.spectrum = FeatureSpectrum::linear;
  const Eigen::VectorXd spectrum = covariance_spectrum(settings);
  CHECK((spectrum - Eigen::Vector3d{1, 0.505, 0.01}).norm() < 1e-15);
  CHECK(covariance_spectrum({.features = 1, .condition = 9}) == Eigen::VectorXd::Ones(1));

  const Dataset data = regression(settings);
  const double n = static_cast<double>(m);
  const Eigen::MatrixXd a = spectrum.cwiseSqrt().cwiseInverse().asDiagonal() * data.train.dense;
  const Eigen::MatrixXd covariance = a * a.transpose() / n;
  // Entries have deviation √(2/m) on the diagonal and √(1/m) off it; 5 of the larger.
  CHECK((covariance - Eigen::MatrixXd::Identity(3, 3)).cwiseAbs().maxCoeff() < 5 * std::sqrt(2 / n));
  const Eigen::VectorXd residuals = data.train.labels - data.train.dense.transpose() * true_parameters(settings, 5);
  CHECK(std::abs(residuals.squaredNorm() / n / 0.25 - 1) < 5 * std::sqrt(2 / n));
}

TEST_CASE("a group's features have their mean at its shift") {
  const Index m = 40'000;
  const SyntheticRegression settings{.samples = m, .features = 5, .groups = 2, .feature_shift = 1.5};
  const Dataset data = regression(settings);
  const Eigen::MatrixXd shifts = group_shifts(settings, 5);
  CHECK((shifts.colwise().norm().array() - 1.5).abs().maxCoeff() < 1e-14);
  for (Index g = 0; g < 2; ++g) {
    const Eigen::VectorXd mean = data.train.dense.middleCols(g * m / 2, m / 2).rowwise().mean();
    CHECK((mean - shifts.col(g)).cwiseAbs().maxCoeff() < 5 / std::sqrt(static_cast<double>(m / 2)));
  }
}

TEST_CASE("more groups than samples are refused") {
  CHECK(message_of<InputError>([] { classification({.samples = 3, .groups = 4}); }) ==
        "synthetic_classification: 4 groups need as many samples, but there are 3");
  CHECK(message_of<InputError>([] { regression({.samples = 3, .groups = 4}); }) ==
        "synthetic_regression: 4 groups need as many samples, but there are 3");
}
