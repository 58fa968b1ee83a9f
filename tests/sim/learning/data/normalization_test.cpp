#include "sim/learning/data/normalization.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "sim/learning/problem.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

/// Rows: a feature of mean 2 and deviation √(8/3), a constant one, one that is 0 in all samples but one.
Dataset dense_data() {
  Dataset data;
  data.name = "small";
  data.train.dense = Eigen::MatrixXd{{0, 2, 4}, {0.1, 0.1, 0.1}, {0, 0, 3}};
  data.train.labels = Eigen::VectorXd::Zero(3);
  data.test.dense = Eigen::MatrixXd{{6}, {5}, {-3}};
  data.test.labels = Eigen::VectorXd::Zero(1);
  return data;
}

Dataset sparse_data() {
  Dataset data = dense_data();
  for (Samples* part : {&data.train, &data.test}) {
    part->sparse = part->dense.sparseView();
    part->dense.resize(0, 0);
  }
  return data;
}

const double first = std::sqrt(8.0 / 3);  // ((0 − 2)² + 0 + (4 − 2)²) / 3
const double third = std::sqrt(2.0);      // mean 1: (1 + 1 + 4) / 3

}  // namespace

TEST_CASE("none leaves the data alone") {
  Dataset data = dense_data();
  normalize(data, Normalization::none);
  CHECK(data.train.dense == dense_data().train.dense);
}

TEST_CASE("standardize measures on the training part, applies to both, and makes constant features 0") {
  Dataset data = dense_data();
  normalize(data, Normalization::standardize);
  const Eigen::MatrixXd train{{-2 / first, 0, 2 / first}, {0, 0, 0}, {-1 / third, -1 / third, 2 / third}};
  CHECK((data.train.dense - train).cwiseAbs().maxCoeff() < 1e-15);
  CHECK(data.train.dense.row(1).cwiseAbs().maxCoeff() == 0);  // exactly, though the mean of 0.1, 0.1, 0.1 is rounded
  CHECK((data.test.dense - Eigen::MatrixXd{{4 / first}, {0}, {-4 / third}}).cwiseAbs().maxCoeff() < 1e-15);
}

TEST_CASE("scale divides dense and sparse features alike and keeps constant ones") {
  const Eigen::MatrixXd train{{0, 2 / first, 4 / first}, {0.1, 0.1, 0.1}, {0, 0, 3 / third}};
  const Eigen::MatrixXd test{{6 / first}, {5}, {-3 / third}};
  Dataset dense = dense_data();
  normalize(dense, Normalization::scale);
  CHECK((dense.train.dense - train).cwiseAbs().maxCoeff() < 1e-15);
  CHECK((dense.test.dense - test).cwiseAbs().maxCoeff() < 1e-15);
  Dataset sparse = sparse_data();
  normalize(sparse, Normalization::scale);
  CHECK((Eigen::MatrixXd(sparse.train.sparse) - train).cwiseAbs().maxCoeff() < 1e-15);
  CHECK((Eigen::MatrixXd(sparse.test.sparse) - test).cwiseAbs().maxCoeff() < 1e-15);
}

TEST_CASE("unit_interval divides by the largest training feature") {
  Dataset dense = dense_data();
  Dataset sparse = sparse_data();
  normalize(dense, Normalization::unit_interval);
  normalize(sparse, Normalization::unit_interval);
  CHECK(dense.train.dense == dense_data().train.dense / 4);
  CHECK(dense.test.dense == dense_data().test.dense / 4);
  CHECK(Eigen::MatrixXd(sparse.train.sparse) == dense.train.dense);
  CHECK(Eigen::MatrixXd(sparse.test.sparse) == dense.test.dense);
}

TEST_CASE("unit_norm gives every sample length 1, zeros aside") {
  for (Dataset data : {dense_data(), sparse_data()}) {
    Samples& train = data.train;
    if (train.is_sparse())
      train.sparse.col(0) *= 0;
    else
      train.dense.col(0).setZero();
    normalize(data, Normalization::unit_norm);
    const Eigen::MatrixXd a = train.is_sparse() ? Eigen::MatrixXd(train.sparse) : train.dense;
    CHECK(a.col(0).norm() == 0);
    CHECK(a.col(1).norm() == doctest::Approx(1).epsilon(1e-15));
    CHECK(a(0, 2) == doctest::Approx(4 / std::sqrt(16 + 0.01 + 9)).epsilon(1e-15));
  }
}

TEST_CASE("what cannot be normalized is refused") {
  const auto complaint = [](Dataset data, Normalization kind) {
    return message_of<InputError>([&] { normalize(data, kind); });
  };
  CHECK(complaint(sparse_data(), Normalization::standardize) ==
        "small: standardize would fill sparse features by centering them; \"scale\" divides by the deviation alone");
  Dataset data = dense_data();
  data.train.dense(0, 0) = -1;
  CHECK(complaint(data, Normalization::unit_interval) ==
        "small: unit_interval needs features of at least 0, but there is -1");
  data.train.dense.setZero();
  CHECK(complaint(data, Normalization::unit_interval) == "small: unit_interval finds no feature above 0");
}
