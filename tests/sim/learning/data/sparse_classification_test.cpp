#include <cmath>

#include <doctest/doctest.h>

#include "sim/learning/data/synthetic_classification.hpp"
#include "sim/learning/data/synthetic_groups.hpp"
#include "sim/learning/models/mlp.hpp"
#include "sim/learning/models/softmax_regression.hpp"
#include "sim/learning/problem.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/threads.hpp"

using namespace gossamer;

namespace {

using Sparse = decltype(Samples::sparse);

Dataset classification(const SyntheticClassification& settings) { return synthetic_classification(settings, 5); }

}  // namespace

TEST_CASE("a sparse sample has its share of features, at least one, at ascending places") {
  const auto kept = [](double density, Index features) {
    return kept_features({.features = features, .density = density});
  };
  CHECK(kept(0.114, 123) == 14);
  CHECK(kept(0.001, 123) == 1);
  CHECK(kept(0.999, 123) == 123);
  CHECK(kept(1, 123) == 123);
  for (const double density : {1e-9, 0.1, 0.5, 0.999}) {
    const SyntheticClassification settings{.samples = 70, .test_samples = 20, .features = 130, .density = density};
    const Dataset data = classification(settings);
    for (const Samples* part : {&data.train, &data.test}) {
      REQUIRE(part->is_sparse());
      REQUIRE(part->features() == 130);
      REQUIRE(part->sparse.isCompressed());
      for (Index k = 0; k < part->count(); ++k) {
        Index entries = 0;
        std::int32_t before = -1;
        for (Sparse::InnerIterator entry{part->sparse, k}; entry; ++entry, ++entries) {
          REQUIRE(before < entry.index());
          REQUIRE(entry.value() != 0);
          before = entry.index();
        }
        REQUIRE(before < 130);
        REQUIRE(entries == kept_features(settings));
      }
    }
  }
  CHECK_FALSE(classification({.density = 1}).train.is_sparse());
}

TEST_CASE("sparse samples have the same bits for any number of threads, and more samples do not change those before") {
  SyntheticClassification settings{.samples = 201, .test_samples = 33, .features = 70, .density = 0.2};
  const Dataset data = classification(settings);
  for (const int threads : {1, 2, 7}) {
    const testing::Threads limit{threads};
    const Dataset again = classification(settings);
    CHECK(again.train.labels == data.train.labels);
    CHECK(again.train.sparse.toDense() == data.train.sparse.toDense());
    CHECK(again.test.sparse.toDense() == data.test.sparse.toDense());
  }
  settings.samples = 300;
  settings.test_samples = 0;
  const Dataset more = classification(settings);
  CHECK(more.train.sparse.toDense().leftCols(201) == data.train.sparse.toDense());
  CHECK(more.train.sparse.toDense().leftCols(33) != data.test.sparse.toDense());
  CHECK(more.test.count() == 0);
}

TEST_CASE("without noise, what a sparse sample keeps is from its class mean plus its group's shift") {
  const SyntheticClassification settings{.samples = 103,
                                         .features = 20,
                                         .classes = 4,
                                         .separation = 3,
                                         .noise = 0,
                                         .groups = 5,
                                         .feature_shift = 0.5,
                                         .density = 0.3};
  const Dataset data = classification(settings);
  const Eigen::MatrixXd means = class_means(settings, 5), shifts = group_shifts(settings, 5);
  for (Index k = 0; k < 103; ++k) {
    const Eigen::VectorXd mean = means.col(static_cast<Index>(data.train.labels[k])) + shifts.col(group_of(k, 103, 5));
    for (Sparse::InnerIterator entry{data.train.sparse, k}; entry; ++entry)
      REQUIRE(entry.value() == mean[entry.index()]);
  }
}

TEST_CASE("features of sparse samples are kept equally often, with the mean and the variance of their law") {
  const Index m = 50'000;
  const SyntheticClassification settings{.samples = m, .features = 10, .separation = 2, .noise = 0.7, .density = 0.3};
  const Dataset data = classification(settings);
  const Eigen::MatrixXd means = class_means(settings, 5);
  Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(10, 2);
  Eigen::VectorXd times = Eigen::VectorXd::Zero(10), squares = Eigen::VectorXd::Zero(10);
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(2);
  for (Index k = 0; k < m; ++k) {
    const auto c = static_cast<Index>(data.train.labels[k]);
    counts[c] += 1;
    for (Sparse::InnerIterator entry{data.train.sparse, k}; entry; ++entry) {
      times[entry.index()] += 1;
      squares[entry.index()] += std::pow((entry.value() - means(entry.index(), c)) / 0.7, 2);
      sums(entry.index(), c) += entry.value();
    }
  }
  const double n = static_cast<double>(m);
  // All bounds are 5 standard deviations: times are binomial(m, 0.3); the mean of z² has deviation √(2/times); a feature
  // is the product of an indicator of mean 0.3 and of μ + 0.7 z, so its variance is at most 0.3 (μ² + 0.49) ≤ 0.3 · 4.49.
  CHECK((times.array() - 0.3 * n).abs().maxCoeff() < 5 * std::sqrt(n * 0.3 * 0.7));
  CHECK((squares.array() / times.array() - 1).abs().maxCoeff() < 5 * std::sqrt(2 / times.minCoeff()));
  for (Index c = 0; c < 2; ++c)
    CHECK((sums.col(c) / counts[c] - 0.3 * means.col(c)).cwiseAbs().maxCoeff() < 5 * std::sqrt(0.3 * 4.49 / counts[c]));
}

TEST_CASE("models that need dense samples refuse sparse ones") {
  const Dataset data = classification({.samples = 10, .classes = 3, .density = 0.5});
  CHECK(message_of<LearningError>([&] { softmax_regression<float>(data, {}); }) ==
        "softmax_regression: data set \"synthetic_classification\" is sparse, expected dense features");
  CHECK(message_of<LearningError>([&] { mlp<float>(data, {}); }) ==
        "mlp: data set \"synthetic_classification\" is sparse, expected dense features");
}

TEST_CASE("sparse samples with more features than 32 bits can count are refused") {
  CHECK(
      message_of<LearningError>([] { classification({.samples = 200'000'000, .features = 123, .density = 0.114}); }) ==
      "synthetic_classification: 200000000 sparse samples with 14 of 123 features are too large, expected at most "
      "2147483647 features in all samples together");
}
