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
  std::optional<Index> features = {};     ///< d; the number that the indices of both parts need where it is not given
  std::optional<Index> first_index = {};  ///< 0 or 1; 0 if it occurs in a part, else 1, where it is not given
};

/// Reads data in the format of LIBSVM (Chang, Lin, "LIBSVM: a library for support vector machines", ACM TIST 2011),
/// plain or gzipped: one sample a line, "label index:value index:value …", indices ascending. Blanks may follow a
/// colon. Lines without a sample are passed over, and so are comments after '#', and the number of a query ("qid:7",
/// data for ranking) behind a label.
///
/// Features are sparse; an explicit zero takes no entry. `interpret_labels` gives labels their meaning. The data set
/// has a note if index 0 alone shows that indices start there.
/// Throws LearningError with file and line for a line of another form, several labels of one sample, an index that is
/// out of order, below the first one or beyond `features`, numbers that are not finite, and as `interpret_labels`.
Dataset read_libsvm(const std::filesystem::path& path, const LibsvmOptions& options = {});

}  // namespace gossamer
