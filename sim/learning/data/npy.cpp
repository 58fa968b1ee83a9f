#include "sim/learning/data/npy.hpp"

#include <cstring>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/ground/input_file.hpp"
#include "sim/ground/npy_format.hpp"
#include "sim/ground/written_file.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

[[noreturn]] void refuse(const std::string& name, std::string_view sentence) {
  throw LearningError{fmt::format("{}: {}", name, sentence)};
}

/// An array in the order of its file: a column holds the elements that differ in the fastest index.
struct StoredArray {
  Eigen::MatrixXd values;
  bool transposed = false;  ///< whether the columns are the array's rows
};

StoredArray read_array(const std::filesystem::path& path) {
  InputFile file{path};
  NpyReader reader{file};
  const std::vector<Index>& shape = reader.shape();
  if (shape.size() > 2)
    reader.fail(fmt::format(
        "an array of shape {}, expected 1 or 2 dimensions: in NumPy, X.reshape(len(X), -1) makes one row of each X[k]",
        reader.shape_text()));
  const Index rows = shape.empty() ? 1 : shape[0], columns = shape.size() < 2 ? 1 : shape[1];
  const bool transposed = !reader.first_index_fastest();
  StoredArray array{.values = {}, .transposed = transposed};
  array.values.resize(transposed ? columns : rows, transposed ? rows : columns);
  reader.read({array.values.data(), static_cast<std::size_t>(array.values.size())});
  reader.finish();
  return array;
}

}  // namespace

Eigen::MatrixXd read_npy_matrix(const std::filesystem::path& path) {
  StoredArray array = read_array(path);
  if (array.transposed) return array.values.transpose();
  return std::move(array.values);
}

Eigen::MatrixXd read_npy_rows(const std::filesystem::path& path) {
  StoredArray array = read_array(path);
  if (!array.transposed) return array.values.transpose();
  return std::move(array.values);
}

Eigen::VectorXd read_npy_vector(const std::filesystem::path& path) {
  const Eigen::MatrixXd matrix = read_npy_matrix(path);
  if (matrix.rows() != 1 && matrix.cols() != 1)
    refuse(path.string(), fmt::format("an array of shape ({}, {}), expected a vector", matrix.rows(), matrix.cols()));
  return matrix.reshaped();
}

void write_npy(const std::filesystem::path& path, std::span<const std::span<const std::byte>> rows,
               std::size_t number_bytes) {
  const std::size_t columns = rows.front().size() / number_bytes;
  std::vector<std::byte> column(rows.size() * number_bytes);
  write_file(path, [&](std::ostream& file) {
    file << npy_header(number_bytes == sizeof(float) ? "<f4" : "<f8", true,
                       std::vector<Index>{static_cast<Index>(rows.size()), static_cast<Index>(columns)});
    for (std::size_t k = 0; k < columns; ++k) {
      for (std::size_t i = 0; i < rows.size(); ++i)
        std::memcpy(column.data() + i * number_bytes, rows[i].data() + k * number_bytes, number_bytes);
      file.write(reinterpret_cast<const char*>(column.data()), static_cast<std::streamsize>(column.size()));
    }
  });
}

}  // namespace gossamer
