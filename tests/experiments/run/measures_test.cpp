#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "experiments/configuration/experiment.hpp"
#include "experiments/run/progress.hpp"
#include "experiments/run/run.hpp"
#include "sim/learning/data/npy.hpp"
#include "tests/experiments/run/runs.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using testing::Json;
using testing::Outcome;
using testing::outcome;
using testing::records_in;
using testing::small_experiment;

/// Softmax regression over shares from a few samples to many, with full batches: nothing is random after the start.
Json unequal_shares(const std::string& node_weights) {
  return Json::parse(R"({
    "title": "Unequal shares", "numerics": "float64",
    "topology":  {"kind": "ring", "nodes": 8},
    "model":     {"kind": "softmax_regression", "l2": 0.1, "batch_size": "full",
                  "data": {"kind": "synthetic_classification", "samples": 400, "features": 5, "classes": 4},
                  "partition": {"kind": "dirichlet", "alpha": 0.3}, "node_weights": ")" +
                     node_weights + R"("},
    "algorithm": {"kind": "gradient_tracking", "step_size": 0.1},
    "stop":      {"node_steps": 3000}, "record": {"every_node_steps": 3000}
  })");
}

TEST_CASE("Gradient tracking ends at the minimum of f, whatever the shares of nodes and their weights") {
  // Where f is strongly convex and nothing is random, gradient tracking converges to the minimum itself (Qu, Li 2018).
  std::vector<double> pooled;
  for (const char* const node_weights : {"equal", "samples"}) {
    CAPTURE(node_weights);
    const Outcome run = outcome(unequal_shares(node_weights));
    const Json& facts = run.records.front()["partition"];
    CHECK(facts["node_weights"] == node_weights);
    const Json& shares = facts["samples_per_node"];
    REQUIRE(shares["max"].get<double>() > 2 * shares["min"].get<double>());
    CHECK(facts["largest_over_mean"].get<double>() == doctest::Approx(shares["max"].get<double>() / 50));
    const Json last = run.of_kind("sample").back();
    CHECK(last["gradient_norm"] < 1e-10);
    const bool by_samples = std::string{node_weights} == "samples";
    CHECK(last.contains("pooled_train_loss") != by_samples);
    pooled.push_back(last[by_samples ? "train_loss" : "pooled_train_loss"]);
  }
  CHECK(pooled[1] < pooled[0]);  // only the second minimizes it
}

TEST_CASE("With equal shares nodes count equally by their samples, too: the same trace") {
  Json experiment = unequal_shares("equal");
  experiment["model"]["partition"] = "iid";
  experiment["stop"]["node_steps"] = 20;
  experiment["record"]["every_node_steps"] = 10;
  const Outcome equal = outcome(experiment);
  experiment["model"]["node_weights"] = "samples";
  CHECK(outcome(experiment).hash() == equal.hash());
  for (const Json& sample : equal.of_kind("sample")) CHECK(!sample.contains("pooled_train_loss"));
}

TEST_CASE("The target loss ends a run at the first record that sees it") {
  Json aimed = small_experiment();
  const auto samples = outcome(small_experiment()).of_kind("sample");
  const double target = samples[4]["train_loss"];
  aimed["stop"]["target_loss"] = target;
  const Outcome run = outcome(aimed);
  CHECK(run.records.back()["reason"] == "target_loss");
  CHECK(run.of_kind("sample").back()["train_loss"] <= target);
  CHECK(run.of_kind("sample").size() <= 5);
}

TEST_CASE("Models that start equal do not meet a target of Γ before they differ, displayed or not") {
  // Two nodes that average completely and step along different gradients: x_1 − x_2 = η (g_2 − g_1) after every round,
  // so that Γ is zero at time zero alone.
  Json pair = small_experiment();
  pair["topology"] = {{"kind", "path"}, {"nodes", 2}};
  pair["model"] = {{"kind", "quadratic"}};
  pair["algorithm"] = {{"kind", "d_psgd"}};
  pair["compute"] = {{"kind", "constant"}, {"step", "10 ms"}};
  pair["stop"] = {{"virtual_time", "400 ms"}, {"target_consensus_distance", 1e-9}};
  std::FILE* const nowhere = std::fopen("/dev/null", "w");
  Progress progress{{.nodes = 2, .out = nowhere}};
  const Outcome silent = outcome(pair), displayed = outcome(pair, {.progress = &progress});
  std::fclose(nowhere);
  for (const Outcome& run : {silent, displayed}) {
    CHECK(run.records.back()["reason"] == "virtual_time");
    CHECK(run.records.back()["time_s"] == 0.4);
    CHECK(run.of_kind("sample").front()["consensus_distance"] == 0);
  }
  CHECK(silent.hash() == displayed.hash());
  pair["record"]["every"] = "1 s";  // only the look at the end comes after the sample at time zero
  CHECK(outcome(pair).records.back()["reason"] == "virtual_time");
}

TEST_CASE("A run that is judged by steps ends at the step that meets its target") {
  // Both nodes minimize ‖x − b‖²/2 − ‖b‖²/2 with b = (1, 0), so η = 1/2 goes from 0 to x_k = (1 − 2⁻ᵏ) b in k rounds of
  // 10 ms, in which messages take less: f(x_k) = −(1 − 4⁻ᵏ)/2, at most −63/128 first after three.
  const TemporaryFolder folder;
  folder.write("two.json", R"({"A": [[[1, 0], [0, 1]], [[1, 0], [0, 1]]], "b": [[1, 0], [1, 0]]})");
  Json experiment = small_experiment();
  experiment["topology"] = {{"kind", "path"}, {"nodes", 2}};
  experiment["model"] = {{"kind", "quadratic_file"}, {"path", "two.json"}};
  experiment["algorithm"] = {{"kind", "d_psgd"}, {"step_size", 0.5}};
  experiment["compute"] = {{"kind", "constant"}, {"step", "10 ms"}};
  for (const std::string target : {"target_loss", "target_local_loss"}) {
    for (const auto& [named, steps] : {std::pair{"steps", 3}, {"records", 10}}) {
      const std::string judge = named;
      CAPTURE(judge);
      experiment["stop"] = {{target, -63.0 / 128}, {"judge", judge}, {"virtual_time", "1 s"}};
      const auto file = folder.write("two_nodes.json", experiment.dump());
      const auto trace = folder.path() / "a.jsonl";
      CHECK(run({.file = file, .out = trace, .force = true, .quiet = true}) == ExitCode::success);
      const auto records = records_in(trace);
      CHECK(records.back()["reason"] == target);
      std::vector<Json> samples;
      for (const Json& record : records)
        if (record["record"] == "sample") samples.push_back(record);
      CHECK(samples.size() == 2);  // at time zero and at the end
      CHECK(samples.back()["node_steps_per_node"] == steps);
      CHECK(samples.back()["time_s"].get<double>() == doctest::Approx(0.01 * steps));
      CHECK(samples.back()["train_loss"] == -(1 - std::pow(4.0, -steps)) / 2);
    }
  }
}

TEST_CASE("Samples score the nodes' own models by the objective of all nodes") {
  // f_i(x) = a_i ‖x‖²/2 − b_iᵀx with a = (1, 2), b_1 = (2, 0), b_2 = (0, 4), so that f(x) = 3/4 ‖x‖² − (1, 2)ᵀx. With
  // η = 1 the first step of d_psgd from 0 goes to x_i = b_i: f(b_1) = 3 − 2 = 1, f(b_2) = 12 − 8 = 4, and at x̄ = (1, 2)
  // f = 15/4 − 5 = −5/4.
  const TemporaryFolder folder;
  folder.write("two.json", R"({"A": [[[1, 0], [0, 1]], [[2, 0], [0, 2]]], "b": [[2, 0], [0, 4]]})");
  Json experiment = small_experiment();
  experiment["topology"] = {{"kind", "path"}, {"nodes", 2}};
  experiment["model"] = {{"kind", "quadratic_file"}, {"path", "two.json"}};
  experiment["algorithm"] = {{"kind", "d_psgd"}, {"step_size", 1}};
  experiment["stop"] = {{"node_steps", 1}};
  experiment["record"] = {{"every_node_steps", 1}};
  const auto file = folder.write("two_nodes.json", experiment.dump());
  for (const std::string nodes : {"8", "\"all\"", "0"}) {
    CAPTURE(nodes);
    const auto trace = folder.path() / "a.jsonl";
    CHECK(run({.file = file,
               .overrides = {"/record/local_nodes=" + nodes},
               .out = trace,
               .force = true,
               .quiet = true}) == ExitCode::success);
    Json last;
    for (const Json& record : records_in(trace))
      if (record["record"] == "sample") last = record;
    CHECK(last["train_loss"] == -1.25);
    CHECK(last.contains("local_train_loss_mean") == (nodes != "0"));
    if (nodes == "0") continue;
    CHECK(last["local_train_loss_mean"] == 2.5);
    CHECK(last["local_train_loss_worst"] == 4);
    CHECK(last["local_train_loss_best"] == 1);
    CHECK(!last.contains("local_train_accuracy_mean"));
  }
}

/// Softmax regression on a ring of eight, whose nodes see few classes each.
Json small_classification() {
  Json experiment = small_experiment();
  experiment["model"] = Json::parse(R"({"kind": "softmax_regression", "batch_size": 8,
      "data": {"kind": "synthetic_classification", "samples": 400, "test_samples": 100, "features": 6, "classes": 4},
      "partition": {"kind": "label_shards", "shards_per_node": 1}})");
  return experiment;
}

TEST_CASE("Scores over all samples are those of the models that the run leaves") {
  // The same problem evaluates each model that is written at the end.
  const TemporaryFolder folder;
  Json configuration = small_classification();
  configuration["numerics"] = "float64";
  configuration["record"]["local_nodes"] = "all";
  configuration["record"]["local_samples"] = "full";
  const auto file = folder.write("small.json", configuration.dump());
  const auto models = folder.path() / "x.npy";
  run({.file = file, .out = folder.path() / "a.jsonl", .models = models, .quiet = true});
  const Experiment experiment = parse_experiment(configuration.dump(), "small.json");
  const auto& problem = dynamic_cast<const Problem<double>&>(*experiment.problem);
  const Eigen::MatrixXd matrix = read_npy_matrix(models).transpose();
  double sum = 0, worst_loss = 0, worst_accuracy = 1, best_accuracy = 0;
  for (Index i = 0; i < 8; ++i) {
    const Evaluation one = problem.evaluate(matrix.col(i).data(), {});
    sum += one.train_loss;
    worst_loss = std::max(worst_loss, one.train_loss);
    worst_accuracy = std::min(worst_accuracy, *one.test_accuracy);
    best_accuracy = std::max(best_accuracy, *one.test_accuracy);
  }
  Json last;
  for (const Json& record : records_in(folder.path() / "a.jsonl"))
    if (record["record"] == "sample") last = record;
  CHECK(last["local_train_loss_mean"].get<double>() == doctest::Approx(sum / 8).epsilon(1e-12));
  CHECK(last["local_train_loss_worst"].get<double>() == doctest::Approx(worst_loss).epsilon(1e-12));
  CHECK(last["local_test_accuracy_worst"] == worst_accuracy);
  CHECK(last["local_test_accuracy_best"] == best_accuracy);
  CHECK(worst_accuracy < best_accuracy);
}

TEST_CASE("Models that all-reduces keep equal have the mean model's measures, by however few samples") {
  Json configuration = small_classification();
  configuration["algorithm"] = {{"kind", "all_reduce_sgd"}};
  configuration["record"]["local_samples"] = 5;
  for (const Json& sample : outcome(configuration).of_kind("sample")) {
    for (const char* const key : {"train_loss", "train_accuracy", "test_loss", "test_accuracy"})
      for (const char* const of : {"_mean", "_worst", "_best"})
        CHECK(sample[std::string{"local_"} + key + of].get<double>() ==
              doctest::Approx(sample[key].get<double>()).epsilon(1e-5));  // float32: x̄ is rounded
  }
}

TEST_CASE("Scores are the same for any number of threads, and absent without numerics") {
  const Json configuration = small_classification();
  const std::string hash = outcome(configuration, {.threads = 1}).hash();
  CHECK(outcome(configuration, {.threads = 3}).hash() == hash);
  Json silent = configuration;
  silent["numerics"] = "off";
  for (const Json& sample : outcome(silent).of_kind("sample"))
    for (const auto& [key, value] : sample.items()) CHECK(!key.starts_with("local_"));
}

}  // namespace
}  // namespace gossamer
