#include "experiments/configuration/seeds.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "experiments/configuration/configuration.hpp"
#include "experiments/trace/trace_header.hpp"
#include "tests/experiments/run/runs.hpp"
#include "tests/experiments/standard.hpp"

// Seeds of single purposes.
namespace gossamer {
namespace {

using testing::outcome;
using testing::Outcome;
using JsonOfTests = testing::Json;

/// An experiment in which chance has every purpose.
JsonOfTests random_experiment() {
  return JsonOfTests::parse(R"({
    "topology":  {"kind": "erdos_renyi", "nodes": 8, "probability": 0.6},
    "model":     {"kind": "softmax_regression", "batch_size": 4, "partition": {"kind": "dirichlet", "alpha": 1},
                  "data": {"kind": "synthetic_classification", "samples": 160, "features": 5, "classes": 3}},
    "algorithm": {"kind": "d_psgd", "step_size": 0.05},
    "network":   {"kind": "alpha_beta", "latency": "1 ms", "bandwidth": "1 MB/s", "jitter": 0.5},
    "compute":   {"kind": "exponential", "mean": "10 ms"},
    "faults":    [{"kind": "loss", "probability": 0.05, "retransmit": "1 ms"}],
    "stop":      {"node_steps": 20}
  })");
}

std::string hash_with(const JsonOfTests& seed) {
  JsonOfTests experiment = random_experiment();
  experiment["seed"] = seed;
  return outcome(experiment).hash();
}

std::string resolved_seed(const std::string& seed) {
  JsonOfTests experiment = random_experiment();
  experiment["seed"] = JsonOfTests::parse(seed);
  const Configuration configuration =
      read_configuration(parse_json(experiment.dump(), "a.json"), "a.json", {}, testing::standard());
  return JsonOfTests::parse(configuration.resolved)["seed"].dump();
}

TEST_CASE("A seed of one purpose changes the run") {
  std::set<std::string> hashes{hash_with(1)};
  for (const char* const purpose : {"data", "partition", "topology", "batches", "compute", "network", "faults"})
    CHECK_MESSAGE(hashes.insert(hash_with({{"all", 1}, {purpose, 2}})).second, purpose);
  CHECK(hashes.insert(hash_with(2)).second);
}

TEST_CASE("Seeds that are equal are one seed") {
  CHECK(hash_with({{"all", 5}, {"data", 5}, {"faults", 5}}) == hash_with(5));
  CHECK(hash_with({{"data", 1}}) == hash_with(1));
  CHECK(resolved_seed("5") == "5");
  CHECK(resolved_seed(R"({"all": 5, "data": 5})") == "5");
  CHECK(resolved_seed(R"({"topology": 4, "data": 5})") == R"({"all":1,"data":5,"topology":4})");
}

TEST_CASE("The seed of all concerns no purpose that has its own") {
  JsonOfTests experiment = random_experiment();
  experiment["record"] = {{"local_nodes", 0}};  // the nodes that are scored are drawn by "all"
  const auto with_all = [&](int all) {
    experiment["seed"] = {{"all", all},   {"data", 1},    {"partition", 2}, {"topology", 3},
                          {"batches", 4}, {"compute", 5}, {"network", 6},   {"faults", 7}};
    return outcome(experiment).hash();
  };
  CHECK(with_all(8) == with_all(9));
}

TEST_CASE("The header has the seeds, and an unknown purpose is refused") {
  JsonOfTests experiment = random_experiment();
  experiment["seed"] = {{"all", 3}, {"compute", 4}};
  const Outcome run = outcome(experiment);
  CHECK(run.records.front()["seed"] == 3);
  CHECK(run.records.front()["seeds"] == JsonOfTests::parse(R"({"all": 3, "compute": 4})"));
  CHECK(run.records.front()["configuration"]["seed"] == run.records.front()["seeds"]);
  experiment["seed"] = 3;
  CHECK_FALSE(outcome(experiment).records.front().contains("seeds"));
  const auto message = [&](const JsonOfTests& seed) {
    experiment["seed"] = seed;
    return message_of<ExperimentError>([&] { parse_experiment(experiment.dump(), "a.json"); });
  };
  CHECK(message({{"batch", 1}})
            .starts_with("a.json: /seed/batch: \"batch\" is not a key here\n"
                         "  expected one of: all, batches, compute, data, faults, network, "
                         "partition, topology\n  did you mean \"batches\"?"));
  CHECK(message({{"data", -1}}).starts_with("a.json: /seed/data: -1 is out of range\n"));
}

TEST_CASE("An override of one seed keeps the others") {
  const auto seeds = [](const char* before, const std::string& text) {
    JsonOfTests experiment = random_experiment();
    experiment["seed"] = JsonOfTests::parse(before);
    const Configuration configuration =
        read_configuration(parse_json(experiment.dump(), "a.json"), "a.json", {text}, testing::standard());
    return JsonOfTests::parse(configuration.resolved)["seed"].dump();
  };
  CHECK(seeds("3", "/seed/batches=7") == R"({"all":3,"batches":7})");
  CHECK(seeds(R"({"all": 3, "data": 4})", "/seed/batches=7") == R"({"all":3,"batches":7,"data":4})");
  CHECK(seeds(R"({"all": 3, "data": 4})", "/seed=9") == "9");
}

}  // namespace
}  // namespace gossamer
