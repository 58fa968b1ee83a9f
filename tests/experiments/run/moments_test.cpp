#include "experiments/run/moments.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "experiments/configuration/experiment_error.hpp"
#include "experiments/trace/growing_file.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/experiments/run/runs.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer::moments_test {
namespace {

using testing::Json;
using testing::Outcome;
using testing::outcome;
using testing::records_in;
using testing::run_gossamer;

/// Eight nodes with quadratics of their own, whose step times differ at random, and an eighth of which is slow.
Json noisy_experiment(const Json& algorithm) {
  Json experiment = Json::parse(R"({
    "title": "Noisy quadratics", "seed": 5, "numerics": "float64",
    "topology":  {"kind": "ring", "nodes": 8},
    "model":     {"kind": "quadratic", "dimension": 3, "mu": 1, "L": 3, "hessian_spread": 0.5, "noise": 4,
                  "initial": {"kind": "normal", "stddev": 0.3, "per_node": true}},
    "network":   {"kind": "alpha_beta", "latency": "2 ms", "bandwidth": "1 MB/s"},
    "compute":   {"kind": "exponential", "mean": "10 ms", "stragglers": {"kind": "slow_nodes", "fraction": 0.125, "slowdown": 4}},
    "stop":      {"virtual_time": "1 s"}, "record": {"every": "100 ms", "local_nodes": "all"}
  })");
  experiment["algorithm"] = algorithm;
  return experiment;
}

/// The exact moments of an experiment.
std::vector<Json> moments_of(const Json& configuration) {
  const TemporaryFolder folder;
  const auto trace = folder.path() / "moments.jsonl";
  std::ostringstream out, err;
  moments_command({.file = folder.write("small.json", configuration.dump()), .out = trace, .quiet = true},
                  testing::standard(), out, err);
  return records_in(trace);
}

std::vector<Json> samples_of(const std::vector<Json>& records) {
  std::vector<Json> samples;
  for (const Json& record : records)
    if (record["record"] == "sample") samples.push_back(record);
  return samples;
}

/// A column of moments, and the same quantity in a record of one run.
struct Column {
  const char* moment;
  const char* measured;
  bool squared = false;

  double of(const Json& record) const {
    const double value = record[measured];
    return squared ? value * value : value;
  }
};
const std::vector<Column> columns = {{"train_loss", "train_loss"},
                                     {"suboptimality", "suboptimality"},
                                     {"local_train_loss_mean", "local_train_loss_mean"},
                                     {"consensus_distance", "consensus_distance"},
                                     {"gradient_norm_squared", "gradient_norm", true},
                                     {"distance_to_optimum_squared", "distance_to_optimum", true}};

/// Runs that differ in the noise of their gradients alone.
std::vector<std::vector<Json>> runs_with_other_noise(Json configuration, int count) {
  std::vector<std::vector<Json>> runs;
  for (int k = 0; k < count; ++k) {
    configuration["seed"] = {{"all", 5}, {"batches", 1000 + k}};
    runs.push_back(outcome(configuration).of_kind("sample"));
  }
  return runs;
}

/// The mean over runs of a column at a record, less its exact expectation, in standard errors; 0 if both agree to
/// rounding.
double deviation(const std::vector<std::vector<Json>>& runs, std::size_t record, const Column& column,
                 double expected) {
  const auto count = static_cast<double>(runs.size());
  double sum = 0, squares = 0;
  for (const auto& run : runs) {
    const double x = column.of(run[record]) - expected;
    sum += x / count;
    squares += x * x / count;
  }
  if (std::abs(sum) <= 1e-12 * std::max(1.0, std::abs(expected))) return 0;
  return std::abs(sum) / std::sqrt((squares - sum * sum) / (count - 1));
}

TEST_CASE("The mean over runs of any linear algorithm is within four standard errors of its exact moments") {
  // 11 records with 6 columns each of 8 algorithms: of 528 deviations, which are strongly dependent, one would exceed four
  // standard errors in 1 of 30 choices of the seeds.
  const std::vector<std::string> algorithms = {
      R"({"kind": "d_psgd", "step_size": 0.1})",
      R"({"kind": "swarm_sgd", "step_size": 0.1, "local_steps": 2})",
      R"({"kind": "ad_psgd", "step_size": 0.1})",
      R"({"kind": "local_sgd", "step_size": 0.1, "averaging_period": 3})",
      R"({"kind": "gradient_tracking", "step_size": 0.05})",
      R"({"kind": "overlap_sgp", "step_size": 0.1})",
      R"({"kind": "scaffold", "step_size": 0.1})",
      R"({"kind": "choco_sgd", "step_size": 0.05, "compressor": {"kind": "random_k", "fraction": 0.5}})"};
  for (const std::string& algorithm : algorithms) {
    CAPTURE(algorithm);
    Json experiment = noisy_experiment(Json::parse(algorithm));
    if (algorithm.find("sgp") != algorithm.npos) experiment["topology"] = {{"kind", "exponential"}, {"nodes", 8}};
    if (algorithm.find("scaffold") != algorithm.npos)
      experiment["topology"] = {{"kind", "star"}, {"nodes", 9}, {"center", 8}};
    const auto exact = samples_of(moments_of(experiment));
    const auto runs = runs_with_other_noise(experiment, 250);
    REQUIRE(exact.size() == 11);
    for (std::size_t record = 0; record < exact.size(); ++record) {
      CAPTURE(record);
      // Events do not depend on the noise.
      for (const char* const key : {"time_s", "node_steps", "interactions", "sent_bytes", "staleness_mean"}) {
        if (!exact[record].contains(key)) continue;
        CHECK(exact[record][key] == runs.front()[record][key]);
        CHECK(exact[record][key] == runs.back()[record][key]);
      }
      for (const Column& column : columns) {
        CAPTURE(column.moment);
        CHECK(deviation(runs, record, column, exact[record][column.moment]) < 4);
      }
    }
    // The noise matters: without it, the last record is far from the mean.
    experiment["model"]["noise"] = 0;
    const auto silent = outcome(experiment).of_kind("sample");
    CHECK(deviation(runs, 10, columns[1], silent[10]["suboptimality"]) > 10);
  }
}

TEST_CASE("Without noise the trace is that of the run, to the last bit") {
  for (const std::string algorithm : {"d_psgd", "ad_psgd", "gradient_tracking", "local_sgd"}) {
    CAPTURE(algorithm);
    Json experiment = noisy_experiment({{"kind", algorithm}, {"step_size", 0.1}});
    experiment["model"]["noise"] = 0;
    const auto exact = samples_of(moments_of(experiment));
    const auto run = outcome(experiment).of_kind("sample");
    REQUIRE(exact.size() == run.size());
    for (std::size_t record = 0; record < run.size(); ++record) {
      Json expected = run[record];
      for (const char* const norm : {"gradient_norm", "distance_to_optimum"}) {
        const double value = expected[norm];
        expected.erase(norm);
        expected[std::string{norm} + "_squared"] = value * value;
      }
      expected.erase("local_train_loss_worst");
      expected.erase("local_train_loss_best");
      CHECK(exact[record] == expected);
    }
  }
}

TEST_CASE("Moments do not depend on the seed of the noise, and on float32 as little") {
  Json experiment = noisy_experiment({{"kind", "swarm_sgd"}});
  const auto exact = moments_of(experiment);
  experiment["seed"] = {{"all", 5}, {"batches", 77}};
  CHECK(samples_of(moments_of(experiment)) == samples_of(exact));
  experiment["numerics"] = "float32";
  const auto from_float32 = moments_of(experiment);
  CHECK(samples_of(from_float32) == samples_of(exact));
  CHECK(from_float32.front()["configuration"]["numerics"] == "float64");
  experiment["seed"] = 6;
  CHECK(samples_of(moments_of(experiment)) != samples_of(exact));
}

TEST_CASE("The trace is an ordinary one whose header says moments, and a trace of a run is not overwritten") {
  const TemporaryFolder folder;
  const auto file = folder.write("noisy.json", noisy_experiment({{"kind", "d_psgd"}}).dump()).string();
  const auto trace = (folder.path() / "m.jsonl").string(), run = (folder.path() / "r.jsonl").string();
  REQUIRE(run_gossamer({"moments", file, "-o", trace, "--quiet"}).code == 0);
  const auto records = records_in(trace);
  CHECK(records.front()["moments"] == true);
  CHECK(records.back()["record"] == "end");
  CHECK(records.back()["reason"] == "virtual_time");
  CHECK(run_gossamer({"moments", file, "-o", trace, "--quiet"}).code == 0);  // the same again
  CHECK(records_in(trace).back()["hash"] == records.back()["hash"]);
  CHECK(run_gossamer({"moments", trace, "-o", trace, "--quiet"}).code == 2);  // its own source
  REQUIRE(run_gossamer({"run", file, "--out", run, "--quiet"}).code == 0);
  CHECK_FALSE(records_in(run).front().contains("moments"));
  CHECK(run_gossamer({"moments", file, "-o", run}).warns("holds the trace of another configuration"));
  CHECK(run_gossamer({"run", file, "--out", trace}).warns("holds the trace of another configuration"));
  CHECK(run_gossamer({"moments", file, "-o", run, "--force", "--quiet"}).code == 0);
  CHECK(records_in(run).back()["hash"] == records.back()["hash"]);
}

TEST_CASE("Experiments without exact moments are refused in one sentence, and leave no trace") {
  const TemporaryFolder folder;
  const auto trace = folder.path() / "m.jsonl";
  const auto refusal = [&](const std::string& pointer, const Json& value) {
    Json experiment = noisy_experiment({{"kind", "d_psgd"}});
    experiment[Json::json_pointer{pointer}] = value;
    const auto result = run_gossamer(
        {"moments", folder.write("noisy.json", experiment.dump()).string(), "-o", trace.string(), "--quiet"});
    CHECK(result.code == 2);
    CHECK_FALSE(std::filesystem::exists(trace));
    return result.err;
  };
  const auto names = [](const std::string& message, const std::string& part) {
    CAPTURE(message);
    CHECK(message.find(part) != message.npos);
  };
  names(refusal("/model", {{"kind", "rosenbrock"}, {"noise", 1}}),
        "/model/kind: the gradients of this model are not affine, with noise that is added\n  expected a model of "
        "quadratics");
  names(refusal("/stop", {{"virtual_time", "1 s"}, {"target_loss", 0.1}}),
        "/stop: a target ends the run at a time that depends on the noise of gradients\n");
  names(refusal("/numerics", "off"), "this run computes no models, whose moments could be taken\n");
  names(refusal("/algorithm", {{"kind", "local_adam"}}),
        "/algorithm: this algorithm applies a function to vectors that is not linear\n");
  names(refusal("/algorithm", {{"kind", "choco_sgd"}, {"compressor", {{"kind", "top_k"}, {"k", 1}}}}),
        "/algorithm: the compressor of this algorithm is not linear\n");
  names(refusal("/algorithm", {{"kind", "adpsgd"}, {"sample_until", 10}}),
        "/algorithm: this algorithm decides by numbers of its models, which differ from one draw of the noise to "
        "another\n");
}

}  // namespace
}  // namespace gossamer::moments_test
