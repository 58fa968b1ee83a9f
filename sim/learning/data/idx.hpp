#pragma once
#include <filesystem>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/class_labels.hpp"
#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// An array of numbers.
struct IdxArray {
  std::vector<Index> shape;
  Eigen::MatrixXd values;  ///< one column for each value of the first index, in which the last index changes fastest
};

/// Reads an IDX file, plain or gzipped (LeCun, Cortes, Burges, "The MNIST database of handwritten digits"): a magic
/// number 0 0 t k, k big-endian sizes of 4 bytes, the values. The type t is 0x08 (unsigned bytes), 0x09 (signed bytes),
/// 0x0B, 0x0C (integers of 2 and 4 bytes), 0x0D or 0x0E (floats of 4 and 8 bytes), all big-endian.
///
/// Throws InputError for another magic number, a size of zero, and as `NumberReader`.
IdxArray read_idx(const std::filesystem::path& path);

/// The four files of a data set in MNIST's manner; the test part may be missing.
struct IdxFiles {
  std::filesystem::path train_images;
  std::filesystem::path train_labels;
  std::optional<std::filesystem::path> test_images;
  std::optional<std::filesystem::path> test_labels;
};

/// The files of a folder under their usual names: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-… and
/// t10k-labels-…, each also with a dot before "idx" and with ".gz". Throws LearningError if one is missing.
IdxFiles find_idx_files(const std::filesystem::path& folder);

/// Images as dense columns of their values in R^{rows·columns}, such as bytes 0 … 255, and labels that
/// `interpret_labels` has replaced.
///
/// Throws LearningError if the numbers of images and labels differ, if the shapes of the parts differ, and as
/// `interpret_labels` does.
Dataset read_idx_dataset(const IdxFiles& files, const LabelMeaning& meaning = {});

}  // namespace gossamer
