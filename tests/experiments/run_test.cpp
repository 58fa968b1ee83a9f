#include "experiments/run.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/experiment.hpp"
#include "experiments/progress.hpp"
#include "experiments/provenance.hpp"
#include "experiments/run_experiment.hpp"
#include "experiments/trace_file.hpp"
#include "experiments/trace_header.hpp"
#include "sim/learning/npy.hpp"
#include "tests/sim/learning/temporary_folder.hpp"

namespace gossamer {
namespace {

using Json = nlohmann::json;

/// Eight nodes on a ring with quadratics of their own; SwarmSGD, so that all depends on the order of events.
Json small_experiment() {
  return Json::parse(R"({
    "title": "Ring of eight", "seed": 3,
    "topology":  {"kind": "ring", "nodes": 8},
    "model":     {"kind": "quadratic", "dimension": 5, "noise": 0.1, "initial": {"kind": "normal"}},
    "algorithm": {"kind": "swarm_sgd", "step_size": 0.05, "local_steps": 2},
    "network":   {"kind": "alpha_beta", "latency": "1 ms", "bandwidth": "1 MB/s"},
    "compute":   {"kind": "exponential", "mean": "10 ms"},
    "stop":      {"virtual_time": "1 s"}, "record": {"every": "100 ms"}
  })");
}

std::vector<Json> records_in(const std::filesystem::path& path) {
  std::istringstream lines{TemporaryFolder::read(path)};
  std::vector<Json> records;
  for (std::string line; std::getline(lines, line);) records.push_back(Json::parse(line));
  return records;
}

/// A header without what differs from run to run.
Json without_provenance(Json header) {
  header.erase("provenance");
  return header;
}

/// One run in a folder of its own.
struct Outcome {
  RunEnd end;
  std::vector<Json> records;

  std::string hash() const { return records.back()["hash"]; }
  std::vector<Json> of_kind(const std::string& kind) const {
    std::vector<Json> result;
    for (const Json& record : records)
      if (record["record"] == kind) result.push_back(record);
    return result;
  }
};

Outcome outcome(const Json& configuration, const RunSettings& settings = {}) {
  const TemporaryFolder folder;
  Experiment experiment = parse_experiment(configuration.dump(), "small.json");
  Outcome result;
  {
    TraceWriter trace{folder.path() / "small.jsonl"};
    result.end = run_experiment(experiment, trace, settings);
  }
  result.records = records_in(folder.path() / "small.jsonl");
  return result;
}

/// The working folder, while this lives.
class InFolder {
 public:
  explicit InFolder(const std::filesystem::path& folder) : before_{std::filesystem::current_path()} {
    std::filesystem::current_path(folder);
  }
  ~InFolder() { std::filesystem::current_path(before_); }
  InFolder(const InFolder&) = delete;
  InFolder& operator=(const InFolder&) = delete;

 private:
  std::filesystem::path before_;
};

/// The file's message, without its folder.
template <class Error>
std::string message_of_run(const TemporaryFolder& folder, const RunOptions& options) {
  std::string message = message_of<Error>([&] { run(options); });
  const std::string prefix = folder.path().string() + "/";
  for (std::size_t at = message.find(prefix); at != std::string::npos; at = message.find(prefix))
    message.erase(at, prefix.size());
  return message;
}

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
    CHECK(run.end.reason == "node_steps");
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
  CHECK(header["problem"]["gradient_variance"].get<double>() == doctest::Approx(5 * 0.01));  // d σ² of the noise
  CHECK(header["problem"]["heterogeneity"].get<double>() ==
        doctest::Approx(header["problem"]["heterogeneity_at_optimum"].get<double>()));  // one A for all
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

TEST_CASE("A trace says which all-reduce has been chosen, if the algorithm has any and the block names none") {
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

TEST_CASE("A header says when, where and from what it was made") {
  const Json made = outcome(small_experiment(), {.threads = 3, .command = {"gossamer", "run", "it's.json"}})
                        .records.front()["provenance"];
  const std::string date = made["date"];
  REQUIRE(date.size() == 20);
  std::string shape = date;
  for (char& c : shape) c = c >= '0' && c <= '9' ? '0' : c;
  CHECK(shape == "0000-00-00T00:00:00Z");
  CHECK(made["host"].get<std::string>() != "");
  CHECK(made["compiler"].get<std::string>() != "");
  if (made.contains("commit")) {  // 40 hexadecimal digits, and "-dirty" if sources have changed
    const std::string commit = made["commit"];
    CHECK(commit.find_first_not_of("0123456789abcdef") == (commit.size() == 40 ? commit.npos : 40));
    CHECK((commit.size() == 40 || commit.substr(40) == "-dirty"));
  }
  CHECK(made["threads"] == 3);
  CHECK(made["command"] == R"(gossamer run 'it'\''s.json')");
  const Json none = outcome(small_experiment()).records.front()["provenance"];
  CHECK_FALSE(none.contains("command"));
}

TEST_CASE("Words are written so that a shell reads them") {
  CHECK(shell_text({"gossamer", "run", "--set", "/seed=4"}) == "gossamer run --set /seed=4");
  CHECK(shell_text({"/network/latency=2 ms", "", "$HOME"}) == "'/network/latency=2 ms' '' '$HOME'");
}

TEST_CASE("The default name of a trace is kept by one configuration, and others get a hash") {
  const TemporaryFolder folder;
  const InFolder here{folder.path()};
  folder.write("small.json", small_experiment().dump());
  const auto traces = [&] {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{folder.path()})
      if (entry.path().extension() == ".jsonl") names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  };
  run({.file = "small.json", .quiet = true});
  run({.file = "small.json", .quiet = true});  // the same once more
  CHECK(traces() == std::vector<std::string>{"small.jsonl"});
  run({.file = "small.json", .overrides = {"/seed=4"}, .quiet = true});
  run({.file = "small.json", .overrides = {"/seed=4"}, .quiet = true});
  REQUIRE(traces().size() == 2);
  CHECK(records_in("small.jsonl").front()["seed"] == 3);
  const std::string other = traces().front();  // '-' comes before '.'
  CHECK(records_in(other).front()["seed"] == 4);
  CHECK(other.size() == std::string{"small-01234567.jsonl"}.size());
  run({.file = "small.json", .overrides = {"/seed=5"}, .quiet = true});
  CHECK(traces().size() == 3);
  run({.file = "small.json", .overrides = {"/seed=6"}, .force = true, .quiet = true});
  CHECK(traces().size() == 3);
  CHECK(records_in("small.jsonl").front()["seed"] == 6);
  // A file that is no trace is not lost either, nor one that another run has just begun.
  for (const std::string content : {"precious", ""}) {
    folder.write("small.jsonl", content);
    run({.file = "small.json", .quiet = true});
    CHECK(TemporaryFolder::read("small.jsonl") == content);
  }
  // A trace that is run again with another seed leaves itself alone.
  run({.file = other, .overrides = {"/seed=7"}, .quiet = true});
  CHECK(records_in(other).front()["seed"] == 4);
}

TEST_CASE("Files that hold something else are overwritten with --force alone") {
  const TemporaryFolder folder;
  const auto file = folder.write("small.json", small_experiment().dump());
  const auto trace = folder.path() / "a.jsonl";
  run({.file = file, .out = trace, .quiet = true});
  run({.file = file, .out = trace, .quiet = true});
  CHECK(message_of_run<TraceError>(folder, {.file = file, .overrides = {"/seed=4"}, .out = trace, .quiet = true}) ==
        "a.jsonl: holds the trace of another configuration, which would be lost\n"
        "  expected another --out, or --force to overwrite it");
  CHECK(records_in(trace).front()["seed"] == 3);
  run({.file = file, .overrides = {"/seed=4"}, .out = trace, .force = true, .quiet = true});
  CHECK(records_in(trace).front()["seed"] == 4);

  const auto notes = folder.write("notes.txt", "precious");
  CHECK(message_of_run<TraceError>(folder, {.file = file, .out = notes, .quiet = true}) ==
        "notes.txt: holds something that is no trace, which would be lost\n"
        "  expected another --out, or --force to overwrite it");
  const auto fresh = folder.path() / "b.jsonl";
  CHECK(message_of_run<TraceError>(folder, {.file = file, .out = fresh, .models = notes, .quiet = true}) ==
        "notes.txt: holds something that is no NPY file, which would be lost\n"
        "  expected another --models, or --force to overwrite it");
  CHECK(message_of_run<TraceError>(folder, {.file = file, .out = fresh, .quiet = true, .timeline = notes}) ==
        "notes.txt: holds something that is no timeline, which would be lost\n"
        "  expected another --timeline, or --force to overwrite it");
  CHECK(message_of_run<TraceError>(folder, {.file = file, .out = fresh, .models = fresh, .quiet = true}) ==
        "b.jsonl: the models would overwrite the trace; name another file");
  CHECK(TemporaryFolder::read(notes) == "precious");
  CHECK_FALSE(std::filesystem::exists(fresh));
  const auto empty = folder.write("empty.txt", "");
  const auto models = folder.path() / "x.npy", timeline = folder.path() / "t.json";
  for (int time = 0; time < 2; ++time)  // each its own kind once more
    run({.file = file, .out = fresh, .models = models, .quiet = true, .timeline = timeline});
  run({.file = file, .out = empty, .quiet = true});
}

TEST_CASE("A run on ranks is another than that in virtual time") {
  Experiment experiment = parse_experiment(small_experiment().dump(), "small.json");
  const RankFacts four{.ranks = 4, .mpi = "an MPI", .compute = "paced", .network = "real", .all_reduce = "played"};
  RankFacts eight = four;
  eight.ranks = 8;
  CHECK(identity_of(experiment) != identity_of(experiment, &four));
  CHECK(identity_of(experiment, &four) != identity_of(experiment, &eight));
  const TemporaryFolder folder;
  const auto path = folder.path() / "ranks.jsonl";
  { TraceWriter{path}.write(header_of(experiment, four, provenance(1, {}))); }
  CHECK(identity_of_trace(path) == identity_of(experiment, &four));
}

TEST_CASE("A trace of the schema before can be run again") {
  const TemporaryFolder folder;
  const auto file = folder.write("small.json", small_experiment().dump());
  const auto first = folder.path() / "first.jsonl", second = folder.path() / "second.jsonl";
  run({.file = file, .out = first, .quiet = true});
  Json header = records_in(first).front();
  header["schema"] = 1;
  const auto old = folder.write("old.jsonl", header.dump() + "\n");
  CHECK(run({.file = old, .out = second, .quiet = true}) == ExitCode::success);
  CHECK(records_in(first).back()["hash"] == records_in(second).back()["hash"]);
  CHECK(records_in(second).front()["schema"] == 2);
}

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

TEST_CASE("A run that is interrupted leaves a whole trace that says so") {
  const std::atomic<bool> interrupt{true};
  Json endless = small_experiment();
  endless["stop"] = {{"virtual_time", "1e9 s"}};
  endless["record"] = {{"every", "1e6 s"}};
  const Outcome run = outcome(endless, {.interrupt = &interrupt});
  CHECK(run.records.back()["reason"] == "interrupted");
  CHECK(run.of_kind("node").size() == 8);
}

TEST_CASE("A run that diverges says when and on which node, and ends") {
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
    for (const auto& [judge, steps] : {std::pair{"steps", 3}, {"records", 10}}) {
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
  const Problem<double>& problem = *std::get<std::unique_ptr<Problem<double>>>(experiment.problem);
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

TEST_CASE("The reported models are written as one array") {
  const TemporaryFolder folder;
  const auto file = folder.write("small.json", small_experiment().dump());
  const auto models = folder.path() / "x.npy";
  run({.file = file, .out = folder.path() / "a.jsonl", .models = models, .quiet = true});
  const Eigen::MatrixXd matrix = read_npy_matrix(models);
  CHECK(matrix.rows() == 8);
  CHECK(matrix.cols() == 5);
  // Γ of the array is Γ of the last sample, up to the rounding of float32 sums.
  const double gamma = (matrix.rowwise() - matrix.colwise().mean()).squaredNorm();
  const auto records = records_in(folder.path() / "a.jsonl");
  for (const Json& record : records)
    if (record["record"] == "sample" && record["time_s"] == 1.0)
      CHECK(record["consensus_distance"].get<double>() == doctest::Approx(gamma).epsilon(1e-5));
}

TEST_CASE("Files that cannot be written are one sentence each") {
  const TemporaryFolder folder;
  const auto file = folder.write("small.json", small_experiment().dump());
  CHECK(message_of_run<TraceError>(folder, {.file = file, .out = "/dev/full", .quiet = true}) ==
        "/dev/full: cannot write the trace: No space left on device; the 0 records before stay");
  CHECK(message_of_run<TraceError>(folder, {.file = file, .out = file, .quiet = true}) ==
        "small.json: the trace would overwrite the experiment; name another file with --out");
  CHECK(message_of_run<TraceError>(
            folder, {.file = file, .out = folder.path() / "a.jsonl", .models = "/nowhere/x.npy", .quiet = true}) ==
        "/nowhere/x.npy: cannot write the models: No such file or directory");
  CHECK(message_of_run<TraceError>(folder, {.file = file,
                                            .overrides = {"/numerics=off"},
                                            .out = folder.path() / "a.jsonl",
                                            .models = folder.path() / "x.npy",
                                            .quiet = true}) ==
        "small.json: --models x.npy: this run computes no models");
}

}  // namespace
}  // namespace gossamer
