#pragma once
#include <filesystem>
#include <optional>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/class_labels.hpp"
#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// Options for reading LIBSVM files.
struct LibsvmOptions {
  std::optional<std::filesystem::path> test_path = {};
  LabelMeaning meaning = {};
  std::optional<Index> features = {};     ///< d; if empty, the smallest number that fits all indices
  std::optional<Index> first_index = {};  ///< 0 or 1; if empty, 0 if it occurs in a part, otherwise 1
};

/// Reads data in the format of LIBSVM (Chang, Lin, "LIBSVM: a library for support vector machines", ACM TIST 2011),
/// plain or gzipped: one sample a line, "label index:value index:value …", indices ascending. Blanks may follow a
/// colon. Lines without a sample are skipped, and so are comments after '#', and the number of a query after a label
/// ("qid:7", in data for ranking).
///
/// Features are sparse; an explicit zero takes no entry. `interpret_labels` gives labels their meaning. The data set
/// has a note if index 0 alone shows that indices start there.
/// Throws LearningError with file and line for a line of another form, several labels of one sample, an index that is
/// out of order, below the first one or above `features`, numbers that are not finite, and as `interpret_labels` does.
Dataset read_libsvm(const std::filesystem::path& path, const LibsvmOptions& options = {});

}  // namespace gossamer
