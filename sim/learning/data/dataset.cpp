#include "sim/learning/data/dataset.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "sim/learning/data/dense_samples.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

using Sparse = decltype(Samples::sparse);

Sparse select_columns(const Sparse& from, const std::vector<Index>& chosen) {
  Sparse to(from.rows(), static_cast<Index>(chosen.size()));
  Index entries = 0;
  for (const Index k : chosen) entries += from.col(k).nonZeros();
  to.reserve(entries);
  for (Index column = 0; column < to.cols(); ++column) {
    to.startVec(column);
    for (Sparse::InnerIterator entry{from, chosen[static_cast<std::size_t>(column)]}; entry; ++entry)
      to.insertBack(entry.row(), column) = entry.value();
  }
  to.finalize();
  return to;
}

bool is_finite(const Samples& part) {
  if (part.is_sparse())
    return std::all_of(part.sparse.valuePtr(), part.sparse.valuePtr() + part.sparse.nonZeros(),
                       [](double value) { return std::isfinite(value); });
  bool finite = true;
#pragma omp parallel for schedule(static) reduction(&& : finite)
  for (Index k = 0; k < part.count(); ++k) finite = finite && part.dense.col(k).allFinite();
  return finite;
}

void check_finite(const Samples& part, const std::string& name, std::string_view which) {
  if (is_finite(part)) return;
  const auto refuse = [&](Index feature, Index sample, double value) {
    throw LearningError{fmt::format("{}: feature {} of {} sample {} is {}, expected a finite number", name, feature,
                                    which, sample, value)};
  };
  for (Index k = 0; k < part.count(); ++k) {
    if (part.is_sparse()) {
      for (Sparse::InnerIterator entry{part.sparse, k}; entry; ++entry)
        if (!std::isfinite(entry.value())) refuse(entry.row(), k, entry.value());
    } else if (!part.dense.col(k).allFinite()) {
      for (Index j = 0; j < part.features(); ++j)
        if (!std::isfinite(part.dense(j, k))) refuse(j, k, part.dense(j, k));
    }
  }
}

void check_labels(const Samples& part, int classes, const std::string& name, std::string_view which) {
  for (Index k = 0; k < part.count(); ++k) {
    const double label = part.labels[k];
    if (classes == 0 && !std::isfinite(label))
      throw LearningError{
          fmt::format("{}: the target of {} sample {} is {}, expected a finite number", name, which, k, label)};
    if (classes > 0 && !(label >= 0 && label < classes && label == std::floor(label)))
      throw LearningError{fmt::format("{}: the label of {} sample {} is {}, expected a class from 0 to {}", name, which,
                                      k, label, classes - 1)};
  }
}

void check_part(const Samples& part, int classes, const std::string& name, std::string_view which) {
  const Index columns = part.is_sparse() ? part.sparse.cols() : part.dense.cols();
  if (columns != part.count())
    throw LearningError{
        fmt::format("{}: the {} part has {} samples but {} labels", name, which, columns, part.count())};
  check_finite(part, name, which);
  check_labels(part, classes, name, which);
}

}  // namespace

Samples select(const Samples& samples, const std::vector<Index>& chosen) {
  Samples result;
  if (samples.is_sparse()) {
    result.sparse = select_columns(samples.sparse, chosen);
  } else {
    result = unset_samples(samples.features(), static_cast<Index>(chosen.size()));
#pragma omp parallel for schedule(static)
    for (std::size_t k = 0; k < chosen.size(); ++k)
      result.dense.col(static_cast<Index>(k)) = samples.dense.col(chosen[k]);
  }
  result.labels = samples.labels(chosen);
  return result;
}

void check_dataset(const Dataset& data) {
  if (data.train.count() == 0) throw LearningError{fmt::format("{}: there are no training samples", data.name)};
  if (data.train.features() == 0) throw LearningError{fmt::format("{}: samples have no features", data.name)};
  if (data.classes < 0 || data.classes == 1)
    throw LearningError{
        fmt::format("{}: {} classes, expected at least 2 (or 0 for regression)", data.name, data.classes)};
  check_part(data.train, data.classes, data.name, "training");
  if (data.test.count() == 0) return;
  if (data.test.features() != data.train.features())
    throw LearningError{fmt::format("{}: training samples have {} features but test samples {}", data.name,
                                    data.train.features(), data.test.features())};
  check_part(data.test, data.classes, data.name, "test");
}

}  // namespace gossamer
