#pragma once
#include <filesystem>
#include <optional>

#include "sim/learning/data/class_labels.hpp"
#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// The files of a data set in NumPy's format. Features are arrays of shape (m, d), one sample per row, as NumPy users
/// keep them; labels have length m.
struct NpyFiles {
  std::filesystem::path features;
  std::filesystem::path labels;
  std::optional<std::filesystem::path> test_features;
  std::optional<std::filesystem::path> test_labels;
};

/// Dense features, and labels that `interpret_labels` has replaced.
/// Throws LearningError if shapes do not fit or a value is not finite, and as `interpret_labels` does.
Dataset read_npy_dataset(const NpyFiles& files, const LabelMeaning& meaning = {});

}  // namespace gossamer
