#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>
#include <Eigen/SparseCore>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Samples with their labels: features in R^{d×m}, one sample per column, either dense or sparse (the other is empty).
struct Samples {
  Eigen::MatrixXd dense;
  Eigen::SparseMatrix<double, Eigen::ColMajor, std::int32_t> sparse;
  Eigen::VectorXd labels;  ///< length m: a class 0 … classes − 1, or a real target if `classes` is 0

  bool is_sparse() const { return sparse.cols() > 0; }
  Index count() const { return labels.size(); }
  Index features() const { return is_sparse() ? sparse.rows() : dense.rows(); }
};

/// The data of a problem: a training and a (possibly empty) test part with the same features and classes.
struct Dataset {
  std::string name;
  int classes = 0;  ///< number of classes, 0 for regression. Two classes 0 and 1 are the labels −1 and +1
  Samples train;
  Samples test;
  std::vector<double> class_labels = {};  ///< the label of each class in its file; empty if labels are 0 … classes − 1
  bool random = true;                   ///< whether another seed may give other data
  std::vector<std::string> notes = {};  ///< for the user: one sentence each, which begins with a file
};

/// The meaning of a label: the name of a class, or the real target of a regression.
enum class Targets { classes, values };

/// The samples with the given numbers, in the given order.
Samples select(const Samples& samples, const std::vector<Index>& chosen);

/// Throws LearningError for invalid data: a part whose shapes do not fit, a feature or target that is not finite, a
/// label that is no class, an empty training part.
/// Cost: one pass over the data.
void check_dataset(const Dataset& data);

}  // namespace gossamer
