#include "topologies/files/matrix_file.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "sim/ground/input_file.hpp"
#include "sim/ground/npy_format.hpp"
#include "sim/ground/written_file.hpp"
#include "topologies/files/file_graph.hpp"
#include "topologies/files/matrix_market.hpp"
#include "topologies/files/text_lines.hpp"

namespace gossamer {
namespace {

constexpr NodeId most_dense_nodes = NodeId{1} << 15;

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view sentence) {
  throw TopologyError{fmt::format("{}: {}", path.string(), sentence)};
}

/// A NumPy array of `dimensions` dimensions, of which the last two are n.
class SquareArrays {
 public:
  SquareArrays(const std::filesystem::path& path, std::size_t dimensions) : file_{path}, reader_{file_} {
    const std::vector<Index>& shape = reader_.shape();
    const bool fits = shape.size() == dimensions && shape.front() >= 1 && shape.back() == shape[dimensions - 2] &&
                      shape.back() >= 1 && shape.back() <= most_dense_nodes;
    if (!fits)
      reader_.fail(fmt::format("an array of shape {}, expected ({}n, n) with n from 1 to {}", reader_.shape_text(),
                               dimensions == 3 ? "T, " : "", most_dense_nodes));
  }

  NpyReader& reader() { return reader_; }
  NodeId nodes() const { return static_cast<NodeId>(reader_.shape().back()); }

  /// The next n × n numbers, of which the first index is the row if the array is in C order.
  SparseMatrix next() {
    const NodeId n = nodes();
    SparseMatrix matrix(n, n);
    std::vector<double> row(static_cast<std::size_t>(n));
    for (NodeId i = 0; i < n; ++i) {
      reader_.read(row);
      matrix.startVec(i);
      for (NodeId j = 0; j < n; ++j)
        if (const double value = row[static_cast<std::size_t>(j)]; value != 0) matrix.insertBack(i, j) = value;
    }
    matrix.finalize();
    return matrix;
  }

 private:
  InputFile file_;
  NpyReader reader_;
};

SparseMatrix read_npy(const std::filesystem::path& path) {
  SquareArrays array{path, 2};
  SparseMatrix matrix = array.next();
  array.reader().finish();
  if (array.reader().first_index_fastest()) return matrix.transpose();
  return matrix;
}

/// Arrays in which the number of the round changes fastest: all numbers at once.
std::vector<SparseMatrix> interleaved(SquareArrays& array) {
  const NodeId n = array.nodes();
  const auto rounds = static_cast<std::size_t>(array.reader().shape()[0]);
  std::vector<std::vector<Eigen::Triplet<double, NodeId>>> entries(rounds);
  std::vector<double> values(rounds);
  for (NodeId j = 0; j < n; ++j)
    for (NodeId i = 0; i < n; ++i) {
      array.reader().read(values);
      for (std::size_t k = 0; k < rounds; ++k)
        if (values[k] != 0) entries[k].emplace_back(i, j, values[k]);
    }
  std::vector<SparseMatrix> result;
  for (const auto& triplets : entries) {
    result.emplace_back(n, n);
    result.back().setFromTriplets(triplets.begin(), triplets.end());
  }
  return result;
}

std::vector<SparseMatrix> read_npy_rounds(const std::filesystem::path& path) {
  SquareArrays array{path, 3};
  std::vector<SparseMatrix> result;
  if (array.reader().first_index_fastest())
    result = interleaved(array);
  else
    for (Index k = 0; k < array.reader().shape()[0]; ++k) result.push_back(array.next());
  array.reader().finish();
  return result;
}

using FileWeight = MatrixMarket::Entry;

/// The matrix of weights that are each there once. Every row has a weight, so it is no larger than their list.
SparseMatrix matrix_of(const std::vector<FileWeight>& weights, NodeId n, const std::filesystem::path& path) {
  std::vector<bool> has_weight(static_cast<std::size_t>(n));
  for (const FileWeight& weight : weights) has_weight[static_cast<std::size_t>(weight.row)] = true;
  const auto without = std::find(has_weight.begin(), has_weight.end(), false);
  if (without != has_weight.end())
    fail(path, fmt::format("row {} of {} has no weight, expected one in each from 0", without - has_weight.begin(), n));
  std::vector<Eigen::Triplet<double, NodeId>> triplets;
  triplets.reserve(weights.size());
  for (const FileWeight& w : weights) triplets.emplace_back(w.row, w.column, w.value);
  SparseMatrix matrix(n, n);
  matrix.setFromTriplets(triplets.begin(), triplets.end());
  return matrix;
}

SparseMatrix read_triplets(const std::filesystem::path& path) {
  TextLines lines{path};
  std::vector<FileWeight> weights;
  NodeId n = 0;
  while (lines.next()) {
    if (lines.fields().size() != 3)
      lines.fail(fmt::format("{} fields, expected row, column and weight \"i j w\"", lines.fields().size()));
    const double weight = lines.number(2);
    if (!std::isfinite(weight)) lines.fail(fmt::format("the weight is {}, expected a finite number", weight));
    weights.push_back({.row = lines.node(0), .column = lines.node(1), .value = weight, .line = lines.line()});
    n = std::max({n, weights.back().row + 1, weights.back().column + 1});
  }
  const auto place = [](const FileWeight& w) { return std::tie(w.row, w.column); };
  std::ranges::stable_sort(weights, {}, place);
  if (const auto twice = std::ranges::adjacent_find(weights, {}, place); twice != weights.end())
    fail_at(path.string(), std::next(twice)->line,
            fmt::format("the weight at row {}, column {} is there twice, first on line {}", twice->row, twice->column,
                        twice->line));
  return matrix_of(weights, n, path);
}

SparseMatrix read_market(const std::filesystem::path& path) {
  const MatrixMarket matrix = read_matrix_market(path);
  if (!matrix.has_values) fail(path, "a pattern without values, expected the type real or integer");
  return matrix_of(matrix.entries, matrix.size, path);
}

SparseMatrix read_matrix(const std::filesystem::path& path) {
  const std::filesystem::path name = path.extension() == ".gz" ? path.stem() : path;
  if (name.extension() == ".npy") return read_npy(path);
  return name.extension() == ".mtx" || is_matrix_market(path) ? read_market(path) : read_triplets(path);
}

}  // namespace

Mixing mixing_from_file(const std::filesystem::path& path, Stochasticity stochasticity) {
  SparseMatrix matrix = read_matrix(path);
  try {
    return Mixing{std::move(matrix), {.stochasticity = stochasticity}};
  } catch (const InputError& error) {
    fail(path, error.what());
  }
}

std::vector<Mixing> rounds_from_file(const std::filesystem::path& path, Stochasticity stochasticity) {
  std::vector<SparseMatrix> matrices = read_npy_rounds(path);
  std::vector<Mixing> rounds;
  for (SparseMatrix& matrix : matrices) {
    try {
      rounds.emplace_back(std::move(matrix),
                          MixingPromise{.stochasticity = stochasticity, .connectivity = Connectivity::any});
    } catch (const InputError& error) {
      fail(path, fmt::format("W({}): {}", rounds.size(), error.what()));
    }
  }
  return rounds;
}

void write_npy(const Mixing& mixing, const std::filesystem::path& path) {
  const NodeId n = mixing.size();
  if (n > most_dense_nodes)
    fail(path, fmt::format("a dense matrix of {} nodes is too large, expected at most {}", n, most_dense_nodes));
  write_file(path, [&](std::ostream& out) {
    out << npy_header("<f8", false, std::vector<Index>{n, n});
    const SparseMatrix w = mixing.matrix();
    Eigen::RowVectorXd row(n);
    for (NodeId i = 0; i < n; ++i) {
      row = w.row(i);
      out.write(reinterpret_cast<const char*>(row.data()), static_cast<std::streamsize>(sizeof(double)) * n);
    }
  });
}

}  // namespace gossamer
