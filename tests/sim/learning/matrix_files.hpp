#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/npy.hpp"

namespace gossamer::testing {

/// Writes a matrix as an NPY file of its scalar type.
template <class Scalar>
void write_matrix(const std::filesystem::path& path,
                  const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>& matrix) {
  const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> by_rows = matrix;
  std::vector<std::span<const std::byte>> rows;
  for (Index i = 0; i < by_rows.rows(); ++i)
    rows.push_back(
        std::as_bytes(std::span{by_rows.data() + i * by_rows.cols(), static_cast<std::size_t>(by_rows.cols())}));
  write_npy(path, rows, sizeof(Scalar));
}

}  // namespace gossamer::testing
