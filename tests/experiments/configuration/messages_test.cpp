#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "experiments/configuration/experiment.hpp"
#include "tests/experiments/configuration/message_about.hpp"

// Every kind of mistake in an experiment file, with its message, word for word.
namespace gossamer {
namespace {

using testing::message_about;

TEST_CASE("The file that the mistakes below are made in is right") { CHECK(message_about({}) == ""); }

TEST_CASE("An unknown kind is answered with all kinds and the nearest") {
  CHECK(message_about({"/compute/kind=constnat"}) ==
        "a.json: /compute/kind: unknown kind \"constnat\"\n"
        "  expected one of: constant, empirical, exponential, gamma, lognormal, pareto, roofline, shifted_exponential, "
        "slow_nodes, uniform, weibull\n"
        "  did you mean \"constant\"?");
  CHECK(message_about({"/network=wifi"}) ==
        "a.json: /network/kind: unknown kind \"wifi\"\n"
        "  expected one of: alpha_beta, max_min, nic, piecewise");
}

TEST_CASE("Errors in stragglers or in a law's file name the place in the file") {
  CHECK(message_about({"/compute/stragglers=slow"}) ==
        "a.json: /compute/stragglers/kind: unknown kind \"slow\"\n"
        "  expected one of: bimodal, device_trace, markov, node_speeds, none, one_slow_node, slow_nodes\n"
        "  did you mean \"slow_nodes\"?");
  CHECK(message_about({"/compute/stragglers/probability=0.1"}) ==
        "a.json: /compute/stragglers/probability: \"probability\" is not a key here: without a \"kind\" this is "
        "\"none\"\n"
        "  expected one of: kind\n"
        "  \"probability\" is a key of bimodal; gossamer explain probability describes it");
  CHECK(message_about({R"(/compute/stragglers={"kind": "one_slow_node", "node": 4})"}) ==
        "a.json: /compute/stragglers: one_slow_node: there is no node 4, expected 0 to 3");
  CHECK(message_about({R"(/compute={"kind": "uniform", "low": "2 s", "high": "1 s"})"}) ==
        "a.json: /compute: uniform: low is 2 s and high 1 s, expected low below high");
  CHECK(message_about({"/compute/straglers=none"}) ==
        "a.json: /compute/straglers: \"straglers\" is not a key here\n"
        "  expected one of: averaging, cold_averaging, cooling, draw, kind, phase, step, stragglers, unevenness\n"
        "  did you mean \"stragglers\"?");
  CHECK(message_about({R"(/compute={"kind": "roofline", "peak": "3 TFLOP/x"})"}) ==
        "a.json: /compute/peak: \"3 TFLOP/x\" has the unknown unit \"TFLOP/x\"\n"
        "  expected a rate of arithmetic above 0 FLOP/s such as \"10 TFLOP/s\"\n"
        "  did you mean \"TFLOP/s\"?");
  CHECK(message_about({R"(/compute={"kind": "empirical", "path": "no/such.csv"})"})
            .starts_with("a.json: /compute/path: there is no file or folder \"no/such.csv\"\n"));
}

TEST_CASE("Impossible links are refused with the expected values") {
  CHECK(message_about({R"(/network={"kind": "alpha_beta", "latencies": "no/such.csv"})"})
            .starts_with("a.json: /network/latencies: there is no file or folder \"no/such.csv\"\n"));
  CHECK(message_about({"/network/geometry=disc"}) ==
        "a.json: /network/geometry: unknown geometry \"disc\"\n"
        "  expected one of: none, square, disk\n"
        "  did you mean \"disk\"?");
  CHECK(message_about({"/network/rendezvous_threshold=64"}) ==
        "a.json: /network/rendezvous_threshold: 64 has no unit\n"
        "  expected a size such as \"100 kB\"");
}

TEST_CASE("A number without its unit is answered with an example") {
  CHECK(message_about({"/network/latency=2"}) ==
        "a.json: /network/latency: 2 has no unit\n"
        "  expected a duration such as \"2 ms\"");
  CHECK(message_about({"/stop/virtual_time=60"}) ==
        "a.json: /stop/virtual_time: 60 has no unit\n"
        "  expected a duration above 0 s such as \"2 ms\"");
  CHECK(message_about({"/network/bandwidth=1 Gbits"}) ==
        "a.json: /network/bandwidth: \"1 Gbits\" has the unknown unit \"Gbits\"\n"
        "  expected a rate above 0 bit/s such as \"1 Gbit/s\"\n"
        "  did you mean \"Gbit/s\"?");
  CHECK(message_about({"/network/payload=1 Mb"}) ==
        "a.json: /network/payload: \"1 Mb\" has the unit \"Mb\", which may mean \"Mbit\" or \"MB\"\n"
        "  expected a size at least 1 B such as \"100 kB\", or \"model\"");
}

TEST_CASE("A value out of range is answered with the range") {
  CHECK(message_about({"/algorithm/step_size=0"}) ==
        "a.json: /algorithm/step_size: 0 is out of range\n"
        "  expected a number above 0");
  CHECK(message_about({"/algorithm/step_size=-1e-3"}) ==
        "a.json: /algorithm/step_size: -0.001 is out of range\n"
        "  expected a number above 0");
  CHECK(message_about({"/topology/laziness=1"}) ==
        "a.json: /topology/laziness: 1 is out of range\n"
        "  expected a number from 0 to below 1");
  CHECK(message_about({"/network/latency=-2 ms"}) ==
        "a.json: /network/latency: \"-2 ms\" is out of range\n"
        "  expected a duration such as \"2 ms\"");
  CHECK(message_about({"/compute/step=1e400 s"}) ==
        "a.json: /compute/step: \"1e400 s\" is too large\n"
        "  expected a duration above 0 s such as \"2 ms\"");
  CHECK(message_about({"/seed=-1"}) ==
        "a.json: /seed: -1 is out of range\n"
        "  expected an integer at least 0");
}

TEST_CASE("A value of the wrong type is answered with the type") {
  CHECK(message_about({"/topology/laziness=lazy"}) ==
        "a.json: /topology/laziness: \"lazy\" is not a number\n"
        "  expected a number from 0 to below 1");
  CHECK(message_about({"/topology/nodes=4.5"}) ==
        "a.json: /topology/nodes: 4.5 is not an integer\n"
        "  expected an integer from 3 to 268435456");
  CHECK(message_about({"/topology=[4]"}) ==
        "a.json: /topology: [4] is not a block\n"
        "  expected an object such as {\"kind\": \"…\"}");
  CHECK(message_about({"/title=1"}) ==
        "a.json: /title: 1 is not a text\n"
        "  expected a text");
  CHECK(message_about({"/record/test=1"}) ==
        "a.json: /record/test: 1 is neither true nor false\n"
        "  expected true or false");
  CHECK(message_about({"/numerics=float46"}) ==
        "a.json: /numerics: unknown numerics \"float46\"\n"
        "  expected one of: float32, float64, off\n"
        "  did you mean \"float64\"?");
}

TEST_CASE("A key that nobody reads is an error, in every block") {
  CHECK(message_about({"/algorithm/step_siez=0.1"}) ==
        "a.json: /algorithm/step_siez: \"step_siez\" is not a key here\n"
        "  expected one of: form, kind, local_steps, step_size\n"
        "  did you mean \"step_size\"?");
  CHECK(message_about({"/recrod=1"}) ==
        "a.json: /recrod: \"recrod\" is not a key here\n"
        "  expected one of: algorithm, compute, expect, faults, machine, model, network, numerics, record, seed, stop, "
        "title, topology\n"
        "  did you mean \"record\"?");
  CHECK(message_about({"/stop/target=1"}) ==
        "a.json: /stop/target: \"target\" is not a key here\n"
        "  expected one of: epochs, judge, node_steps, sent_bytes, target_accuracy, target_consensus_distance, "
        "target_local_accuracy, target_local_loss, target_loss, virtual_time\n"
        "  did you mean \"target_loss\"?");
  CHECK(message_about({"/model/initial/stddev=1"}) ==
        "a.json: /model/initial/stddev: \"stddev\" is not a key here: without a \"kind\" this is \"zeros\"\n"
        "  expected one of: kind\n"
        "  \"stddev\" is a key of normal; gossamer explain stddev describes it");
}

TEST_CASE("A missing key is named, with the mistyped one where there is one") {
  CHECK(message_about({"/topology={\"kind\": \"ring\"}"}) ==
        "a.json: /topology/nodes: missing\n"
        "  expected an integer from 3 to 268435456");
  CHECK(message_about({"/topology={\"kind\": \"ring\", \"ndoes\": 8}"}) ==
        "a.json: /topology/nodes: missing, and \"ndoes\" is not a key here\n"
        "  expected an integer from 3 to 268435456; did you mean \"nodes\"?");
  CHECK(message_about({"/topology={\"nodes\": 8}"}) ==
        "a.json: /topology/kind: missing\n"
        "  expected one of: barabasi_albert, base_k, binary_tree, bipartite_exponential, circulant, complete, "
        "complete_bipartite, d_equistatic, directed_ring, erdos_renyi, exponential, graph_file, "
        "graph_list, grid, hypercube, inner_outer_exponential, inner_outer_ring, "
        "machine_exponential, matcha, matrix_file, od_equidyn, one_peer_exponential, "
        "one_peer_hypercube, one_peer_matchings, ou_equidyn, path, random_groups, random_matchings, "
        "random_regular, random_regular_each_round, ring, schedule_file, star, "
        "symmetric_exponential, torus, tree, two_cliques, u_equistatic, watts_strogatz");
  CHECK(message_about({"/model=null"}) ==
        "a.json: /model: missing\n"
        "  expected a block such as {\"kind\": \"…\"}");
  CHECK(message_about({"/model=null", "/modle=1"}) ==
        "a.json: /model: missing, and \"modle\" is not a key here\n"
        "  expected a block such as {\"kind\": \"…\"}; did you mean \"model\"?");
  CHECK(message_about({"/model=softmax_regression"}) ==
        "a.json: /model/data: missing\n"
        "  expected a block such as {\"kind\": \"…\"}");
}

TEST_CASE("A run must have an end that it can see") {
  CHECK(message_about({"/stop={}"}) ==
        "a.json: /stop: says no end\n"
        "  expected at least one of: epochs, node_steps, sent_bytes, target_accuracy, target_consensus_distance, "
        "target_local_accuracy, target_local_loss, target_loss, virtual_time");
  CHECK(message_about({"/numerics=off", "/stop/target_loss=0.1"}) ==
        "a.json: /stop/target_loss: needs models, and \"numerics\" is \"off\"\n"
        "  expected \"float32\" or \"float64\" at /numerics, or another end");
  CHECK(message_about({"/stop/judge=steps"}) ==
        "a.json: /stop/judge: has no effect, since there is no target to judge\n"
        "  expected a target");
  CHECK(message_about({"/stop/target_accuracy=0.9"}) ==
        "a.json: /stop/target_accuracy: this model has no classes, and so no accuracy\n"
        "  expected a target of the loss, or another end");
  CHECK(message_about({"/stop/target_local_accuracy=0.9", "/record/test=false"}) ==
        "a.json: /stop/target_local_accuracy: is judged by the test part, and \"test\" is false\n"
        "  expected true at /record/test");
  CHECK(message_about({"/stop/target_local_loss=0.1", "/record/local_nodes=0"}) ==
        "a.json: /stop/target_local_loss: needs scores of nodes' own models, and \"local_nodes\" is 0\n"
        "  expected at least one node, or \"all\", at /record/local_nodes");
  CHECK(message_about({"/record/local_nodes=0", "/record/local_samples=full"}) ==
        "a.json: /record/local_samples: \"full\" has no effect if local_nodes is 0\n"
        "  expected \"automatic\", or that local_nodes is not 0");
  CHECK(message_about({"/stop/epochs=3"}) ==
        "a.json: /stop/epochs: this model has no samples to pass over\n"
        "  expected another end");
  CHECK(message_about({"/numerics=off", "/model=null"}) ==
        "a.json: /network/payload: there is no model to take the size from\n"
        "  expected a size such as \"100 kB\"");
}

TEST_CASE("Records have one interval") {
  CHECK(message_about({"/record/every=1 ms", "/record/every_node_steps=1"}) ==
        "a.json: /record: \"every\" and \"every_node_steps\" are both given\n"
        "  expected one of them");
}

TEST_CASE("Errors that only other rooms detect name the place in the file, too") {
  CHECK(message_about({"/topology={\"kind\": \"erdos_renyi\", \"nodes\": 50, \"probability\": 1e-9}"})
            .starts_with("a.json: /topology: erdos_renyi: "));
  CHECK(message_about({"/model/mu=2"}) == "a.json: /model: quadratic: L is 1, below mu, which is 2");
  const std::string data = R"({"kind": "softmax_regression", "data": {"kind": "synthetic_classification",
    "samples": 3, "features": 2, "classes": 2}})";
  CHECK(message_about({"/model=" + data}).starts_with("a.json: /model/partition: "));
  CHECK(message_about({"/model=" + data, "/model/data/samples=8", "/record/train_samples=9"}) ==
        "a.json: /record/train_samples: 9 is more than the 8 training samples that there are\n"
        "  expected an integer from 1 to 8, or \"full\"");
  CHECK(message_about({"/model=" + data, "/model/data/samples=8", "/model/data/density=0.5"}) ==
        "a.json: /model: softmax_regression: data set \"synthetic_classification\" is sparse, expected dense features");
}

TEST_CASE("The density of synthetic samples is above 0 and at most 1") {
  const std::string model = R"(/model={"kind": "logistic_regression", "data": {"kind": "synthetic_classification"}})";
  CHECK(message_about({model, "/model/data/density=0.05"}) == "");
  CHECK(message_about({model, "/model/data/density=0"}) ==
        "a.json: /model/data/density: 0 is out of range\n"
        "  expected a number above 0 and at most 1");
  CHECK(message_about({model, "/model/data/density=1.5"}) ==
        "a.json: /model/data/density: 1.5 is out of range\n"
        "  expected a number above 0 and at most 1");
}

TEST_CASE("A path that leads nowhere is answered with where it was looked for") {
  const std::string message = message_about({"/topology={\"kind\": \"graph_file\", \"path\": \"no/such.dot\"}"});
  CHECK(message.starts_with("a.json: /topology/path: there is no file or folder \"no/such.dot\"\n  expected /"));
  CHECK(message.find("/no/such.dot") != message.npos);
  CHECK(message_about({R"(/model={"kind": "softmax_regression", "data": {"kind": "idx", "path": "/no/such"}})"}) ==
        "a.json: /model/data/path: there is no file or folder \"/no/such\"\n"
        "  expected /no/such");
}

TEST_CASE("Files that are no experiment are refused with line and column, or with the path") {
  CHECK(message_about({}, "{\n  \"seed\": 1\n  \"title\": 2}") ==
        "a.json:3:3: not valid JSON at \"title\"; expected '}'");
  CHECK(message_about({}, "{\"seed\": 1, \"seed\": 2}") ==
        "a.json: /seed: the key \"seed\" stands here twice\n"
        "  expected each key once");
  CHECK(message_about({}, "3") ==
        "a.json: 3 is not an experiment\n"
        "  expected an object with the blocks topology, model, algorithm, network, compute, stop, record; "
        "experiments/formats/experiment.md describes them");
  CHECK(message_about({}, "{}") ==
        "a.json: /topology: missing\n"
        "  expected a block such as {\"kind\": \"…\"}");
}

TEST_CASE("The error about an unreadable file has the reason") {
  const auto message = [](const std::string& path) {
    try {
      read_experiment(path);
    } catch (const InputError& error) {
      return std::string{error.what()};
    }
    return std::string{};
  };
  CHECK(message("no/such.json") == "no/such.json: no such file\n  expected an experiment file or a trace");
  CHECK(message(".") == ".: is a folder\n  expected an experiment file or a trace");
}

}  // namespace
}  // namespace gossamer
