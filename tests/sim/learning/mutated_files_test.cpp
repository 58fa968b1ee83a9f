#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/learning/data/idx.hpp"
#include "sim/learning/data/libsvm.hpp"
#include "sim/learning/data/npy_dataset.hpp"
#include "sim/learning/models/interpolated.hpp"
#include "sim/learning/models/quadratics.hpp"
#include "tests/array_files.hpp"
#include "tests/mutations.hpp"

namespace gossamer::testing {
namespace {

TEST_CASE("Damaged LIBSVM files are read or refused, and nothing else") {
  const std::string text = "-1 1:0.5 3:-2e1  # tail\n+1 qid:3 2: .5 4:7\n-1 1:1 2:2 3:3 4:4\n1 3:1\n";
  const auto read = [](const std::filesystem::path& path) { read_libsvm(path, {.test_path = path}); };
  check_mutants("x.svm", text, read);
  check_mutants("x.svm.gz", text, read, true);
}

TEST_CASE("Damaged NPY files are read or refused, and nothing else") {
  const std::string labels =
      npy(npy_dictionary("<i4", "False", "(6,)"), array_bytes({1, 2, 3, 1, 2, 3}, 'i', 4, ByteOrder::little));
  const std::string features = npy(npy_dictionary(">f2", "True", "(6, 2)"), std::string(24, '\x31'));
  const TemporaryFolder folder;
  const auto good_labels = folder.write("y.npy", labels), good_features = folder.write("X.npy", features);
  const auto read = [](const std::filesystem::path& x, const std::filesystem::path& y) {
    read_npy_dataset({.features = x, .labels = y, .test_features = x, .test_labels = y});
  };
  check_mutants("y.npy", labels, [&](const std::filesystem::path& path) { read(good_features, path); });
  check_mutants("X.npy", features, [&](const std::filesystem::path& path) { read(path, good_labels); });
  check_mutants(
      "X.npy.gz", features, [&](const std::filesystem::path& path) { read(path, good_labels); }, true);
}

TEST_CASE("Damaged IDX files are read or refused, and nothing else") {
  const std::string labels = idx(0x0C, {6}, array_bytes({1, 2, 3, 1, 2, 3}, 'i', 4, ByteOrder::big));
  const std::string images = idx(0x08, {6, 2, 2}, "abcdefghijklmnopqrstuvwx");
  const TemporaryFolder folder;
  const auto good_labels = folder.write("labels", labels), good_images = folder.write("images", images);
  const auto read = [](const std::filesystem::path& x, const std::filesystem::path& y) {
    read_idx_dataset({.train_images = x, .train_labels = y, .test_images = x, .test_labels = y});
  };
  check_mutants("labels", labels, [&](const std::filesystem::path& path) { read(good_images, path); });
  check_mutants("images", images, [&](const std::filesystem::path& path) { read(path, good_labels); });
  check_mutants(
      "images.gz", images, [&](const std::filesystem::path& path) { read(path, good_labels); }, true);
}

TEST_CASE("Damaged files of quadratics are read or refused, and nothing else") {
  check_mutants("q.json", R"({"A": [[[2, 0.5], [0.5, 1]], [[1, 0], [0, 3]]], "b": [[1, -1], [0.25, 1e3]]})",
                [](const std::filesystem::path& path) { read_quadratics(path); });
}

TEST_CASE("Damaged files of interpolated functions are read or refused, and nothing else") {
  check_mutants("p.json",
                R"({"mu": 0.1, "L": 1, "optimum": [0], "nodes": [{"x": [[0], [2]], "g": [[0], [1]], "f": [0, 1.2]}]})",
                [](const std::filesystem::path& path) { read_interpolated(path); });
}

}  // namespace
}  // namespace gossamer::testing
