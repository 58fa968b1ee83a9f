#pragma once
#include <cstddef>
#include <filesystem>
#include <span>

#include <Eigen/Core>

namespace gossamer {

/// NumPy's array files as `NpyReader` reads them, plain or gzipped, and written plain.
///
/// Errors  InputError with the file's name for all that `NpyReader` refuses, for more than two dimensions, and if the
///         file cannot be written.

/// An array of two dimensions; one of a single dimension is a column, and a single number a matrix of one element.
Eigen::MatrixXd read_npy_matrix(const std::filesystem::path& path);

/// The same, transposed: each row of the array is a column. Takes memory once if the array is in C order.
Eigen::MatrixXd read_npy_rows(const std::filesystem::path& path);

/// An array of one dimension, or of two of which one is 1.
Eigen::VectorXd read_npy_vector(const std::filesystem::path& path);

/// Writes at least one row of numbers as "<f8" or "<f4" in Fortran order, shape (rows, columns). The rows are raw numbers
/// of 8 or 4 bytes, as many in each row.
void write_npy(const std::filesystem::path& path, std::span<const std::span<const std::byte>> rows,
               std::size_t number_bytes);

}  // namespace gossamer
