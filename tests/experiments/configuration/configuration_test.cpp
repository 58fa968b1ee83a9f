#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "experiments/configuration/experiment.hpp"
#include "sim/network/shaper.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

const std::string small = R"({
  "topology":  {"kind": "torus", "rows": 3, "columns": 4},
  "model":     {"kind": "softmax_regression", "batch_size": 5,
                "data": {"kind": "synthetic_classification", "samples": 120, "features": 6, "classes": 3},
                "partition": "iid"},
  "algorithm": "swarm_sgd",
  "stop":      {"virtual_time": "1 min"}
})";

Experiment read(const std::vector<std::string>& overrides = {}) {
  return parse_experiment(small, "a/small.json", overrides);
}

TEST_CASE("The resolved configuration holds every default and reads back to itself") {
  const Experiment first = read();
  CHECK(first.configuration.starts_with(
      R"({"title":"small","seed":1,"numerics":"float32","topology":{"kind":"torus","rows":3,"columns":4,)"));
  CHECK(first.configuration.find(R"("partition":{"kind":"iid"},"initial":{"kind":"zeros"}})") != std::string::npos);
  CHECK(first.configuration.find(R"("payload":"model")") != std::string::npos);
  CHECK(first.configuration.find(R"("stop":{"virtual_time":"60 s","judge":"records"},"record":{"every":"600 ms",)") !=
        std::string::npos);
  CHECK(parse_experiment(first.configuration, "b.json").configuration == first.configuration);
}

TEST_CASE("Parts of an algorithm are named alone or as blocks, and written with every setting") {
  const auto of = [](const std::string& algorithm) { return read({"/algorithm=" + algorithm}).configuration; };
  const std::string usual = of("diloco");
  CHECK(usual.find(R"("optimizer":{"kind":"sgd","weight_decay":0})") != std::string::npos);
  CHECK(usual.find(R"("outer_optimizer":{"kind":"nesterov","step_size":0.7,"momentum":0.9})") != std::string::npos);
  CHECK(of(R"({"kind": "diloco", "optimizer": "sgd", "outer_optimizer": {"kind": "nesterov"}})") == usual);
  CHECK(parse_experiment(usual, "b.json").configuration == usual);
}

TEST_CASE("A resolved configuration means the same experiment") {
  const Experiment first = read({"/seed=5", "/compute=lognormal"});
  const Experiment second = parse_experiment(first.configuration, "b.json");
  CHECK(second.seed == 5);
  CHECK(second.partition->samples == first.partition->samples);
  CHECK(second.dataset->train.dense == first.dataset->train.dense);
  CHECK(second.step_times->duration(3, 7, Seconds{0}) == first.step_times->duration(3, 7, Seconds{0}));
  CHECK(second.record.every == first.record.every);
}

TEST_CASE("Parts fit together: nodes, samples, dimension, payload") {
  const Experiment experiment = read();
  CHECK(experiment.title == "small");
  CHECK(experiment.topology.mixing.size() == 12);
  CHECK(experiment.partition->samples.size() == 12);
  CHECK(experiment.dimension == 6 * 3 + 3);
  CHECK(experiment.payload == 4 * experiment.dimension);  // float32 on the wire
  CHECK(dynamic_cast<const Problem<float>*>(experiment.problem.get()) != nullptr);
  CHECK(experiment.limits.virtual_time == Seconds{60});
  CHECK(experiment.record.every == Seconds{0.6});  // a hundredth
}

TEST_CASE("Rounds of another graph's matchings are said in a block within the block, and written back") {
  const Experiment experiment = read(
      {R"(/topology={"kind": "matcha", "budget": 0.4, "of": {"kind": "ring", "nodes": 12}})", "/algorithm=d_psgd"});
  REQUIRE(experiment.topology.schedule != nullptr);
  CHECK(experiment.topology.kind == "matcha");
  CHECK(experiment.topology.facts.edges == 12);
  CHECK(experiment.configuration.find(R"("of":{"kind":"ring","nodes":12})") != std::string::npos);
  const Experiment again = parse_experiment(experiment.configuration, "b.json");
  CHECK((again.topology.mixing.matrix() - experiment.topology.mixing.matrix()).norm() == 0);
  CHECK(read().topology.schedule == nullptr);
}

TEST_CASE("Numerics choose the scalar type, and the wire stays float32") {
  const Experiment experiment = read({"/numerics=float64"});
  CHECK(dynamic_cast<const Problem<double>*>(experiment.problem.get()) != nullptr);
  CHECK(experiment.payload == read().payload);
}

TEST_CASE("Without numerics there is no problem, and a model is needed for its size alone") {
  const Experiment sized = read({"/numerics=off"});
  CHECK(sized.problem == nullptr);
  CHECK(sized.payload == 4 * 21);
  const Experiment bare = read({"/numerics=off", "/model=null", "/network/payload=528 MB"});
  CHECK(bare.payload == 528000000);
  CHECK(bare.dimension == 0);
  CHECK_FALSE(bare.dataset);
}

TEST_CASE("The payload can be set apart from the model") { CHECK(read({"/network/payload=100 kB"}).payload == 100000); }

/// Duration of a node's step that starts at `start`, in seconds.
double step_of(const Experiment& experiment, NodeId node, std::uint64_t step, Seconds start = {}) {
  return experiment.step_times->duration(node, step, start).count();
}

TEST_CASE("A law may be drawn once for each node, and stragglers multiply its times") {
  const Experiment usual = read({"/compute=exponential"});
  const Experiment fixed = read({"/compute=exponential", "/compute/draw=per_node"});
  const Experiment slow = read({"/compute=exponential", R"(/compute/stragglers={"kind": "one_slow_node", "node": 2})"});
  CHECK(step_of(usual, 2, 1) != step_of(usual, 2, 0));
  CHECK(step_of(fixed, 2, 9) == step_of(usual, 2, 0));
  CHECK(step_of(slow, 2, 9) == 5 * step_of(usual, 2, 9));
  CHECK(step_of(slow, 3, 9) == step_of(usual, 3, 9));
  CHECK(slow.step_times->mean_slowdown(2) == 5);
}

TEST_CASE("Slow nodes are said as a law of their own or over any law, with the same outcome") {
  const Experiment own = read({R"(/compute={"kind": "slow_nodes", "law": "exponential", "step": "3 ms"})"});
  const Experiment over = read({R"(/compute={"kind": "exponential", "mean": "3 ms", "stragglers": "slow_nodes"})"});
  for (NodeId i = 0; i < 12; ++i) CHECK(step_of(own, i, 4) == step_of(over, i, 4));
}

TEST_CASE("The roofline takes the work of a step from the model, with numerics or without, or is told") {
  // Softmax regression, p = 6, C = 3, B = 5: 5 · 3 · 2 · 12 = 360 FLOP over 4 (5 · 6 + 2 · 21) = 288 bytes in float32.
  const std::string device = R"(/compute={"kind": "roofline", "peak": "360 FLOP/s", "memory_bandwidth": "1 GB/s"})";
  const std::string slow_memory = "/compute/memory_bandwidth=144 B/s";
  CHECK(step_of(read({device}), 0, 0) == doctest::Approx(1));
  CHECK(step_of(read({device, "/numerics=off"}), 0, 0) == doctest::Approx(1));
  CHECK(step_of(read({device, slow_memory}), 0, 0) == doctest::Approx(2));
  CHECK(step_of(read({device, slow_memory, "/numerics=float64"}), 0, 0) == doctest::Approx(4));
  CHECK(step_of(read({device, "/compute/flops=1.8 kFLOP"}), 0, 0) == doctest::Approx(5));
}

TEST_CASE("Files of step times and devices are found beside the experiment") {
  const TemporaryFolder folder;
  folder.write("times.csv", "step_time_s\n2\n");
  folder.write("devices.csv", "device,time_s,speed,available\na,0,2,1\na,10,,0\na,20,,1\n");
  const Experiment experiment =
      parse_experiment(small, (folder.path() / "a.json").string(),
                       {R"(/compute={"kind": "empirical", "path": "times.csv"})",
                        R"(/compute/stragglers={"kind": "device_trace", "path": "devices.csv", "period": "30 s"})"});
  CHECK(step_of(experiment, 5, 0) == 1);                  // 2 s of work at twice the speed
  CHECK(step_of(experiment, 5, 0, Seconds{12}) == 9);     // back at 20 s
  CHECK(step_of(experiment, 5, 0, Seconds{39.5}) == 11);  // half of it until 40 s, the rest from 50 s on
  CHECK(experiment.configuration.find(R"("stragglers":{"kind":"device_trace","path":"devices.csv",)") !=
        std::string::npos);
}

TEST_CASE("Files of links are found in the experiment's folder, and an error in one is one sentence") {
  const TemporaryFolder folder;
  folder.write("regions.csv", "rtt_ms,a,b,c\na,6,20,20\nb,20,6,20\nc,20,20,6\n");
  folder.write("links.csv", "from,to,latency_ms\n0,1,1\n");
  folder.write("bad.csv", "rtt_ms,a,b,c\na,6,20,20\nb,20,slow,20\nc,20,20,6\n");
  const std::string name = (folder.path() / "a.json").string();
  for (const std::string kind : {"alpha_beta", "nic"}) {
    const auto experiment =
        parse_experiment(small, name, {R"(/network={"kind": ")" + kind + R"(", "latencies": "regions.csv"})"});
    CHECK(experiment.network->shaper()->latency() == Seconds{3e-3});
    const auto listed =
        parse_experiment(small, name, {R"(/network={"kind": ")" + kind + R"(", "links": "links.csv"})"});
    CHECK(listed.network->shaper()->latency() == Seconds{1e-3});
    const std::string bad = R"(/network={"kind": ")" + kind + R"(", "latencies": "bad.csv"})";
    CHECK_THROWS_WITH_AS(parse_experiment(small, name, {bad}),
                         ("--set " + bad + ": " + (folder.path() / "bad.csv").string() +
                          ":3: b is \"slow\", expected a number at least 0")
                             .c_str(),
                         ExperimentError);
  }
}

TEST_CASE("Epochs become node-steps: samples per node over the batch size") {
  // 120 samples on 12 nodes are 10 each: two batches of 5 make an epoch.
  CHECK(read({"/stop/epochs=3"}).targets.mean_node_steps == 6.0);
  CHECK(read({"/stop/epochs=3", "/model/batch_size=full"}).targets.mean_node_steps == 3.0);
}

TEST_CASE("The default interval is a hundredth of the first limit, or ten node-steps") {
  CHECK(read({"/stop={\"node_steps\": 250}"}).record.every_node_steps == 3.0);
  CHECK(read({"/stop={\"target_loss\": 0.5}"}).record.every_node_steps == 10.0);
  CHECK(read({"/record/every_node_steps=0.5"}).record.every_node_steps == 0.5);
  CHECK_FALSE(read({"/record/every_node_steps=0.5"}).record.every);
}

TEST_CASE("A trace's first line is an experiment file, whatever follows it") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "run.jsonl";
  const Experiment first = read({"/seed=9"});
  std::ofstream{path} << R"({"record":"header","configuration":)" << first.configuration << "}\n"
                      << "this line is never read as an experiment\n";
  const Experiment again = read_experiment(path);
  CHECK(again.configuration == first.configuration);
  CHECK(read_experiment(path, {"/seed=10"}).seed == 10);
}

TEST_CASE("Relative paths lead from the experiment file's folder, else from GOSSAMER_DATA") {
  const TemporaryFolder folder;
  const TemporaryFolder data;
  std::ofstream{folder.path() / "near.txt"} << "0 1\n1 2\n2 0\n";
  std::ofstream{data.path() / "far.txt"} << "0 1\n1 2\n2 3\n3 0\n";
  const auto nodes = [&](const std::string& path) {
    return parse_experiment(small, (folder.path() / "a.json").string(),
                            {R"(/topology={"kind": "graph_file", "path": ")" + path + "\"}"})
        .topology.mixing.size();
  };
  CHECK(nodes("near.txt") == 3);
  CHECK_THROWS_AS(nodes("far.txt"), ExperimentError);
  setenv("GOSSAMER_DATA", data.path().c_str(), 1);
  CHECK(nodes("far.txt") == 4);
  unsetenv("GOSSAMER_DATA");
}

TEST_CASE("A perceptron starts from he or glorot, everything else from zeros") {
  const std::string mlp = R"(/model={"kind": "mlp", "hidden": [4], "data": {"kind": "synthetic_classification",
    "samples": 120, "features": 6, "classes": 3}})";
  CHECK(read({mlp}).configuration.find(R"("initial":{"kind":"he")") != std::string::npos);
  CHECK(read({mlp, "/model/activation=tanh"}).configuration.find(R"("initial":{"kind":"glorot")") != std::string::npos);
}

}  // namespace
}  // namespace gossamer
