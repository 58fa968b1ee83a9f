#include "sim/learning/data/dataset.hpp"

#include <limits>

#include <doctest/doctest.h>

#include "sim/learning/problem.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

Dataset two_samples() {
  Dataset data;
  data.name = "two";
  data.classes = 2;
  data.train.dense = Eigen::MatrixXd{{1, 2}, {3, 0}};
  data.train.labels = Eigen::VectorXd{{0, 1}};
  return data;
}

std::string complaint(const Dataset& data) {
  return message_of<InputError>([&] { check_dataset(data); });
}

}  // namespace

TEST_CASE("selected samples come in the order asked for, dense and sparse") {
  Samples samples;
  samples.dense = Eigen::MatrixXd{{1, 0, 3}, {0, 0, 4}};
  samples.labels = Eigen::VectorXd{{5, 6, 7}};
  const Eigen::MatrixXd expected{{3, 1, 0}, {4, 0, 0}};
  CHECK(select(samples, {2, 0, 1}).dense == expected);
  CHECK(select(samples, {2, 0, 1}).labels == Eigen::VectorXd{{7, 5, 6}});
  samples.sparse = samples.dense.sparseView();
  samples.dense.resize(0, 0);
  const Samples chosen = select(samples, {2, 0, 1});
  CHECK(Eigen::MatrixXd(chosen.sparse) == expected);
  CHECK(chosen.sparse.nonZeros() == 3);
  CHECK(chosen.dense.size() == 0);
}

TEST_CASE("data that break their promises are refused") {
  CHECK(complaint(two_samples()).empty());
  Dataset data = two_samples();
  data.train.dense(1, 0) = std::numeric_limits<double>::infinity();
  CHECK(complaint(data) == "two: feature 1 of training sample 0 is inf, expected a finite number");
  data.train.sparse = data.train.dense.sparseView();
  CHECK(complaint(data) == "two: feature 1 of training sample 0 is inf, expected a finite number");

  data = two_samples();
  data.test = data.train;
  data.test.labels[1] = 2;
  CHECK(complaint(data) == "two: the label of test sample 1 is 2, expected a class from 0 to 1");
  data.test.labels[1] = 0.5;
  CHECK(complaint(data) == "two: the label of test sample 1 is 0.5, expected a class from 0 to 1");
  data.classes = 0;
  CHECK(complaint(data).empty());
  data.test.labels[0] = std::numeric_limits<double>::quiet_NaN();
  CHECK(complaint(data) == "two: the target of test sample 0 is nan, expected a finite number");
  data.test.dense = Eigen::MatrixXd::Ones(3, 2);
  CHECK(complaint(data) == "two: training samples have 2 features but test samples 3");

  data = two_samples();
  data.train.labels = Eigen::VectorXd{{0, 1, 0}};
  CHECK(complaint(data) == "two: the training part has 2 samples but 3 labels");
  data.classes = 1;
  CHECK(complaint(data) == "two: 1 classes, expected at least 2 (or 0 for regression)");
  data.train = {};
  CHECK(complaint(data) == "two: there are no training samples");
}
