#include "sim/learning/npy.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "sim/learning/npy_dataset.hpp"
#include "sim/learning/problem.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

std::string npy(const std::string& dictionary, const std::string& values, char version = 1) {
  const std::string header = dictionary + "\n";
  std::string length(version == 1 ? 2 : 4, '\0');
  length[0] = static_cast<char>(header.size());
  return std::string{"\x93NUMPY"} + version + '\0' + length + header + values;
}

std::string dictionary(const std::string& type, const std::string& order, const std::string& shape) {
  return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
}

template <class T>
std::string bytes(std::vector<T> values) {
  std::string text(values.size() * sizeof(T), '\0');
  if (!values.empty()) std::memcpy(text.data(), values.data(), text.size());
  return text;
}

template <class T>
Eigen::MatrixXd read_back(const std::string& type, const std::string& order, char version) {
  const TemporaryFolder folder;
  const std::string file = npy(dictionary(type, order, "(2, 3)"), bytes<T>({1, 2, 3, 4, 5, 6}), version);
  return read_npy_matrix(folder.write_gzipped("x.npy.gz", file));
}

}  // namespace

TEST_CASE("every supported type is read in C and in Fortran order, in each version of the format") {
  const Eigen::MatrixXd c{{1, 2, 3}, {4, 5, 6}}, fortran{{1, 3, 5}, {2, 4, 6}};
  for (const char version : {'\1', '\2', '\3'}) {
    CHECK(read_back<double>("<f8", "False", version) == c);
    CHECK(read_back<double>("<f8", "True", version) == fortran);
    CHECK(read_back<float>("<f4", "False", version) == c);
    CHECK(read_back<std::int64_t>("<i8", "True", version) == fortran);
    CHECK(read_back<std::int32_t>("<i4", "False", version) == c);
    CHECK(read_back<std::uint8_t>("|u1", "True", version) == fortran);
  }
}

TEST_CASE("what is written is read back to the bit, whatever the values") {
  const TemporaryFolder folder;
  const double inf = std::numeric_limits<double>::infinity();
  const Eigen::MatrixXd matrix{{0.1, -inf, 1e-320}, {-0.0, 1e300, 3}};
  write_npy(folder.path() / "d.npy", matrix);
  CHECK(read_npy_matrix(folder.path() / "d.npy") == matrix);
  const Eigen::MatrixXf single = matrix.cast<float>();
  write_npy(folder.path() / "s.npy", single);
  CHECK(read_npy_matrix(folder.path() / "s.npy") == single.cast<double>());
  write_npy(folder.path() / "block.npy", matrix.topRows(1));  // columns that do not touch each other
  CHECK(read_npy_matrix(folder.path() / "block.npy") == matrix.topRows(1));
  CHECK(read_npy_vector(folder.path() / "block.npy") == matrix.row(0).transpose());
  CHECK(message_of<InputError>([&] {
          write_npy(folder.path() / "no" / "d.npy", matrix);
        }).ends_with("d.npy: cannot be written"));
}

TEST_CASE("written data start at a multiple of 64 bytes, as the format demands") {
  const TemporaryFolder folder;
  const Eigen::MatrixXd matrix = Eigen::MatrixXd::Ones(3, 5);
  write_npy(folder.path() / "x.npy", matrix);
  const std::string file = TemporaryFolder::read(folder.path() / "x.npy");
  CHECK((file.size() - 3 * 5 * 8) % 64 == 0);
  CHECK(file[file.size() - 3 * 5 * 8 - 1] == '\n');
  CHECK(file.find("'shape': (3, 5), }") != std::string::npos);
}

TEST_CASE("a broken NPY file is refused with what is wrong about it") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& file, const std::string& sentence) {
    const auto path = folder.write("x.npy", file);
    const std::string message = message_of<InputError>([&] { read_npy_vector(path); });
    CHECK(message == path.string() + ": " + sentence);
  };
  const std::string one = bytes<double>({1});
  refused("NUMPY is not the magic", "no NPY file: it does not start with \\x93NUMPY");
  refused("\x93NUM", "the file ends within the NPY header");
  refused(npy("{", "", 9), "NPY version 9, expected 1, 2 or 3");
  refused(npy(dictionary("<f8", "False", "(1,)"), one).substr(0, 30), "the file ends within the NPY header");
  refused(std::string{"\x93NUMPY\2\0\xff\xff\xff\x7f", 12}, "an NPY header of 2147483647 bytes is too long");
  const std::string wrong = "the NPY header does not say descr, fortran_order and shape of one plain array";
  refused(npy("{'descr': '<f8', 'shape': (1,)}", one), wrong);
  refused(npy(dictionary("<f8", "False", "(x,)"), one), wrong);
  refused(npy(dictionary("<f8", "False", "(-1,)"), one), wrong);
  refused(npy(dictionary("<f8", "False", "(99999999999999999999,)"), one), wrong);
  refused(npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", one), wrong);
  refused(npy(dictionary("<f8", "False", "()"), one), "an array of 0 dimensions, expected 1 or 2");
  refused(npy(dictionary("<f8", "False", "(1, 1, 1)"), one), "an array of 3 dimensions, expected 1 or 2");
  refused(npy(dictionary("<f8", "False", "(4000000, 4000000)"), one), "the NPY header announces more than 2^40 values");
  refused(npy(dictionary(">f8", "False", "(1,)"), one),
          "values of type \">f8\" are not supported, expected one of <f4, <f8, <i4, <i8, |u1");
  refused(npy(dictionary("<f8", "False", "(2,)"), one),
          "the file ends after 1 of the 2 values that its header announces");
  refused(npy(dictionary("<f8", "False", "(1,)"), one + "x"),
          "more data follow the 1 values that its header announces");
  refused(npy(dictionary("<i8", "False", "(1,)"), bytes<std::int64_t>({(std::int64_t{1} << 53) + 1})),
          "integer 9007199254740993 is beyond 2^53, no double holds it");
  refused(npy(dictionary("<f8", "False", "(2, 2)"), one + one + one + one),
          "an array of shape (2, 2), expected a vector");
}

TEST_CASE("an NPY data set has one sample per row of its features") {
  const TemporaryFolder folder;
  const NpyFiles files{
      .features = folder.write("X.npy", npy(dictionary("<f8", "False", "(3, 2)"), bytes<double>({1, 2, 3, 4, 5, 6}))),
      .labels = folder.write("y.npy", npy(dictionary("<i4", "False", "(3,)"), bytes<std::int32_t>({7, -1, 7}))),
      .test_features = folder.write("Xt.npy", npy(dictionary("<f8", "False", "(1, 2)"), bytes<double>({8, 9}))),
      .test_labels = folder.write("yt.npy", npy(dictionary("<i4", "False", "(1,)"), bytes<std::int32_t>({-1})))};
  const Dataset data = read_npy_dataset(files);
  CHECK(data.classes == 2);
  CHECK(data.train.dense == Eigen::MatrixXd{{1, 3, 5}, {2, 4, 6}});
  CHECK(data.train.labels == Eigen::VectorXd{{1, 0, 1}});
  CHECK(data.test.labels == Eigen::VectorXd{{0}});
  CHECK(read_npy_dataset(files, Targets::values).train.labels == Eigen::VectorXd{{7, -1, 7}});
}

TEST_CASE("NPY files that do not fit each other or are not finite are refused") {
  const TemporaryFolder folder;
  const auto array = [&](const std::string& name, const std::string& shape, std::vector<double> values) {
    return folder.write(name, npy(dictionary("<f8", "False", shape), bytes(std::move(values))));
  };
  const auto complaint = [](const NpyFiles& files) {
    return message_of<InputError>([&] { read_npy_dataset(files); });
  };
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
