#include "sim/learning/npy.hpp"

#include <algorithm>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/ground/input_file.hpp"
#include "sim/learning/problem.hpp"
#include "sim/npy_format.hpp"

namespace gossamer {
namespace {

[[noreturn]] void refuse(const std::string& name, std::string_view sentence) {
  throw LearningError{fmt::format("{}: {}", name, sentence)};
}

/// All values, as memory allows: a header may announce more than follows.
std::vector<double> values_of(NpyReader& reader, Index count) {
  constexpr Index step = Index{1} << 16;
  std::vector<double> values;
  while (static_cast<Index>(values.size()) < count) {
    const std::size_t done = values.size();
    values.resize(done + static_cast<std::size_t>(std::min(step, count - static_cast<Index>(done))));
    reader.read(std::span{values}.subspan(done));
  }
  reader.finish();
  return values;
}

Eigen::MatrixXd read_matrix(NpyReader& reader) {
  const std::vector<Index>& shape = reader.shape();
  if (shape.empty() || shape.size() > 2)
    reader.fail(fmt::format("an array of {} dimensions, expected 1 or 2", shape.size()));
  const Index rows = shape[0], columns = shape.size() < 2 ? 1 : shape[1];
  const std::vector<double> values = values_of(reader, rows * columns);
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  if (reader.first_index_fastest()) return Eigen::Map<const Eigen::MatrixXd>(values.data(), rows, columns);
  return Eigen::Map<const RowMajor>(values.data(), rows, columns);
}

template <class Matrix>
void write(const std::filesystem::path& path, const Matrix& matrix, std::string_view type) {
  std::ofstream file{path, std::ios::binary};
  file << npy_header(type, true, std::vector<Index>{matrix.rows(), matrix.cols()});
  const auto column_bytes = static_cast<std::streamsize>(sizeof(typename Matrix::Scalar)) * matrix.rows();
  for (Index k = 0; k < matrix.cols(); ++k)
    file.write(reinterpret_cast<const char*>(matrix.col(k).data()), column_bytes);
  file.close();
  if (!file) refuse(path.string(), "cannot be written");
}

}  // namespace

Eigen::MatrixXd read_npy_matrix(const std::filesystem::path& path) {
  InputFile file{path};
  NpyReader reader{[&file](void* to, std::size_t size) { return file.read(to, size); }, file.name()};
  return read_matrix(reader);
}

Eigen::VectorXd read_npy_vector(const std::filesystem::path& path) {
  const Eigen::MatrixXd matrix = read_npy_matrix(path);
  if (matrix.rows() != 1 && matrix.cols() != 1)
    refuse(path.string(), fmt::format("an array of shape ({}, {}), expected a vector", matrix.rows(), matrix.cols()));
  return matrix.reshaped();
}

void write_npy(const std::filesystem::path& path, const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
  write(path, matrix, "<f8");
}
void write_npy(const std::filesystem::path& path, const Eigen::Ref<const Eigen::MatrixXf>& matrix) {
  write(path, matrix, "<f4");
}

}  // namespace gossamer
