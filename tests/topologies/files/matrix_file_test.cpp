#include "topologies/files/matrix_file.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/topologies/files/temporary_file.hpp"
#include "topologies/graphs/exponential.hpp"
#include "topologies/graphs/grid.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

std::string error_of(const TemporaryFile& file) {
  try {
    mixing_from_file(file.path());
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

/// A NumPy file of version 1.0 with this header and these float64 numbers.
std::string npy(const std::string& header, const std::vector<double>& numbers) {
  std::string content = "\x93NUMPY";
  content += {'\x01', '\0', static_cast<char>(header.size()), '\0'};
  content += header;
  for (const double number : numbers) content.append(reinterpret_cast<const char*>(&number), sizeof number);
  return content;
}

TEST_CASE("a W written as a NumPy array reads back to the bit, symmetric or not") {
  for (const Mixing& w : {metropolis_hastings(grid(3, 4)), uniform_weights(exponential(7))}) {
    const TemporaryFile file{"back.npy", ""};
    write_npy(w, file.path());
    CHECK((mixing_from_file(file.path()).matrix() - w.matrix()).norm() == 0);
    // The header is padded so that numbers begin at a multiple of 64 bytes, as the format asks.
    CHECK((std::filesystem::file_size(file.path()) - 8 * static_cast<std::size_t>(w.size() * w.size())) % 64 == 0);
  }
}

TEST_CASE("an array in Fortran order is read by columns") {
  const std::vector<double> circulant{0.5, 0.3, 0.2, 0.2, 0.5, 0.3, 0.3, 0.2, 0.5};
  const TemporaryFile rows{"rows.npy", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 3), }\n", circulant)};
  const TemporaryFile columns{"columns.npy",
                              npy("{'descr': '<f8', 'fortran_order': True, 'shape': (3, 3), }\n", circulant)};
  CHECK(mixing_from_file(rows.path()).weight(0, 1) == 0.3);
  CHECK(mixing_from_file(columns.path()).weight(0, 1) == 0.2);
}

TEST_CASE("weights in a text give their W") {
  const TemporaryFile file{"w.txt", "# i j w\n0 0 0.75\n0 1 0.25\n1 0 0.25\n1 1 7.5e-1\n"};
  const Mixing w = mixing_from_file(file.path());
  CHECK(w.size() == 2);
  CHECK(w.weight(1, 1) == 0.75);
}

TEST_CASE("a line that is not a weight is refused with file and line") {
  const TemporaryFile nan{"nan.txt", "0 0 0.5\n0 1 nan\n"};
  CHECK(error_of(nan) == nan.message(":2: the weight is nan, expected a finite number"));
  const TemporaryFile word{"word.txt", "0 0 half\n"};
  CHECK(error_of(word) == word.message(":1: \"half\" is not a number"));
  const TemporaryFile two{"two.txt", "0 0\n"};
  CHECK(error_of(two) == two.message(":1: 2 fields, expected row, column and weight \"i j w\""));
  const TemporaryFile twice{"twice.txt", "0 0 0.5\n0 0 0.5\n"};
  CHECK(error_of(twice) == twice.message(":2: the weight at row 0, column 0 is there twice, first on line 1"));
}

TEST_CASE("a file whose W is not doubly stochastic is refused with its name, row and sum") {
  const TemporaryFile text{"sum.txt", "0 0 0.5\n0 1 0.25\n1 0 0.5\n1 1 0.5\n"};
  CHECK(error_of(text) ==
        text.message(": mixing matrix: row 0 sums to 0.75, expected 1 (W must be doubly stochastic)"));
  const TemporaryFile empty{"empty.txt", ""};
  CHECK(error_of(empty) == empty.message(": the file is empty"));
}

TEST_CASE("a row without a weight is refused before memory is taken for all rows") {
  const TemporaryFile large{"large.txt", "0 0 1\n268435455 0 1\n"};
  CHECK(error_of(large) == large.message(": row 1 of 268435456 has no weight, expected one in each from 0"));
  const TemporaryFile from_one{"one.txt", "1 1 0.5\n1 2 0.5\n2 1 0.5\n2 2 0.5\n"};
  CHECK(error_of(from_one) == from_one.message(": row 0 of 3 has no weight, expected one in each from 0"));
}

TEST_CASE("a file whose columns alone sum to 1 is read where that is asked for") {
  const TemporaryFile file{"columns.txt", "0 0 0.5\n0 1 0.25\n1 0 0.5\n1 1 0.75\n"};
  CHECK(error_of(file) ==
        file.message(": mixing matrix: row 0 sums to 0.75, expected 1 (W must be doubly stochastic)"));
  CHECK(mixing_from_file(file.path(), Stochasticity::columns).stochasticity() == Stochasticity::columns);
  CHECK_THROWS_AS(mixing_from_file(file.path(), Stochasticity::rows), TopologyError);
}

TEST_CASE("a NumPy file that breaks off, is not square or not of floats is refused") {
  const std::string square = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }\n";
  const TemporaryFile brief{"brief.npy", npy(square, {1, 0, 0})};
  CHECK(error_of(brief) == brief.message(": the file ends after 3 of the 4 values that its header announces"));
  const TemporaryFile excess{"excess.npy", npy(square, {0.5, 0.5, 0.5, 0.5, 0})};
  CHECK(error_of(excess) == excess.message(": more data follow the 4 values that its header announces"));
  for (const std::string shape : {"(0, 1099511627776)", "(1099511627776, 0)", "(0, 0)"}) {
    const TemporaryFile file{"shape.npy",
                             npy("{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }\n", {})};
    CHECK(error_of(file) == file.message(": an array of shape " + shape + ", expected (n, n) with n from 1 to 32768"));
  }
  const TemporaryFile large{"large.npy",
                            npy("{'descr': '<f8', 'fortran_order': False, 'shape': (32768, 32768), }\n", {1})};
  CHECK(error_of(large) == large.message(": the file ends after 1 of the 1073741824 values that its header announces"));
  const TemporaryFile oblong{"oblong.npy",
                             npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n", {1, 0, 0, 0, 1, 0})};
  CHECK(error_of(oblong) == oblong.message(": an array of shape (2, 3), expected (n, n) with n from 1 to 32768"));
  const TemporaryFile pairs{"complex.npy", npy("{'descr': '<c8', 'fortran_order': False, 'shape': (1, 1), }\n", {1})};
  CHECK(error_of(pairs).starts_with(pairs.message(": the values are complex numbers (type \"<c8\"), expected ")));
  const TemporaryFile other{"other.npy", "XY"};
  CHECK(error_of(other) == other.message(": no NPY file: it does not start with \\x93NUMPY"));
  CHECK_THROWS_WITH_AS(mixing_from_file("/nonexistent/w.npy"), "/nonexistent/w.npy: no such file", InputError);
}

}  // namespace
}  // namespace gossamer
