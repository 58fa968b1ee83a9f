#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// The name of sample k in messages: "a9a:17" or "y.npy: sample 3".
using SampleName = std::function<std::string(Index)>;

/// The names of the samples of a file: "y.npy: sample 3".
SampleName samples_of(const std::filesystem::path& path);

/// The classes of a training part: its distinct labels, which are integers, in ascending order, numbered from 0.
///
/// So −1 and +1 become 0 and 1, and 3, 5, 9 become 0, 1, 2.
class ClassLabels {
 public:
  /// Throws LearningError if a label is no integer, or if fewer than two labels are distinct.
  ClassLabels(const Eigen::VectorXd& labels, const std::string& name, const SampleName& name_of_sample);

  int count() const { return static_cast<int>(distinct_.size()); }

  /// The label of each class.
  const std::vector<double>& labels() const { return distinct_; }

  /// Whether each label is the number of its class.
  bool are_numbers() const { return distinct_.front() == 0 && distinct_.back() == count() - 1; }

  /// Replaces each label by the number of its class; throws LearningError for a label that is none of the classes.
  void renumber(Eigen::VectorXd& labels, const SampleName& name_of_sample) const;

  /// "-1, 1", shortened if there are many.
  std::string list() const;

 private:
  std::vector<double> distinct_;
};

/// The meaning of the labels in files.
struct LabelMeaning {
  Targets targets = Targets::classes;
  std::optional<int> classes = {};  ///< if given, labels are the numbers 0 … classes − 1 of their classes
};

/// The places of the labels of both parts, for messages.
struct LabelNames {
  std::string name;  ///< of the training labels
  SampleName train;
  SampleName test;
};

/// Replaces the labels that a reader found by their meaning: real targets stay as they are; classes are numbered as in
/// `ClassLabels`, and a note of the data set names their labels if these are not their numbers.
/// Throws LearningError as `ClassLabels`, and for a label that is none of the `classes`.
void interpret_labels(Dataset& data, const LabelMeaning& meaning, const LabelNames& names);

}  // namespace gossamer
