#include "sim/learning/data/libsvm.hpp"

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
  const Dataset data = read_libsvm(path, {.test_path = path, .meaning = {.targets = Targets::values}});
  CHECK(data.classes == 0);
  CHECK(data.train.labels == Eigen::VectorXd{{0.25, -3}});
  CHECK(data.test.labels == data.train.labels);
}

TEST_CASE("both parts have as many features as the larger index, or as many as are asked for") {
  const TemporaryFolder folder;
  const auto train = folder.write("train", "0 2:1\n1 1:1\n");
  const auto test = folder.write("test", "1 5:1\n");
  const LibsvmOptions options{.test_path = test};
  CHECK(read_libsvm(train, options).train.features() == 5);
  CHECK(read_libsvm(train, options).test.features() == 5);
  CHECK(read_libsvm(test, {.test_path = train, .meaning = {.targets = Targets::values}, .features = 8})
            .train.features() == 8);
}

TEST_CASE("a broken LIBSVM file is refused with its line") {
  refused("1 1:1\n0 0:1\n", ":2: feature index 0, but indices start at 1", {.first_index = 1});
  refused("1 -3:1\n", ":1: feature index -3, but indices start at 0");
  refused("1 3:1 2:1\n", ":1: feature index 2 after 3, but indices ascend");
  refused("1 3:1 3:1\n", ":1: feature index 3 stands twice");
  refused("1 5000000000:1\n", ":1: feature index \"5000000000\" is above 2147483647");
  refused("1 99999999999999999999:1\n", ":1: feature index \"99999999999999999999\" is above 2147483647");
  refused("1 qid:x 1:1\n", ":1: \"qid:x\" is no query, expected qid: and an integer");
  refused("1 1:1 qid:4\n", ":1: \"qid:4\" is no feature, expected index:value");
  refused("1 1 :4\n", ":1: \"1\" is no feature, expected index:value");
  refused("1 1: 2:3\n", ":1: \"2:3\" is no number, expected a value");
  refused("1 4\n", ":1: \"4\" is no feature, expected index:value");
  refused("1 1:\n", ":1: feature 1 has no value, expected index:value");
  refused("1 1: # .5\n", ":1: feature 1 has no value, expected index:value");
  refused("1 1:2x\n", ":1: \"2x\" is no number, expected a value");
  refused("\n\n1 1:nan\n", ":3: \"nan\" as a value is not finite");
  refused("1 1:-inf\n", ":1: \"-inf\" as a value is not finite");
  refused("1 1:1e999\n", ":1: \"1e999\" as a value is out of the range of a double");
  refused("inf 1:1\n", ":1: \"inf\" as a label is not finite");
  refused("spam\n", ":1: \"spam\" is no number, expected a label");
  refused("+-1 1:1\n", ":1: \"+-1\" is no number, expected a label");
  refused("1 1:1\n0.5 1:1\n", ":2: label 0.5 is no integer, as classes need (real targets are for regression)");
  refused("1,3 1:1\n",
          ":1: several labels \"1,3\" of one sample, expected one: data with many labels are not supported");
  refused(" 1:1\n", ":1: begins with the feature \"1:1\", expected a label before it");
  refused("1 1:1\n7 1:1\n", ":2: label 7, expected an integer from 0 to 6: \"classes\" is 7",
          {.meaning = {.classes = 7}});
  refused("1 1:1\n1 1:1\n", ": all 2 labels are 1, expected at least two classes");
  refused("# nothing\n", ": there are no samples");
  refused("1\n0\n", ": no sample has a feature");
  refused("1 1:1\n0 7:1 9:0\n1 9:1\n", ":2: feature index 9, expected at most 6: \"features\" is 6", {.features = 6});
  refused("1 0:1\n0 6:1\n", ":2: feature index 6, expected at most 5: \"features\" is 6", {.features = 6});
}

TEST_CASE("a test label that the training part lacks is refused with its line") {
  const TemporaryFolder folder;
  const auto train = folder.write("train", "1 1:1\n-1 1:1\n");
  const auto test = folder.write("test", "1 1:1\n0 1:1\n");
  CHECK(message_of<InputError>([&] { read_libsvm(train, {.test_path = test}); }) ==
        test.string() + ":2: label 0 does not occur in the training part, which has -1, 1 (\"classes\" accepts it)");
}

TEST_CASE("blanks may follow a colon, plus signs a blank, and a query its label") {
  const TemporaryFolder folder;
  const auto path = folder.write("x", "1 1: .50 2:\t1 \n+0 qid:12 +1:1.00   2:  -.25\t \n1 qid:3\n0 2: 5.\n");
  const Dataset data = read_libsvm(path);
  CHECK(data.train.labels == Eigen::VectorXd{{1, 0, 1, 0}});
  CHECK(features(data.train) == Eigen::MatrixXd{{0.5, 1, 0, 0}, {1, -0.25, 0, 5}});
}

TEST_CASE("indices start at 0 where a part has index 0, or where the reader is told so") {
  const TemporaryFolder folder;
  const auto from_0 = folder.write("from_0", "1 0:5 2:7\n0 1:1\n"),
             from_1 = folder.write("from_1", "1 1:5 3:7\n0 2:1\n");
  const auto no_zero = folder.write("no_zero", "1 1:2\n0 2:3\n");
  const Eigen::MatrixXd matrix{{5, 0}, {0, 1}, {7, 0}};
  const Dataset data = read_libsvm(from_0);
  CHECK(features(data.train) == matrix);
  CHECK(data.notes == std::vector<std::string>{from_0.string() + ": the indices of features start at 0"});
  CHECK(features(read_libsvm(from_1).train) == matrix);
  CHECK(read_libsvm(from_1).notes.empty());

  // Both parts are read alike, whichever of them has index 0.
  CHECK(features(read_libsvm(from_0, {.test_path = no_zero}).test) == Eigen::MatrixXd{{0, 0}, {2, 0}, {0, 3}});
  CHECK(features(read_libsvm(no_zero, {.test_path = from_0}).train) == Eigen::MatrixXd{{0, 0}, {2, 0}, {0, 3}});
  CHECK(features(read_libsvm(no_zero, {.test_path = from_1}).train) == Eigen::MatrixXd{{2, 0}, {0, 3}, {0, 0}});

  const Dataset told = read_libsvm(no_zero, {.features = 3, .first_index = 0});
  CHECK(features(told.train) == Eigen::MatrixXd{{0, 0}, {2, 0}, {0, 3}});
  CHECK(told.notes.empty());
  CHECK(features(read_libsvm(folder.write("zero", "1 0:0 1:4\n0 1:1\n")).train) == Eigen::MatrixXd{{0, 0}, {4, 1}});
}

TEST_CASE("a byte order mark and padded gzip members do not belong to the samples") {
  const TemporaryFolder folder;
  const std::string text = "\xEF\xBB\xBF-1 1:1\r\n2 1:2\r\n";
  CHECK(read_libsvm(folder.write("bom", text)).train.labels == Eigen::VectorXd{{0, 1}});
  const std::string gzipped = TemporaryFolder::read(folder.write_gzipped("gz", text));
  CHECK(read_libsvm(folder.write("padded", gzipped + std::string(1000, '\0'))).train.count() == 2);
}

TEST_CASE("a9a reads with all its rows and entries") {
  const char* const folder = std::getenv("GOSSAMER_DATA");
  if (!folder) {
    MESSAGE("skipped: GOSSAMER_DATA is not set");
    return;
  }
  const std::filesystem::path path = std::filesystem::path{folder} / "libsvm";
  const Dataset data = read_libsvm(path / "a9a.gz", {.test_path = path / "a9a.t.gz", .features = 123});
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
