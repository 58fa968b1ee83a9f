#include "sim/learning/data/data_registry.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/learning/problem.hpp"
#include "tests/array_files.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

/// The data of a source with some settings other than their defaults.
Dataset make(const std::string& kind, const Values& given, const DataContext& context = {}) {
  for (const auto& entry : data_sources()) {
    if (entry.name != kind) continue;
    Values values = defaults(entry.settings);
    for (const auto& [name, value] : given) {
      REQUIRE(values.contains(name));
      values[name] = value;
    }
    return entry.make(values, context);
  }
  FAIL("no source " << kind);
  return {};
}

DataContext in_folder(const std::filesystem::path& folder) {
  return {.seed = 1, .resolve = [folder](const std::string& path) { return folder / path; }};
}

std::string text(const char* words) { return words; }

}  // namespace

TEST_CASE("every source and partition says what it and its settings are, and defaults lie in their ranges") {
  const auto check = [](const auto& entries) {
    for (const auto& entry : entries) {
      CAPTURE(entry.name);
      CHECK_FALSE(entry.sentence.empty());
      for (const auto& setting : entry.settings) {
        CAPTURE(setting.name);
        CHECK_FALSE(setting.sentence.empty());
        if (const auto* number = std::get_if<double>(&setting.fallback)) CHECK(setting.range.contains(*number));
        if (const auto* integer = std::get_if<std::int64_t>(&setting.fallback))
          CHECK(setting.range.contains(static_cast<double>(*integer)));
        if (setting.type == Setting::Type::choice && !std::holds_alternative<std::monostate>(setting.fallback))
          CHECK(std::holds_alternative<std::string>(setting.fallback));
      }
    }
  };
  check(data_sources());
  check(partitions());
}

TEST_CASE("sources take their settings, then split, limit and normalize") {
  const Values values{{"samples", std::int64_t{200}},     {"features", std::int64_t{7}},
                      {"classes", std::int64_t{3}},       {"test_fraction", 0.25},
                      {"train_limit", std::int64_t{100}}, {"test_limit", std::int64_t{20}},
                      {"normalize", text("standardize")}};
  const Dataset data = make("synthetic_classification", values);
  CHECK(data.classes == 3);
  CHECK(data.train.features() == 7);
  CHECK(data.train.count() == 100);
  CHECK(data.test.count() == 20);
  CHECK(data.train.dense.rowwise().mean().norm() < 1e-14);  // measured after the limit
  CHECK(data.train.dense.rowwise().squaredNorm().isApproxToConstant(100, 1e-12));
  CHECK(make("synthetic_regression", {{"spectrum", text("linear")}, {"condition", 10.0}}).classes == 0);
  CHECK(message_of<InputError>([&] {
          make("synthetic_classification", {{"test_fraction", 0.5}, {"test_samples", std::int64_t{5}}});
        }).find("there is a test part of 5 samples") != std::string::npos);
}

TEST_CASE("a LIBSVM file is found by the context's resolver and can be kept dense") {
  const TemporaryFolder folder;
  folder.write("train", "-1 1:2\n+1 2:4\n");
  folder.write("test", "+1 3:1\n");
  const DataContext context = in_folder(folder.path());
  const Dataset sparse = make("libsvm", {{"path", text("train")}, {"test_path", text("test")}}, context);
  CHECK(sparse.train.is_sparse());
  CHECK(sparse.train.features() == 3);
  const Dataset dense = make(
      "libsvm", {{"path", text("train")}, {"dense", true}, {"features", std::int64_t{5}}, {"targets", text("values")}},
      context);
  CHECK(dense.train.dense == Eigen::MatrixXd{{2, 0}, {0, 4}, {0, 0}, {0, 0}, {0, 0}});
  CHECK_FALSE(dense.train.is_sparse());
  CHECK(dense.classes == 0);
  CHECK(dense.train.labels == Eigen::VectorXd{{-1, 1}});
}

TEST_CASE("every reader of labels numbers those that occur in ascending order, and a note names them") {
  using namespace gossamer::testing;
  const TemporaryFolder folder;
  const std::vector<double> labels{9, -3, 4, 9};
  const auto bytes = [&](char kind, int size, ByteOrder order) { return array_bytes(labels, kind, size, order); };
  folder.write("x.svm", "9 1:1\n-3 1:2\n4 1:3\n9 1:4\n");
  folder.write("X.npy", npy(npy_dictionary("|u1", "False", "(4, 1)"), "abcd"));
  folder.write("y.npy", npy(npy_dictionary("<i8", "False", "(4,)"), bytes('i', 8, ByteOrder::little)));
  folder.write("X.idx", idx(0x08, {4, 1, 1}, "abcd"));
  folder.write("y.idx", idx(0x0B, {4}, bytes('i', 2, ByteOrder::big)));
  struct Case {
    std::string kind;
    Values values;
    std::string file;
  };
  for (const Case& source :
       std::vector<Case>{{"libsvm", {{"path", text("x.svm")}}, "x.svm"},
                         {"npy", {{"features", text("X.npy")}, {"labels", text("y.npy")}}, "y.npy"},
                         {"idx", {{"images", text("X.idx")}, {"labels", text("y.idx")}}, "y.idx"}}) {
    CAPTURE(source.kind);
    Values values = source.values;
    const DataContext context = in_folder(folder.path());
    const Dataset data = make(source.kind, values, context);
    CHECK(data.classes == 3);
    CHECK(data.train.labels == Eigen::VectorXd{{2, 0, 1, 2}});
    CHECK(data.class_labels == std::vector<double>{-3, 4, 9});
    CHECK(data.notes == std::vector<std::string>{(folder.path() / source.file).string() +
                                                 ": the labels -3, 4, 9 are the classes 0 to 2, in this order"});

    // A model of real targets reads the same files without a setting; a setting of the source has priority.
    DataContext regression = context;
    regression.targets = Targets::values;
    CHECK(make(source.kind, values, regression).train.labels == Eigen::VectorXd{{9, -3, 4, 9}});
    values["targets"] = text("classes");
    CHECK(make(source.kind, values, regression).classes == 3);
    values["classes"] = std::int64_t{12};
    CHECK(message_of<InputError>([&] {
            make(source.kind, values, context);
          }).find("label -3, expected an integer from 0 to 11") != std::string::npos);
  }
}

TEST_CASE("idx wants a folder or files, not both") {
  const auto complaint = [](const Values& values) {
    return message_of<InputError>([&] { make("idx", values, in_folder("/")); });
  };
  const std::string sentence = "idx: expected either \"path\", a folder, or \"images\" and \"labels\"";
  CHECK(complaint({}).starts_with(sentence));
  CHECK(complaint({{"images", text("a")}}).starts_with(sentence));
  CHECK(complaint({{"path", text("a")}, {"test_labels", text("b")}}).starts_with(sentence));
}

TEST_CASE("MNIST from its folder lies in the unit interval") {
  const char* const folder = std::getenv("GOSSAMER_DATA");
  if (!folder) {
    MESSAGE("skipped: GOSSAMER_DATA is not set");
    return;
  }
  const Dataset data = make("idx", {{"path", text("mnist10k")}}, in_folder(folder));
  CHECK(data.name == "mnist10k");
  CHECK(data.train.dense.maxCoeff() == 1);
  CHECK(data.train.dense.minCoeff() == 0);
}

TEST_CASE("every registered partition deals synthetic samples out") {
  const Dataset data = make("synthetic_classification", {});
  for (const auto& entry : partitions()) {
    CAPTURE(entry.name);
    const Partition partition = entry.make(defaults(entry.settings), data, 4, 1);
    CHECK(partition.samples.size() == 4);
    std::size_t samples = 0;
    for (const auto& node : partition.samples) samples += node.size();
    CHECK(samples == 1000);
  }
}
