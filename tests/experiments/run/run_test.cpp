#include "experiments/run/run_in_virtual_time.hpp"

#include <atomic>
#include <cmath>
#include <cstdio>
#include <string>

#include <doctest/doctest.h>

#include "experiments/run/progress.hpp"
#include "experiments/run/run.hpp"
#include "experiments/trace/provenance.hpp"
#include "tests/experiments/run/runs.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using testing::Json;
using testing::Outcome;
using testing::outcome;
using testing::records_in;
using testing::small_experiment;
using testing::without_provenance;

TEST_CASE("Compressed messages scale with the payload, with and without numerics alike") {
  // 1 MB are 250,000 coordinates: of the quarter that travels each takes 32 bits, and 18 for its position.
  Json configuration = Json::parse(R"({
    "topology":  {"kind": "ring", "nodes": 4},
    "model":     {"kind": "quadratic", "dimension": 64},
    "algorithm": {"kind": "choco_sgd", "consensus_step": 0.1, "compressor": {"kind": "top_k", "fraction": 0.25}},
    "network":   {"kind": "alpha_beta", "payload": "1 MB"},
    "stop":      {"node_steps": 10}
  })");
  for (const char* const numerics : {"off", "float32", "float64"}) {
    CAPTURE(numerics);
    configuration["numerics"] = numerics;
    const Outcome run = outcome(configuration);
    CHECK(run.records.front()["compressor"]["most_bytes"] == 390'625);
    CHECK(run.end.last.total.sent_bytes == 4 * 2 * 10 * 390'625);  // each node to both neighbors, ten times
  }
}

TEST_CASE("An error that a program finds at its start names the place of its settings") {
  Json configuration = Json::parse(R"({
    "topology": {"kind": "ring", "nodes": 4}, "model": {"kind": "quadratic"}, "stop": {"node_steps": 6},
    "algorithm": {"kind": "streaming_diloco", "fragments": 9}
  })");
  std::string message;
  try {
    outcome(configuration);
  } catch (const InputError& error) {
    message = error.what();
  }
  CHECK(message.ends_with(": /algorithm: streaming_diloco: 9 fragments do not divide a period of 8 steps"));
}

TEST_CASE("One node runs, alone, in every variant of algorithms that meet in pairs") {
  Json configuration = Json::parse(R"({
    "topology": {"kind": "path", "nodes": 1}, "model": {"kind": "quadratic"}, "stop": {"node_steps": 6}
  })");
  for (const char* const algorithm :
       {R"({"kind": "ad_psgd"})", R"({"kind": "randomized_gossip"})", R"({"kind": "swarm_sgd"})",
        R"({"kind": "swarm_sgd", "variant": "nb2"})", R"({"kind": "swarm_sgd", "variant": "blocking"})",
        R"({"kind": "swarm_sgd", "variant": "one_sided"})"}) {
    CAPTURE(algorithm);
    configuration["algorithm"] = Json::parse(algorithm);
    const Outcome run = outcome(configuration);
    CHECK(run.end.reason == EndReason::node_steps);
    CHECK(run.end.last.total.node_steps == 6);
    CHECK(run.end.last.total.sent_messages == 0);
  }
}

TEST_CASE("A trace holds header, samples, a summary of each node, and the end") {
  const Outcome run = outcome(small_experiment());
  const Json& header = run.records.front();
  CHECK(header["record"] == "header");
  CHECK(header["schema"] == 2);
  CHECK(header["title"] == "Ring of eight");
  CHECK(header["seed"] == 3);
  CHECK(header["topology"]["nodes"] == 8);
  CHECK(header["topology"]["edges"] == 8);
  CHECK(header["topology"]["diameter"] == 4);
  CHECK(header["topology"]["degree_mean"] == 2);
  // Metropolis-Hastings weights of a ring are 1/3: the second eigenvalue is (1 + 2 cos(2π/8)) / 3.
  CHECK(header["topology"]["spectral_gap"].get<double>() == doctest::Approx(1 - (1 + std::sqrt(2.0)) / 3));
  CHECK(header["problem"]["dimension"] == 5);
  CHECK(header["partition"].is_null());
  CHECK(header["payload_bytes"] == 20);

  const auto samples = run.of_kind("sample");
  REQUIRE(samples.size() == 11);  // at 0, 0.1, …, 1 s
  for (std::size_t k = 0; k < samples.size(); ++k)
    CHECK(samples[k]["time_s"].get<double>() == static_cast<double>(k) * 0.1);
  CHECK(samples.front()["node_steps"] == 0);
  CHECK(samples.back()["train_loss"] < samples.front()["train_loss"]);
  // f(x̄) − f(x*) falls by as much as f(x̄).
  CHECK(samples.front()["suboptimality"].get<double>() - samples.back()["suboptimality"].get<double>() ==
        doctest::Approx(samples.front()["train_loss"].get<double>() - samples.back()["train_loss"].get<double>()));

  const auto nodes = run.of_kind("node");
  REQUIRE(nodes.size() == 8);
  std::uint64_t steps = 0;
  for (const Json& node : nodes) {
    steps += node["node_steps"].get<std::uint64_t>();
    CHECK(node["computing_s"].get<double>() + node["idle_s"].get<double>() == doctest::Approx(1.0));
  }
  CHECK(samples.back()["node_steps"] == steps);

  CHECK(run.records.back()["record"] == "end");
  CHECK(run.records.back()["reason"] == "virtual_time");
  CHECK(run.records.back()["totals"]["node_steps"] == steps);
}

TEST_CASE("The warnings of a run are in its trace, displayed or not") {
  CHECK(outcome(small_experiment()).records.front()["warnings"] == Json::array());
  Json exact = small_experiment();
  exact["model"]["noise"] = 0;
  CHECK(outcome(exact).records.front()["warnings"] ==
        Json::array(
            {"/model/noise: every gradient is exact, so this run shows nothing of how swarm_sgd deals with noise"}));
}

TEST_CASE("A trace contains the chosen all-reduce, if the algorithm has any and the block names none") {
  Json experiment = small_experiment();
  const auto chosen = [&] {
    const Json header = outcome(experiment).records.front();
    return header.contains("all_reduce") ? header["all_reduce"].get<std::string>() : "nothing";
  };
  CHECK(chosen() == "nothing");
  // Eight nodes, x ms a payload: doubling takes 3 + 3 x, Rabenseifner's algorithm 6 + 7/4 x, a ring 14 + 7/4 x.
  experiment["algorithm"] = {{"kind", "all_reduce_sgd"}, {"step_size", 0.05}};
  CHECK(chosen() == "recursive_doubling");
  experiment["network"]["payload"] = "2200 B";
  CHECK(chosen() == "recursive_doubling");
  experiment["network"]["all_reduce"] = "mpich";  // more than 2048 B
  CHECK(chosen() == "rabenseifner");
  experiment["network"]["all_reduce"] = "automatic";
  experiment["network"]["payload"] = "1 MB";
  CHECK(chosen() == "rabenseifner");
  experiment["network"]["all_reduce"] = "ring";
  CHECK(chosen() == "nothing");
}

TEST_CASE("The hash is the same for any number of threads and any window, and another for another seed") {
  const std::string hash = outcome(small_experiment()).hash();
  for (const int threads : {1, 2, 3, 8}) {
    for (const std::size_t window : {1u, 7u, 1000u}) {
      CAPTURE(threads);
      CAPTURE(window);
      CHECK(outcome(small_experiment(), {.threads = threads, .window = window}).hash() == hash);
    }
  }
  Json other = small_experiment();
  other["seed"] = 4;
  CHECK(outcome(other).hash() != hash);
}

TEST_CASE("A trace is an experiment: running its first line again gives the same hash") {
  const TemporaryFolder folder;
  const auto file = folder.write("small.json", small_experiment().dump());
  const auto first = folder.path() / "first.jsonl", second = folder.path() / "second.jsonl";
  CHECK(run({.file = file, .out = first, .quiet = true}) == ExitCode::success);
  CHECK(run({.file = first, .out = second, .quiet = true}) == ExitCode::success);
  CHECK(records_in(first).back()["hash"] == records_in(second).back()["hash"]);
  CHECK(without_provenance(records_in(first).front()) == without_provenance(records_in(second).front()));
}

TEST_CASE("A display changes no byte of the trace but the wall time") {
  std::FILE* const nowhere = std::fopen("/dev/null", "w");
  Progress progress{{.nodes = 8, .out = nowhere}};
  auto displayed = outcome(small_experiment(), {.progress = &progress}).records;
  auto plain = outcome(small_experiment()).records;
  displayed.front() = without_provenance(displayed.front());
  plain.front() = without_provenance(plain.front());
  displayed.back().erase("wall_time_s");
  plain.back().erase("wall_time_s");
  CHECK(displayed == plain);
  std::fclose(nowhere);
}

TEST_CASE("Without numerics the same messages fly at the same times, and no loss is known") {
  Json off = small_experiment();
  off["numerics"] = "off";
  const Outcome with = outcome(small_experiment()), without = outcome(off);
  CHECK(with.records.back()["totals"] == without.records.back()["totals"]);
  CHECK(with.records.back()["events"] == without.records.back()["events"]);
  const auto samples = without.of_kind("sample");
  REQUIRE(samples.size() == with.of_kind("sample").size());
  for (const Json& sample : samples) CHECK(!sample.contains("train_loss"));
}

TEST_CASE("Without node records a trace has the same samples and another hash") {
  Json none = small_experiment();
  none["record"]["nodes"] = "none";
  const Outcome with = outcome(small_experiment()), without = outcome(none);
  CHECK(with.of_kind("node").size() == 8);
  CHECK(without.of_kind("node").empty());
  CHECK(without.of_kind("sample") == with.of_kind("sample"));
  CHECK(without.records.back()["totals"] == with.records.back()["totals"]);
  CHECK(without.hash() != with.hash());
  CHECK(outcome(none, {.threads = 2, .window = 7}).hash() == without.hash());
}

TEST_CASE("An interrupted run leaves a complete trace that ends with this reason") {
  const std::atomic<bool> interrupt{true};
  Json endless = small_experiment();
  endless["stop"] = {{"virtual_time", "1e9 s"}};
  endless["record"] = {{"every", "1e6 s"}};
  const Outcome run = outcome(endless, {.interrupt = &interrupt});
  CHECK(run.records.back()["reason"] == "interrupted");
  CHECK(run.of_kind("node").size() == 8);
}

TEST_CASE("A run that diverges ends, and reports the time and the node") {
  Json wild = small_experiment();
  wild["algorithm"]["step_size"] = 1e30;
  const Outcome run = outcome(wild);
  const auto found = run.of_kind("divergence");
  REQUIRE(found.size() == 1);
  CHECK(found[0]["node"] >= 0);
  CHECK(found[0]["node"] < 8);
  CHECK(found[0]["time_s"] > 0);
  CHECK(found[0]["what"] == "its model holds a number that is not finite");
  CHECK(run.records.back()["reason"] == "diverged");

  const TemporaryFolder folder;
  const auto file = folder.write("wild.json", wild.dump());
  CHECK(gossamer::run({.file = file, .out = folder.path() / "wild.jsonl", .quiet = true}) == ExitCode::diverged);
}

}  // namespace
}  // namespace gossamer
