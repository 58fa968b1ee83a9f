#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "experiments/commands/command_line.hpp"
#include "tests/experiments/run/runs.hpp"
#include "tests/experiments/standard.hpp"
#include "tests/temporary_folder.hpp"

/// Data and tables of users, from their files to where a user sees them.
namespace gossamer::testing {
namespace {

Json learning(const std::string& model, const std::filesystem::path& file) {
  Json experiment = small_experiment();
  experiment["model"] = {{"kind", model}, {"batch_size", 1}, {"data", {{"kind", "libsvm"}, {"path", file.string()}}}};
  experiment["topology"]["nodes"] = 3;
  experiment["stop"]["virtual_time"] = "100 ms";
  return experiment;
}

TEST_CASE("A note names labels that are renumbered, in check and in the header of a trace") {
  const TemporaryFolder folder;
  const auto file = folder.write("x.svm", "-1 1:1\n+1 1:2\n-1 1:3\n+1 1:4\n");
  const Json experiment = learning("logistic_regression", file);
  const auto path = folder.write("e.json", experiment.dump());
  std::ostringstream out, err;
  const std::vector<std::string> arguments{"check", path.string()};
  CHECK(command_line({testing::standard(), "."}, arguments, out, err) == 0);
  const std::string note = file.string() + ": the labels -1, 1 are the classes 0 to 1, in this order";
  CHECK((out.str() + err.str()).find(note) != std::string::npos);
  CHECK(outcome(experiment).records.front()["partition"]["class_labels"] == Json::parse("[-1, 1]"));
}

TEST_CASE("Nothing is noted about labels that are the numbers of their classes") {
  const TemporaryFolder folder;
  const Json experiment = learning("logistic_regression", folder.write("x.svm", "0 1:1\n1 1:2\n0 1:3\n1 1:4\n"));
  CHECK_FALSE(outcome(experiment).records.front()["partition"].contains("class_labels"));
  CHECK(parse_experiment(experiment.dump(), "e.json").dataset->notes.empty());
}

TEST_CASE("A regression learns the real targets of a file without a setting for them") {
  const TemporaryFolder folder;
  const auto file = folder.write("x.svm", "0.5 1:1\n-2 1:2\n7 1:3\n7.25 1:4\n");
  const Experiment regression = parse_experiment(learning("linear_regression", file).dump(), "e.json");
  CHECK(regression.dataset->classes == 0);
  CHECK(regression.dataset->train.labels == Eigen::VectorXd{{0.5, -2, 7, 7.25}});
  const std::string refusal =
      message_of<ExperimentError>([&] { parse_experiment(learning("logistic_regression", file).dump(), "e.json"); });
  CHECK(refusal.find("x.svm:1: label 0.5 is no integer, as classes need (real targets are for regression)") !=
        std::string::npos);
}

TEST_CASE("A table of devices may name its columns in its own way, for steps and for network cards") {
  const TemporaryFolder folder;
  Json experiment = small_experiment();
  experiment["compute"] = {
      {"kind", "constant"},
      {"step", "96 s"},
      {"stragglers",
       {{"kind", "device_trace"},
        {"path", folder.write("d.csv", "client,computation,communication\nx,100,8\ny,50,16\n").string()},
        {"columns", "device = client, step_time_ms = computation, up_kbit_per_s = communication"}}}};
  experiment["network"] = {{"kind", "nic"}, {"latency", "1 ms"}, {"bandwidth", "1 MB/s"}, {"cards", "devices"}};
  const Experiment read = parse_experiment(experiment.dump(), "e.json");
  CHECK(read.step_times->duration(0, 0, Seconds{0}).count() == doctest::Approx(9.6));
  CHECK(read.step_times->duration(1, 0, Seconds{0}).count() == doctest::Approx(4.8));
}

}  // namespace
}  // namespace gossamer::testing
