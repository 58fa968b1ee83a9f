#include "sim/learning/data/npy_dataset.hpp"

#include <cmath>

#include <fmt/format.h>

#include "sim/learning/data/class_labels.hpp"
#include "sim/learning/data/npy.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

/// Refuses numbers that are not finite. The message names their file.
void check_finite(const Eigen::MatrixXd& values, const std::filesystem::path& path) {
  if (values.allFinite()) return;
  for (Index k = 0; k < values.cols(); ++k)
    for (Index j = 0; j < values.rows(); ++j)
      if (!std::isfinite(values(j, k)))
        throw LearningError{fmt::format("{}: value {} of sample {} is {}, expected a finite number", path.string(), j,
                                        k, values(j, k))};
}

Samples read_arrays(const std::filesystem::path& features, const std::filesystem::path& labels) {
  Samples part;
  part.dense = read_npy_rows(features);
  part.labels = read_npy_vector(labels);
  check_finite(part.dense, features);
  check_finite(part.labels.transpose(), labels);
  if (part.labels.size() != part.dense.cols())
    throw LearningError{fmt::format("{}: {} labels for the {} rows of {}", labels.string(), part.labels.size(),
                                    part.dense.cols(), features.filename().string())};
  if (part.dense.size() == 0)
    throw LearningError{fmt::format("{}: {} samples of {} features, expected some", features.string(),
                                    part.dense.cols(), part.dense.rows())};
  return part;
}

}  // namespace

Dataset read_npy_dataset(const NpyFiles& files, const LabelMeaning& meaning) {
  if (files.test_features.has_value() != files.test_labels.has_value())
    throw LearningError{fmt::format("{}: test features and test labels are given together or not at all",
                                    (files.test_features ? files.test_features : files.test_labels)->string())};
  Dataset data;
  data.name = files.features.filename().string();
  data.train = read_arrays(files.features, files.labels);
  if (files.test_features) {
    data.test = read_arrays(*files.test_features, *files.test_labels);
    if (data.test.features() != data.train.features())
      throw LearningError{fmt::format("{}: {} features, but the training samples have {}",
                                      files.test_features->string(), data.test.features(), data.train.features())};
  }
  interpret_labels(data, meaning,
                   {.name = files.labels.string(),
                    .train = samples_of(files.labels),
                    .test = samples_of(files.test_labels.value_or(files.labels))});
  return data;
}

}  // namespace gossamer
