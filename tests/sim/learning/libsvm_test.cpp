#include "sim/learning/libsvm.hpp"

#include <cstdlib>

#include <doctest/doctest.h>

#include "sim/learning/problem.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

Eigen::MatrixXd features(const Samples& samples) { return samples.sparse; }

bool refused(const std::string& text, const std::string& sentence, const LibsvmOptions& options = {}) {
  const TemporaryFolder folder;
  const auto path = folder.write("x", text);
  const std::string message = message_of<InputError>([&] { read_libsvm(path, options); });
  CAPTURE(message);
  CHECK(message == path.string() + sentence);
  return message == path.string() + sentence;
}

}  // namespace

TEST_CASE("LIBSVM lines become sparse columns and signs become classes 0 and 1") {
  const TemporaryFolder folder;
  const std::string text =
      "# a comment\n"
      "+1 1:0.5 3:-2e1  # tail\n"
      "\n"
      "-1\t2:+7 4:0\r\n"
      "-1\n"
      "1 4:1";
  const Dataset data = read_libsvm(folder.write_gzipped("x.gz", text));
  CHECK(data.classes == 2);
  CHECK(data.train.labels == Eigen::VectorXd{{1, 0, 0, 1}});
  CHECK(features(data.train) == Eigen::MatrixXd{{0.5, 0, 0, 0}, {0, 7, 0, 0}, {-20, 0, 0, 0}, {0, 0, 0, 1}});
  CHECK(data.train.sparse.nonZeros() == 4);  // the zero at 4 of the second sample takes no entry
}

TEST_CASE("integer labels become classes in ascending order") {
  const TemporaryFolder folder;
  const Dataset data = read_libsvm(folder.write("x", "9 1:1\n3 1:1\n5 1:1\n3 1:2\n"));
  CHECK(data.classes == 3);
  CHECK(data.train.labels == Eigen::VectorXd{{2, 0, 1, 0}});
}

TEST_CASE("real targets stay as they are") {
  const TemporaryFolder folder;
  const auto path = folder.write("x", "0.25 1:1\n-3 1:2\n");
  const Dataset data = read_libsvm(path, {.test_path = path, .targets = Targets::values, .features = std::nullopt});
  CHECK(data.classes == 0);
  CHECK(data.train.labels == Eigen::VectorXd{{0.25, -3}});
  CHECK(data.test.labels == data.train.labels);
}

TEST_CASE("both parts have as many features as the larger index, or as many as are asked for") {
  const TemporaryFolder folder;
  const auto train = folder.write("train", "0 2:1\n1 1:1\n");
  const auto test = folder.write("test", "1 5:1\n");
  LibsvmOptions options{.test_path = test, .targets = Targets::classes, .features = std::nullopt};
  CHECK(read_libsvm(train, options).train.features() == 5);
  CHECK(read_libsvm(train, options).test.features() == 5);
  CHECK(read_libsvm(test, {.test_path = train, .targets = Targets::values, .features = 8}).train.features() == 8);
}

TEST_CASE("a broken LIBSVM file is refused with its line") {
  refused("1 1:1\n0 0:1\n", ":2: feature index 0, but indices start at 1");
  refused("1 -3:1\n", ":1: feature index -3, but indices start at 1");
  refused("1 3:1 2:1\n", ":1: feature index 2 after 3, but indices ascend");
  refused("1 3:1 3:1\n", ":1: feature index 3 stands twice");
  refused("1 5000000000:1\n", ":1: feature index \"5000000000\" is above 2147483647");
  refused("1 99999999999999999999:1\n", ":1: feature index \"99999999999999999999\" is above 2147483647");
  refused("1 qid:4 1:1\n", ":1: \"qid:4\" is no feature, expected index:value");
  refused("1 4\n", ":1: \"4\" is no feature, expected index:value");
  refused("1 1:\n", ":1: \"\" is no number, expected a value");
  refused("1 1:2x\n", ":1: \"2x\" is no number, expected a value");
  refused("\n\n1 1:nan\n", ":3: \"nan\" as a value is not finite");
  refused("1 1:-inf\n", ":1: \"-inf\" as a value is not finite");
  refused("1 1:1e999\n", ":1: \"1e999\" as a value is out of the range of a double");
  refused("inf 1:1\n", ":1: \"inf\" as a label is not finite");
  refused("spam\n", ":1: \"spam\" is no number, expected a label");
  refused("+-1 1:1\n", ":1: \"+-1\" is no number, expected a label");
  refused("1 1:1\n0.5 1:1\n",
          ":2: label 0.5 is no integer, as classes need (\"targets\": \"values\" reads real targets)");
  refused("1 1:1\n1 1:1\n", ": all 2 labels are 1, expected at least two classes");
  refused("# nothing\n", ": there are no samples");
  refused("1\n0\n", ": no sample has a feature");
  refused("1 7:1\n", ":1: feature index 7, but \"features\" says 6",
          {.test_path = std::nullopt, .targets = Targets::classes, .features = 6});
}

TEST_CASE("a test label that the training part lacks is refused with its line") {
  const TemporaryFolder folder;
  const auto train = folder.write("train", "1 1:1\n-1 1:1\n");
  const auto test = folder.write("test", "1 1:1\n0 1:1\n");
  const LibsvmOptions options{.test_path = test, .targets = Targets::classes, .features = std::nullopt};
  CHECK(message_of<InputError>([&] { read_libsvm(train, options); }) ==
        test.string() + ":2: label 0 does not occur in the training part, which has -1, 1");
}

TEST_CASE("a9a reads with all its rows and entries") {
  const char* const folder = std::getenv("GOSSAMER_DATA");
  if (!folder) {
    MESSAGE("skipped: GOSSAMER_DATA is not set");
    return;
  }
  const std::filesystem::path path = std::filesystem::path{folder} / "libsvm";
  const Dataset data =
      read_libsvm(path / "a9a.gz", {.test_path = path / "a9a.t.gz", .targets = Targets::classes, .features = 123});
  CHECK(data.classes == 2);
  CHECK(data.train.count() == 32'560);
  CHECK(data.train.features() == 123);
  // Counted in the files' text: nonzero entries, and labels that are positive.
  CHECK(data.train.sparse.nonZeros() == 451'578);
  CHECK(data.test.sparse.nonZeros() == 225'731);
  CHECK(data.train.labels.sum() == 7841);
  CHECK(data.test.labels.sum() == 3846);
  CHECK(data.train.sparse.coeffs().minCoeff() == 1);
  CHECK(data.train.sparse.coeffs().maxCoeff() == 1);
}
