#include "sim/learning/data/normalization.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

using Sparse = decltype(Samples::sparse);

/// Mean and standard deviation of each feature; the deviation of a constant one is exactly 0.
struct Moments {
  Eigen::VectorXd mean;
  Eigen::VectorXd deviation;
};

Moments moments(const Eigen::MatrixXd& a) {
  Moments result{.mean = a.rowwise().mean(), .deviation = Eigen::VectorXd::Zero(a.rows())};
  Eigen::ArrayXd squares = Eigen::ArrayXd::Zero(a.rows());
  Eigen::ArrayXd low = a.col(0).array();
  Eigen::ArrayXd high = low;
  for (Index k = 0; k < a.cols(); ++k) {
    squares += (a.col(k) - result.mean).array().square();
    low = low.min(a.col(k).array());
    high = high.max(a.col(k).array());
  }
  result.deviation = (low < high).select((squares / static_cast<double>(a.cols())).sqrt(), 0.0);
  return result;
}

Moments moments(const Sparse& a) {
  const auto count = static_cast<double>(a.cols());
  const auto for_each = [&](auto visit) {
    for (Index k = 0; k < a.cols(); ++k)
      for (Sparse::InnerIterator entry{a, k}; entry; ++entry) visit(entry.row(), entry.value());
  };
  Eigen::ArrayXd sums = Eigen::ArrayXd::Zero(a.rows());
  Eigen::ArrayXd entries = sums;
  for_each([&](Index j, double value) { sums[j] += value, entries[j] += 1; });
  const Eigen::ArrayXd mean = sums / count;

  const auto zeros = entries < count;  // features with an entry that is not stored
  Eigen::ArrayXd low = zeros.select(Eigen::ArrayXd::Zero(a.rows()), std::numeric_limits<double>::infinity());
  Eigen::ArrayXd high = zeros.select(Eigen::ArrayXd::Zero(a.rows()), -std::numeric_limits<double>::infinity());
  Eigen::ArrayXd squares = (count - entries) * mean.square();
  for_each([&](Index j, double value) {
    squares[j] += (value - mean[j]) * (value - mean[j]);
    low[j] = std::min(low[j], value);
    high[j] = std::max(high[j], value);
  });
  return {.mean = mean, .deviation = (low < high).select((squares / count).sqrt(), 0.0)};
}

/// Changes each dense sample, on all threads.
template <class Change>
void for_each_sample(Eigen::MatrixXd& samples, Change change) {
#pragma omp parallel for schedule(static)
  for (Index k = 0; k < samples.cols(); ++k) change(samples.col(k));
}

/// a_j ← factors_j a_j
void multiply(Samples& part, const Eigen::VectorXd& factors) {
  if (!part.is_sparse()) return for_each_sample(part.dense, [&](auto a) { a.array() *= factors.array(); });
  for (Index k = 0; k < part.sparse.cols(); ++k)
    for (Sparse::InnerIterator entry{part.sparse, k}; entry; ++entry) entry.valueRef() *= factors[entry.row()];
}

/// The least and the largest of these values and 0.
std::pair<double, double> range_with_zero(const double* values, Index count) {
  double low = 0, high = 0;
#pragma omp parallel for schedule(static) reduction(min : low) reduction(max : high)
  for (Index k = 0; k < count; ++k) {
    low = std::min(low, values[k]);
    high = std::max(high, values[k]);
  }
  return {low, high};
}

void to_unit_interval(Dataset& data) {
  const bool sparse = data.train.is_sparse();
  const auto range = sparse ? range_with_zero(data.train.sparse.valuePtr(), data.train.sparse.nonZeros())
                            : range_with_zero(data.train.dense.data(), data.train.dense.size());
  const double low = range.first, high = range.second;
  if (low < 0)
    throw LearningError{fmt::format("{}: unit_interval needs features of at least 0, but there is {}", data.name, low)};
  if (high == 0) throw LearningError{fmt::format("{}: unit_interval finds no feature above 0", data.name)};
  for (Samples* part : {&data.train, &data.test}) {
    if (sparse)
      part->sparse.coeffs() /= high;
    else
      for_each_sample(part->dense, [&](auto a) { a /= high; });
  }
}

void standardize(Dataset& data) {
  if (data.train.is_sparse())
    throw LearningError{
        fmt::format("{}: standardize would fill sparse features by centering them; \"scale\" divides by "
                    "the deviation alone",
                    data.name)};
  const Moments of = moments(data.train.dense);
  const Eigen::VectorXd factors = (of.deviation.array() > 0).select(of.deviation.array().inverse(), 0.0);
  for (Samples* part : {&data.train, &data.test}) {
    if (part->count() == 0) continue;
    for_each_sample(part->dense, [&](auto a) { a -= of.mean; });
    multiply(*part, factors);
  }
}

void scale(Dataset& data) {
  const Moments of = data.train.is_sparse() ? moments(data.train.sparse) : moments(data.train.dense);
  const Eigen::VectorXd factors = (of.deviation.array() > 0).select(of.deviation.array().inverse(), 1.0);
  for (Samples* part : {&data.train, &data.test})
    if (part->count() > 0) multiply(*part, factors);
}

void to_unit_norm(Samples& part) {
  const auto divide = [](auto a) {
    const double norm = a.norm();
    if (norm != 0) a /= norm;
  };
  if (!part.is_sparse()) return for_each_sample(part.dense, divide);
  for (Index k = 0; k < part.count(); ++k) divide(part.sparse.col(k));
}

}  // namespace

void normalize(Dataset& data, Normalization kind) {
  switch (kind) {
    case Normalization::none:
      return;
    case Normalization::unit_interval:
      return to_unit_interval(data);
    case Normalization::standardize:
      return standardize(data);
    case Normalization::scale:
      return scale(data);
    case Normalization::unit_norm:
      to_unit_norm(data.train);
      return to_unit_norm(data.test);
  }
}

}  // namespace gossamer
