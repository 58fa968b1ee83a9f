#pragma once
#include <cstdint>
#include <memory>
#include <span>

#include <Eigen/Core>
#include <Eigen/SparseCore>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/dataset.hpp"
#include "sim/numerics/objective.hpp"

namespace gossamer {

/// Samples in the scalar type of a simulation. A dense sample is one contiguous row of features, which kernels read in
/// place.
template <class Scalar>
class SampleTable {
 public:
  using Sparse = Eigen::SparseMatrix<Scalar, Eigen::ColMajor, std::int32_t>;

  /// Converts the samples once. Doubles are not copied: `samples` must outlive the table.
  explicit SampleTable(const Samples& samples);

  Index count() const { return count_; }
  Index features() const { return features_; }
  bool is_sparse() const { return dense_ == nullptr && count_ > 0; }

  /// The features of dense sample k.
  const Scalar* row(Index k) const { return dense_ + k * features_; }

  /// Sparse samples, one per column.
  const Sparse& sparse() const { return sparse_; }

  double label(Index k) const { return (*labels_)[k]; }

  /// Pointers to the features of dense samples, in the workspace.
  std::span<const Scalar* const> rows(std::span<const Index> samples, Workspace& workspace) const;

  /// The classes of samples, in the workspace.
  std::span<const std::int32_t> classes(std::span<const Index> samples, Workspace& workspace) const;

 private:
  Index count_ = 0;
  Index features_ = 0;
  const Eigen::VectorXd* labels_ = nullptr;
  Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> converted_;
  const Scalar* dense_ = nullptr;
  Sparse sparse_;
};

}  // namespace gossamer
