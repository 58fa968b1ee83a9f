#include "sim/learning/data/npy.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "sim/learning/data/npy_dataset.hpp"
#include "sim/learning/problem.hpp"
#include "tests/array_files.hpp"
#include "tests/sim/learning/matrix_files.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

using gossamer::testing::array_bytes;
using gossamer::testing::ByteOrder;
using gossamer::testing::npy;
using gossamer::testing::npy_dictionary;
using gossamer::testing::write_matrix;

std::string doubles(const std::string& shape, const std::vector<double>& values, const std::string& order = "False") {
  return npy(npy_dictionary("<f8", order, shape), array_bytes(values, 'f', 8, ByteOrder::little));
}

}  // namespace

TEST_CASE("an array is a matrix, or its transpose, in C and in Fortran order, plain or gzipped") {
  const TemporaryFolder folder;
  const Eigen::MatrixXd c{{1, 2, 3}, {4, 5, 6}}, fortran{{1, 3, 5}, {2, 4, 6}};
  const auto in_c = folder.write_gzipped("c.npy.gz", doubles("(2, 3)", {1, 2, 3, 4, 5, 6}));
  const auto in_fortran = folder.write("f.npy", doubles("(2, 3)", {1, 2, 3, 4, 5, 6}, "True"));
  CHECK(read_npy_matrix(in_c) == c);
  CHECK(read_npy_rows(in_c) == c.transpose());
  CHECK(read_npy_matrix(in_fortran) == fortran);
  CHECK(read_npy_rows(in_fortran) == fortran.transpose());
}

TEST_CASE("an array without dimensions is a number, and one of one dimension a column") {
  const TemporaryFolder folder;
  CHECK(read_npy_matrix(folder.write("x.npy", doubles("()", {7}))) == Eigen::MatrixXd{{7}});
  CHECK(read_npy_matrix(folder.write("x.npy", doubles("(2,)", {7, 8}))) == Eigen::MatrixXd{{7}, {8}});
  CHECK(read_npy_rows(folder.write("x.npy", doubles("(2,)", {7, 8}))) == Eigen::MatrixXd{{7, 8}});
}

TEST_CASE("what is written is read back to the bit, whatever the values") {
  const TemporaryFolder folder;
  const double inf = std::numeric_limits<double>::infinity();
  const Eigen::MatrixXd matrix{{0.1, -inf, 1e-320}, {-0.0, 1e300, 3}};
  write_matrix(folder.path() / "d.npy", matrix);
  CHECK(read_npy_matrix(folder.path() / "d.npy") == matrix);
  const Eigen::MatrixXf single = matrix.cast<float>();
  write_matrix(folder.path() / "s.npy", single);
  CHECK(read_npy_matrix(folder.path() / "s.npy") == single.cast<double>());
  write_matrix(folder.path() / "block.npy", Eigen::MatrixXd{matrix.topRows(1)});
  CHECK(read_npy_matrix(folder.path() / "block.npy") == matrix.topRows(1));
  CHECK(read_npy_vector(folder.path() / "block.npy") == matrix.row(0).transpose());
  CHECK(message_of<InputError>([&] {
          write_matrix(folder.path() / "no" / "d.npy", matrix);
        }).ends_with("d.npy: cannot be written: No such file or directory"));
}

TEST_CASE("written data start at a multiple of 64 bytes, as the format demands") {
  const TemporaryFolder folder;
  const Eigen::MatrixXd matrix = Eigen::MatrixXd::Ones(3, 5);
  write_matrix(folder.path() / "x.npy", matrix);
  const std::string file = TemporaryFolder::read(folder.path() / "x.npy");
  CHECK((file.size() - 3 * 5 * 8) % 64 == 0);
  CHECK(file[file.size() - 3 * 5 * 8 - 1] == '\n');
  CHECK(file.find("'shape': (3, 5), }") != std::string::npos);
}

TEST_CASE("an array of another shape is refused with what is wrong about it") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& file, const std::string& sentence) {
    const auto path = folder.write("x.npy", file);
    CHECK(message_of<InputError>([&] { read_npy_vector(path); }) == path.string() + ": " + sentence);
  };
  refused(doubles("(1, 1, 1)", {1}),
          "an array of shape (1, 1, 1), expected 1 or 2 dimensions: in NumPy, X.reshape(len(X), -1) makes one row of "
          "each X[k]");
  refused(doubles("(2, 2)", {1, 2, 3, 4}), "an array of shape (2, 2), expected a vector");
}

TEST_CASE("an NPY data set has one sample per row of its features") {
  const TemporaryFolder folder;
  const auto integers = [&](const std::string& name, const std::string& shape, const std::vector<double>& values) {
    return folder.write(name, npy(npy_dictionary(">i2", "False", shape), array_bytes(values, 'i', 2, ByteOrder::big)));
  };
  const NpyFiles files{.features = folder.write("X.npy", doubles("(3, 2)", {1, 2, 3, 4, 5, 6})),
                       .labels = integers("y.npy", "(3,)", {7, -1, 7}),
                       .test_features = folder.write("Xt.npy", doubles("(1, 2)", {8, 9})),
                       .test_labels = integers("yt.npy", "(1,)", {-1})};
  const Dataset data = read_npy_dataset(files);
  CHECK(data.classes == 2);
  CHECK(data.train.dense == Eigen::MatrixXd{{1, 3, 5}, {2, 4, 6}});
  CHECK(data.train.labels == Eigen::VectorXd{{1, 0, 1}});
  CHECK(data.test.labels == Eigen::VectorXd{{0}});
  CHECK(read_npy_dataset(files, {.targets = Targets::values}).train.labels == Eigen::VectorXd{{7, -1, 7}});
}

TEST_CASE("booleans are the labels 0 and 1, and the features 0 and 1") {
  const TemporaryFolder folder;
  const auto booleans = [&](const std::string& name, const std::string& shape, const std::vector<double>& values) {
    return folder.write(name,
                        npy(npy_dictionary("|b1", "False", shape), array_bytes(values, 'b', 1, ByteOrder::little)));
  };
  const Dataset data = read_npy_dataset({.features = booleans("X", "(2, 3)", {0, 1, 1, 1, 0, 1}),
                                         .labels = booleans("y", "(2, 1)", {1, 0}),
                                         .test_features = std::nullopt,
                                         .test_labels = std::nullopt});
  CHECK(data.classes == 2);
  CHECK(data.train.labels == Eigen::VectorXd{{1, 0}});
  CHECK(data.train.dense == Eigen::MatrixXd{{0, 1}, {1, 0}, {1, 1}});
  CHECK(data.notes.empty());
}

TEST_CASE("NPY files that do not fit each other or are not finite are refused") {
  const TemporaryFolder folder;
  const auto array = [&](const std::string& name, const std::string& shape, const std::vector<double>& values) {
    return folder.write(name, doubles(shape, values));
  };
  const auto complaint = [](const NpyFiles& files) { return message_of<InputError>([&] { read_npy_dataset(files); }); };
  NpyFiles files{.features = array("X", "(2, 1)", {1, 2}),
                 .labels = array("y", "(3,)", {0, 1, 0}),
                 .test_features = std::nullopt,
                 .test_labels = std::nullopt};
  CHECK(complaint(files).ends_with("y: 3 labels for the 2 rows of X"));
  files.labels = array("y", "(2,)", {0, 1.5});
  CHECK(complaint(files).find("y: sample 1: label 1.5 is no integer") != std::string::npos);
  files.labels = array("y", "(2,)", {0, 1});
  files.test_labels = files.labels;
  CHECK(complaint(files).find("given together or not at all") != std::string::npos);
  files.test_features = array("Xt", "(2, 2)", {1, 2, 3, 4});
  CHECK(complaint(files).ends_with("Xt: 2 features, but the training samples have 1"));
  files.features = array("X", "(2, 1)", {1, std::nan("")});
  CHECK(complaint(files).ends_with("X: value 0 of sample 1 is nan, expected a finite number"));
  files.features = array("X", "(0, 3)", {});
  files.labels = array("y", "(0,)", {});
  CHECK(complaint(files).ends_with("X: 0 samples of 3 features, expected some"));
}
