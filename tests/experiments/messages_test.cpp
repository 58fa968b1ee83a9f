#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/registry.hpp"
#include "experiments/experiment.hpp"

/// Every kind of mistake in an experiment file, and what is said about it, word for word.
namespace gossamer {
namespace {

const std::string file = R"({
  "topology":  {"kind": "ring", "nodes": 4},
  "model":     {"kind": "quadratic", "dimension": 3},
  "algorithm": {"kind": "d_psgd", "step_size": 0.05},
  "network":   {"kind": "alpha_beta", "latency": "2 ms"},
  "compute":   {"kind": "constant", "step": "10 ms"},
  "stop":      {"virtual_time": "1 s"}
})";

/// What is said about the file after the overrides; nothing where it is right. The name stands for a.json.
std::string about(const std::vector<std::string>& overrides, const std::string& text = file) {
  try {
    parse_experiment(text, "a.json", overrides);
  } catch (const ExperimentError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("The file that the mistakes below are made in is right") { CHECK(about({}) == ""); }

TEST_CASE("An algorithm that does not suit a topology is told so, with what it needs and what is there") {
  CHECK(about({"/algorithm/kind=relay_sgd"}).find("relay_sgd needs a tree, and this ring of 4 nodes has 4 edges") !=
        std::string::npos);
  CHECK(about({"/algorithm/kind=choco_sgd", "/algorithm/compressor=identity",
               R"(/topology={"kind": "one_peer_exponential", "nodes": 8})"})
            .find("choco_sgd needs a graph that is the same in every round, and one_peer_exponential changes") !=
        std::string::npos);
  CHECK(
      about({"/algorithm/kind=matcha"}).find("matcha is meant for the topology \"matcha\", and this one is \"ring\"") !=
      std::string::npos);
}

/// A block of an algorithm; those of compressed methods say how they compress.
std::string block(const std::string& algorithm) {
  const bool compressed = algorithm == "lead" || algorithm == "deep_squeeze";
  return R"(/algorithm={"kind": ")" + algorithm + (compressed ? R"(", "compressor": "identity"})" : "\"}");
}

TEST_CASE(
    "The needs of an algorithm are checked before anything runs, and the message names the setting that asks for "
    "them") {
  const std::string directed = R"(/topology={"kind": "exponential", "nodes": 8})";
  for (const std::string algorithm : {"d2", "decentlam", "exact_diffusion", "extra", "lead", "nids"}) {
    CAPTURE(algorithm);
    CHECK(about({block(algorithm), directed})
              .starts_with("a.json: /algorithm/kind: " + algorithm +
                           " needs a symmetric W, and that of exponential is not\n"
                           "  expected an undirected topology with weights such as metropolis_hastings"));
    CHECK(about({block(algorithm)}) == "");
    CHECK(about({block(algorithm), R"(/topology={"kind": "one_peer_hypercube", "dimension": 3})"})
              .find(algorithm + " needs a graph that is the same in every round, and one_peer_hypercube changes") !=
          std::string::npos);
  }
  CHECK(about({"/algorithm/kind=gradient_tracking", directed}) == "");
  for (const std::string algorithm : {"ad_psgd", "swarm_sgd"}) {
    CHECK(about({block(algorithm), directed}).find(algorithm + " needs an undirected graph") != std::string::npos);
    CHECK(about({block(algorithm)}) == "");
  }
  CHECK(about({R"(/algorithm={"kind": "randomized_gossip"})", directed}).find("needs an undirected graph") !=
        std::string::npos);
  CHECK(about({R"(/algorithm={"kind": "swarm_sgd", "variant": "blocking"})", directed}) ==
        "a.json: /algorithm/variant: swarm_sgd needs an undirected graph if variant is nb1, nb2 or blocking, and "
        "exponential is directed\n"
        "  expected an undirected topology, or another algorithm");
  CHECK(about({R"(/algorithm={"kind": "swarm_sgd", "variant": "one_sided"})", directed}) == "");
  CHECK(about({R"(/algorithm={"kind": "ad_psgd", "protocol": "bipartite"})", "/topology/nodes=9"}) ==
        "a.json: /algorithm/protocol: ad_psgd needs a graph whose edges join nodes of odd and of even number if "
        "protocol is bipartite, and this ring joins 0 and 8\n"
        "  expected a topology such as path, or a ring or torus of even sides, or another algorithm");
  CHECK(about({R"(/algorithm={"kind": "ad_psgd", "protocol": "bipartite"})"}) == "");
  CHECK(about({"/algorithm/kind=ad_psgd", "/topology/nodes=9"}) == "");
  // K_{1,3} by its best constant: W = I − c Lap with c = 2/(λ_2 + λ_n) = 2/(1 + 4), so λ_n(W) = 1 − 4 · 2/5 = −0.6.
  const std::string star = R"(/topology={"kind": "star", "nodes": 4, "weights": "best_constant"})";
  CHECK(about({"/algorithm/kind=d2", star}) ==
        "a.json: /algorithm/kind: d2 needs a W without eigenvalues below -1/3, and the smallest of star is -0.6\n"
        "  expected a topology with \"laziness\": 0.5, or another algorithm");
  CHECK(about({"/algorithm/kind=d2", star, "/topology/laziness=0.5"}) == "");
  CHECK(about({"/algorithm/kind=nids", star}) == "");
}

TEST_CASE("A W under which models swing for ever is found, unless a smaller consensus step holds them") {
  // A ring of even length without weights on its nodes: models of even and of odd nodes change places, λ_n(W) = −1.
  const std::vector<std::string> swings{"/topology/nodes=6", "/topology/weights=metropolis_hastings_without_self"};
  const auto with = [&](const std::string& override) {
    std::vector<std::string> all = swings;
    all.push_back(override);
    return about(all);
  };
  CHECK(about(swings) ==
        "a.json: /algorithm/kind: d_psgd needs a W whose powers converge, and those of ring have the period 2, as no "
        "node gives itself weight\n"
        "  expected a topology with \"laziness\": 0.5, or other \"weights\"");
  CHECK(with("/topology/laziness=0.1") == "");
  CHECK(with("/topology/nodes=5") == "");
  CHECK(with(R"(/algorithm={"kind": "choco_sgd", "compressor": "identity"})")
            .starts_with("a.json: /algorithm/consensus_step: choco_sgd needs a W whose powers converge if "
                         "consensus_step is 1"));
  CHECK(with(R"(/algorithm={"kind": "choco_sgd", "compressor": "identity", "consensus_step": 0.5})") == "");
  CHECK(with("/algorithm/kind=nids") == "");
}

TEST_CASE("Local steps of an exact method are refused unless it is said that it is meant to be inexact") {
  for (const std::string algorithm : {"d2", "exact_diffusion", "extra", "gradient_tracking", "lead", "nids"}) {
    CAPTURE(algorithm);
    CHECK(about({block(algorithm), "/algorithm/local_steps=4"}) ==
          "a.json: /algorithm/local_steps: 4 takes the method off the minimum: it is exact with one local step alone\n"
          "  expected 1, or that inexact is true");
    CHECK(about({block(algorithm), "/algorithm/local_steps=4", "/algorithm/inexact=true"}) == "");
    CHECK(about({block(algorithm), "/algorithm/local_steps=1"}) == "");
  }
  CHECK(about({"/algorithm/kind=relay_sgd", "/algorithm/local_steps=2", R"(/topology={"kind": "path", "nodes": 4})"})
            .find("off the minimum") != std::string::npos);
  CHECK(about({"/algorithm/local_steps=4"}) == "");  // D-PSGD promises nothing of the kind
}

TEST_CASE("A setting that has no effect beside the others is refused, unless it has its default") {
  CHECK(about({R"(/algorithm={"kind": "swarm_sgd", "variant": "one_sided", "own_term": "quantized",
                              "compressor": {"kind": "lattice", "side": 0.5}})"}) ==
        "a.json: /algorithm/own_term: \"quantized\" has no effect if variant is one_sided\n"
        "  expected \"exact\", or that variant is nb1, nb2 or blocking");
  CHECK(about({R"(/algorithm={"kind": "swarm_sgd", "variant": "one_sided", "own_term": "exact"})"}) == "");
  CHECK(about({R"(/algorithm={"kind": "swarm_sgd", "own_term": "quantized"})"}) ==
        "a.json: /algorithm/own_term: \"quantized\" has no effect if compressor is none\n"
        "  expected \"exact\", or that compressor is not none");
  CHECK(about({R"(/algorithm={"kind": "swarm_sgd", "own_term": "quantized",
                              "compressor": {"kind": "lattice", "side": 0.5}})"}) == "");
  for (const std::string algorithm : {"dmsgd", "sgp", "qg_dmsgd", "deep_squeeze"}) {
    CAPTURE(algorithm);
    CHECK(about({block(algorithm), "/algorithm/momentum=0", "/algorithm/nesterov=true"}) ==
          "a.json: /algorithm/nesterov: true has no effect if momentum is 0\n"
          "  expected false, or that momentum is not 0");
    CHECK(about({block(algorithm), "/algorithm/momentum=0", "/algorithm/nesterov=false"}) == "");
    CHECK(about({block(algorithm), "/algorithm/momentum=0.5", "/algorithm/nesterov=true"}) == "");
  }
  CHECK(about({"/algorithm/kind=qg_dmsgd", "/algorithm/momentum=0", "/algorithm/global_momentum=0.5"})
            .starts_with("a.json: /algorithm/global_momentum: 0.5 has no effect if momentum is 0\n"));
}

TEST_CASE("So it is in blocks of networks, graphs, faults, step times, models and data") {
  CHECK(about({"/network/latencies=no/such.csv"}) ==
        "a.json: /network/latency: \"2 ms\" has no effect if latencies is no/such.csv\n"
        "  expected \"1 ms\", or that latencies is left out");
  CHECK(about({"/network/propagation=1 ms"}) ==
        "a.json: /network/propagation: \"1 ms\" has no effect if geometry is none\n"
        "  expected \"50 ms\", or that geometry is not none");
  CHECK(about({"/network/propagation=1 ms", "/network/geometry=disk"}) == "");
  CHECK(about({R"(/topology={"kind": "u_equistatic", "nodes": 8, "offsets": 2, "rho": 0.3})"}) ==
        "a.json: /topology/rho: 0.3 has no effect if offsets is 2\n"
        "  expected 0.5, or that offsets is left out");
  CHECK(about({R"(/faults=[{"kind": "crash", "at": "1 s", "downtime": "5 s"}])"}) ==
        "a.json: /faults/kinds/0/downtime: \"5 s\" has no effect if recovery is none\n"
        "  expected \"1 s\", or that recovery is with_state or without_state");
  CHECK(about({R"(/faults=[{"kind": "crash", "at": "1 s", "downtime": "1 s"}])"}) == "");
  CHECK(about({R"(/faults={"restart_from": "neighbor", "kinds": [{"kind": "loss"}]})"}) ==
        "a.json: /faults/restart_from: has no effect, as no node is ever down\n"
        "  expected \"initial\", or a kind such as crash or churn");
  CHECK(about({"/record/train_samples=50"}) ==
        "a.json: /record/train_samples: has no effect, as this model has no training samples\n"
        "  expected \"full\", or a model with data");
  CHECK(about({"/record/train_samples=50", "/numerics=off"}) == "");
  CHECK(about({"/record/local_samples=50"}) ==
        "a.json: /record/local_samples: has no effect, as this model has no training samples\n"
        "  expected \"full\", or a model with data");
  CHECK(about({"/compute/phase=3"}).starts_with("a.json: /compute/phase: 3 has no effect if unevenness is 0"));
  CHECK(about({"/compute/cooling=3"})
            .starts_with("a.json: /compute/cooling: 3 has no effect if cold_averaging is left out"));
  const std::string full = R"(/model={"kind": "linear_regression", "batch_size": "full", "sampling": "reshuffled",
                                      "data": {"kind": "synthetic_regression"}})";
  CHECK(about({full}) ==
        "a.json: /model/sampling: \"reshuffled\" has no effect if batch_size is \"full\"\n"
        "  expected \"with_replacement\", or that batch_size is not \"full\"");
  CHECK(about({full, "/model/sampling=with_replacement", "/model/data/feature_shift=2"})
            .starts_with("a.json: /model/data/feature_shift: 2 has no effect if groups is 1\n"));
}

TEST_CASE("An unknown kind is answered with all kinds and the nearest") {
  CHECK(about({"/compute/kind=constnat"}) ==
        "a.json: /compute/kind: unknown kind \"constnat\"\n"
        "  expected one of: constant, empirical, exponential, gamma, lognormal, pareto, roofline, shifted_exponential, "
        "slow_nodes, uniform, weibull\n"
        "  did you mean \"constant\"?");
  CHECK(about({"/network=wifi"}) ==
        "a.json: /network/kind: unknown kind \"wifi\"\n"
        "  expected one of: alpha_beta, max_min, nic, piecewise");
}

TEST_CASE("What is wrong with stragglers or a law's file is said where it stands") {
  CHECK(about({"/compute/stragglers=slow"}) ==
        "a.json: /compute/stragglers/kind: unknown kind \"slow\"\n"
        "  expected one of: bimodal, device_trace, markov, node_speeds, none, one_slow_node, slow_nodes\n"
        "  did you mean \"slow_nodes\"?");
  CHECK(about({"/compute/stragglers/probability=0.1"}) ==
        "a.json: /compute/stragglers/probability: \"probability\" is not a key here: without a \"kind\" this is "
        "\"none\"\n"
        "  expected one of: kind");
  CHECK(about({R"(/compute/stragglers={"kind": "one_slow_node", "node": 4})"}) ==
        "a.json: /compute/stragglers: one_slow_node: there is no node 4, expected 0 to 3");
  CHECK(about({R"(/compute={"kind": "uniform", "low": "2 s", "high": "1 s"})"}) ==
        "a.json: /compute: uniform: low is 2 s and high 1 s, expected low below high");
  CHECK(about({"/compute/straglers=none"}) ==
        "a.json: /compute/straglers: \"straglers\" is not a key here\n"
        "  expected one of: averaging, cold_averaging, cooling, draw, kind, phase, step, stragglers, unevenness\n"
        "  did you mean \"stragglers\"?");
  CHECK(about({R"(/compute={"kind": "roofline", "peak": "3 TFLOP/x"})"}) ==
        "a.json: /compute/peak: \"3 TFLOP/x\" has the unknown unit \"TFLOP/x\"\n"
        "  expected a rate of arithmetic above 0 FLOP/s such as \"10 TFLOP/s\"\n"
        "  did you mean \"TFLOP/s\"?");
  CHECK(about({R"(/compute={"kind": "empirical", "path": "no/such.csv"})"})
            .starts_with("a.json: /compute/path: there is no file or folder \"no/such.csv\"\n"));
}

TEST_CASE("Links that cannot be are answered with what was expected") {
  CHECK(about({R"(/network={"kind": "alpha_beta", "latencies": "no/such.csv"})"})
            .starts_with("a.json: /network/latencies: there is no file or folder \"no/such.csv\"\n"));
  CHECK(about({"/network/geometry=disc"}) ==
        "a.json: /network/geometry: unknown geometry \"disc\"\n"
        "  expected one of: none, square, disk\n"
        "  did you mean \"disk\"?");
  CHECK(about({"/network/rendezvous_threshold=64"}) ==
        "a.json: /network/rendezvous_threshold: 64 has no unit\n"
        "  expected a size such as \"100 kB\"");
}

TEST_CASE("A number without its unit is answered with an example") {
  CHECK(about({"/network/latency=2"}) ==
        "a.json: /network/latency: 2 has no unit\n"
        "  expected a duration such as \"2 ms\"");
  CHECK(about({"/stop/virtual_time=60"}) ==
        "a.json: /stop/virtual_time: 60 has no unit\n"
        "  expected a duration above 0 s such as \"2 ms\"");
  CHECK(about({"/network/bandwidth=1 Gbits"}) ==
        "a.json: /network/bandwidth: \"1 Gbits\" has the unknown unit \"Gbits\"\n"
        "  expected a rate above 0 bit/s such as \"1 Gbit/s\"\n"
        "  did you mean \"Gbit/s\"?");
  CHECK(about({"/network/payload=1 Mb"}) ==
        "a.json: /network/payload: \"1 Mb\" has the unit \"Mb\", which may mean \"Mbit\" or \"MB\"\n"
        "  expected a size at least 1 B such as \"100 kB\", or \"model\"");
}

TEST_CASE("A value out of range is answered with the range") {
  CHECK(about({"/algorithm/step_size=0"}) ==
        "a.json: /algorithm/step_size: 0 is out of range\n"
        "  expected a number above 0");
  CHECK(about({"/algorithm/step_size=-1e-3"}) ==
        "a.json: /algorithm/step_size: -0.001 is out of range\n"
        "  expected a number above 0");
  CHECK(about({"/topology/laziness=1"}) ==
        "a.json: /topology/laziness: 1 is out of range\n"
        "  expected a number from 0 to below 1");
  CHECK(about({"/network/latency=-2 ms"}) ==
        "a.json: /network/latency: \"-2 ms\" is out of range\n"
        "  expected a duration such as \"2 ms\"");
  CHECK(about({"/compute/step=1e400 s"}) ==
        "a.json: /compute/step: \"1e400 s\" is too large\n"
        "  expected a duration above 0 s such as \"2 ms\"");
  CHECK(about({"/seed=-1"}) ==
        "a.json: /seed: -1 is out of range\n"
        "  expected an integer at least 0");
}

TEST_CASE("A value of the wrong type is answered with the type") {
  CHECK(about({"/algorithm/step_size=fast"}) ==
        "a.json: /algorithm/step_size: \"fast\" is not a number\n"
        "  expected a number above 0");
  CHECK(about({"/topology/nodes=4.5"}) ==
        "a.json: /topology/nodes: 4.5 is not an integer\n"
        "  expected an integer from 3 to 268435456");
  CHECK(about({"/topology=[4]"}) ==
        "a.json: /topology: [4] is not a block\n"
        "  expected an object such as {\"kind\": \"…\"}");
  CHECK(about({"/title=1"}) ==
        "a.json: /title: 1 is not a text\n"
        "  expected a text");
  CHECK(about({"/record/test=1"}) ==
        "a.json: /record/test: 1 is neither true nor false\n"
        "  expected true or false");
  CHECK(about({"/numerics=float46"}) ==
        "a.json: /numerics: unknown numerics \"float46\"\n"
        "  expected one of: float32, float64, off\n"
        "  did you mean \"float64\"?");
}

TEST_CASE("A key that nobody reads is an error, in every block") {
  CHECK(about({"/algorithm/step_siez=0.1"}) ==
        "a.json: /algorithm/step_siez: \"step_siez\" is not a key here\n"
        "  expected one of: form, kind, local_steps, step_size\n"
        "  did you mean \"step_size\"?");
  CHECK(about({"/recrod=1"}) ==
        "a.json: /recrod: \"recrod\" is not a key here\n"
        "  expected one of: algorithm, compute, expect, faults, machine, model, network, numerics, record, seed, stop, "
        "title, topology\n"
        "  did you mean \"record\"?");
  CHECK(about({"/stop/target=1"}) ==
        "a.json: /stop/target: \"target\" is not a key here\n"
        "  expected one of: epochs, judge, node_steps, sent_bytes, target_accuracy, target_consensus_distance, "
        "target_local_accuracy, target_local_loss, target_loss, virtual_time\n"
        "  did you mean \"target_loss\"?");
  CHECK(about({"/model/initial/stddev=1"}) ==
        "a.json: /model/initial/stddev: \"stddev\" is not a key here: without a \"kind\" this is \"zeros\"\n"
        "  expected one of: kind");
}

TEST_CASE("A missing key is named, with the mistyped one where there is one") {
  CHECK(about({"/topology={\"kind\": \"ring\"}"}) ==
        "a.json: /topology/nodes: missing\n"
        "  expected an integer from 3 to 268435456");
  CHECK(about({"/topology={\"kind\": \"ring\", \"ndoes\": 8}"}) ==
        "a.json: /topology/nodes: missing, and \"ndoes\" is not a key here\n"
        "  expected an integer from 3 to 268435456; did you mean \"nodes\"?");
  CHECK(about({"/topology={\"nodes\": 8}"}) ==
        "a.json: /topology/kind: missing\n"
        "  expected one of: barabasi_albert, base_k, binary_tree, bipartite_exponential, circulant, complete, "
        "complete_bipartite, d_equistatic, directed_ring, erdos_renyi, exponential, graph_file, "
        "graph_list, grid, hypercube, inner_outer_exponential, inner_outer_ring, "
        "machine_exponential, matcha, matrix_file, od_equidyn, one_peer_exponential, "
        "one_peer_hypercube, one_peer_matchings, ou_equidyn, path, random_matchings, "
        "random_regular, random_regular_each_round, ring, schedule_file, star, "
        "symmetric_exponential, torus, tree, two_cliques, u_equistatic, watts_strogatz");
  CHECK(about({"/model=null"}) ==
        "a.json: /model: missing\n"
        "  expected a block such as {\"kind\": \"…\"}");
  CHECK(about({"/model=null", "/modle=1"}) ==
        "a.json: /model: missing, and \"modle\" is not a key here\n"
        "  expected a block such as {\"kind\": \"…\"}; did you mean \"model\"?");
  CHECK(about({"/model=softmax_regression"}) ==
        "a.json: /model/data: missing\n"
        "  expected a block such as {\"kind\": \"…\"}");
}

TEST_CASE("A run must have an end that it can see") {
  CHECK(about({"/stop={}"}) ==
        "a.json: /stop: says no end\n"
        "  expected at least one of: epochs, node_steps, sent_bytes, target_accuracy, target_consensus_distance, "
        "target_local_accuracy, target_local_loss, target_loss, virtual_time");
  CHECK(about({"/numerics=off", "/stop/target_loss=0.1"}) ==
        "a.json: /stop/target_loss: needs models, and \"numerics\" is \"off\"\n"
        "  expected \"float32\" or \"float64\" at /numerics, or another end");
  CHECK(about({"/stop/judge=steps"}) ==
        "a.json: /stop/judge: has no effect, since there is no target to judge\n"
        "  expected a target");
  CHECK(about({"/stop/target_accuracy=0.9"}) ==
        "a.json: /stop/target_accuracy: this model has no classes, and so no accuracy\n"
        "  expected a target of the loss, or another end");
  CHECK(about({"/stop/target_local_accuracy=0.9", "/record/test=false"}) ==
        "a.json: /stop/target_local_accuracy: is judged by the test part, and \"test\" is false\n"
        "  expected true at /record/test");
  CHECK(about({"/stop/target_local_loss=0.1", "/record/local_nodes=0"}) ==
        "a.json: /stop/target_local_loss: needs scores of nodes' own models, and \"local_nodes\" is 0\n"
        "  expected at least one node, or \"all\", at /record/local_nodes");
  CHECK(about({"/record/local_nodes=0", "/record/local_samples=full"}) ==
        "a.json: /record/local_samples: \"full\" has no effect if local_nodes is 0\n"
        "  expected \"automatic\", or that local_nodes is not 0");
  CHECK(about({"/stop/epochs=3"}) ==
        "a.json: /stop/epochs: this model has no samples to pass over\n"
        "  expected another end");
  CHECK(about({"/numerics=off", "/model=null"}) ==
        "a.json: /network/payload: there is no model to take the size from\n"
        "  expected a size such as \"100 kB\"");
}

TEST_CASE("An algorithm that is about compression asks for a compressor, which may be named \"identity\"") {
  for (const AlgorithmEntry& entry : algorithms()) {
    CAPTURE(entry.name);
    for (const Setting& setting : entry.settings)
      if (setting.type == Setting::Type::compressor) CHECK(setting.required == (entry.name != "swarm_sgd"));
  }
  for (const char* const missing :
       {R"(/algorithm={"kind": "deep_squeeze"})", R"(/algorithm={"kind": "deep_squeeze", "compressor": null})"})
    CHECK(about({missing}) ==
          "a.json: /algorithm/compressor: missing\n"
          "  expected a compressor (`gossamer list compressors`)");
  CHECK(about({R"(/algorithm={"kind": "deep_squeeze", "compressor": {}})"})
            .starts_with("a.json: /algorithm/compressor/kind: missing\n  expected one of: identity, "));
  CHECK(about({R"(/algorithm={"kind": "deep_squeeze", "compressor": "identity"})"}) == "");
  CHECK(about({"/algorithm=swarm_sgd"}) == "");
}

const std::string perceptron = R"(/model={"kind": "mlp", "hidden": [3], "data": {"kind": "synthetic_classification",
    "samples": 40, "features": 2, "classes": 2}})";

TEST_CASE("A perceptron is refused where it starts at zero, which it cannot leave") {
  CHECK(about({perceptron}) == "");
  CHECK(about({perceptron, "/model/initial=zeros"}) ==
        "a.json: /model/initial: mlp cannot leave zero, where its hidden layers have no gradient\n"
        "  expected another start, such as \"he\"");
  CHECK(about({perceptron, "/model/activation=tanh", R"(/model/initial={"kind": "normal", "stddev": 0})"}) ==
        "a.json: /model/initial: mlp cannot leave zero, where its hidden layers have no gradient\n"
        "  expected another start, such as \"glorot\"");
  CHECK(about({perceptron, "/model/initial=zeros", "/model/hidden=[]"}) == "");  // softmax regression
  CHECK(about({perceptron, "/model/initial=zeros", "/numerics=off"}) == "");     // no model is computed
}

/// The warnings before a run.
std::vector<std::string> warnings(const std::vector<std::string>& overrides) {
  return parse_experiment(file, "a.json", overrides).warnings;
}
using Sentences = std::vector<std::string>;

TEST_CASE("A run that learns from noise and is looked at often is not warned of") {
  CHECK(warnings({"/model/noise=0.1"}) == Sentences{});
  CHECK(warnings({perceptron}) == Sentences{});
}

TEST_CASE("Averaging alone from equal models is warned of") {
  const Sentences one{"/model/initial: all nodes start from the same model, so gossip has nothing to average"};
  CHECK(warnings({"/algorithm=gossip"}) == one);
  CHECK(warnings({"/algorithm=gossip", "/model/initial=normal"}) == one);
  CHECK(warnings({"/algorithm=randomized_gossip"}).size() == 1);
  CHECK(warnings({R"(/algorithm={"kind": "choco_gossip", "compressor": "identity"})"}).size() == 1);
  CHECK(warnings({"/algorithm=gossip", R"(/model/initial={"kind": "normal", "per_node": true})"}) == Sentences{});
  CHECK(warnings({"/algorithm=gossip", "/numerics=off"}) == Sentences{});
}

TEST_CASE("Exact gradients are warned of where an algorithm is about noise, and nowhere else") {
  CHECK(warnings({}) ==
        Sentences{"/model/noise: every gradient is exact, so this run shows nothing of how d_psgd deals with noise"});
  for (const char* const exact : {"d2", "exact_diffusion", "extra", "gradient_tracking", "nids"})
    CHECK(warnings({std::string{"/algorithm="} + exact}) == Sentences{});
  CHECK(warnings({R"(/algorithm={"kind": "lead", "compressor": "identity"})"}) == Sentences{});
  CHECK(warnings({"/algorithm=swarm_sgd"}).size() == 1);
  CHECK(warnings({perceptron, "/model/batch_size=full"}) == Sentences{});  // asked for by name
}

TEST_CASE("An end before the first averaging is warned of, in steps and in time") {
  const std::string noise = "/model/noise=0.1";
  const std::string local = R"(/algorithm={"kind": "local_sgd", "averaging_period": 50})";
  CHECK(warnings({noise, local, R"(/stop={"node_steps": 49})"}) ==
        Sentences{"/algorithm: averaging_period is 50 node-steps, and the run ends at 49"});
  CHECK(warnings({noise, local, R"(/stop={"node_steps": 50})"}) == Sentences{});
  // A step takes 10 ms.
  CHECK(warnings({noise, local, "/stop/virtual_time=499 ms"}) ==
        Sentences{"/algorithm: averaging_period is 50 node-steps, and no node makes as many before "
                  "the run ends"});
  CHECK(warnings({noise, local, "/stop/virtual_time=501 ms"}) == Sentences{});
  CHECK(warnings({noise, R"(/algorithm={"kind": "gossip_pga", "global_period": 6, "local_steps": 4})",
                  R"(/stop={"node_steps": 23})"}) ==
        Sentences{"/algorithm: global_period · local_steps is 24 node-steps, and the run ends at 23"});
  // 40 samples on 4 nodes in batches of 5 are 2 node-steps an epoch.
  CHECK(
      warnings({perceptron, local, "/model/batch_size=5", R"(/stop={"epochs": 24.5})", "/record/every_node_steps=1"}) ==
      Sentences{"/algorithm: averaging_period is 50 node-steps, and the run ends at 49"});
}

TEST_CASE("Fewer records than a curve needs, or a target, are warned of") {
  const std::string noise = "/model/noise=0.1";
  CHECK(warnings({noise, "/record/every=200 ms"}) == Sentences{});  // 5 of them in a second
  CHECK(warnings({noise, "/record/every=201 ms"}) ==
        Sentences{"/record: only 4 records are due before the run ends, which is no curve"});
  CHECK(warnings({noise, "/record/every=2 s"}) ==
        Sentences{"/record: no record is due before the run ends, which is no curve"});
  CHECK(warnings({noise, R"(/stop={"node_steps": 40})", "/record/every_node_steps=40"}) ==
        Sentences{"/record: only one record is due before the run ends, which is no curve"});
  CHECK(warnings({noise, "/record/every=200 ms", "/stop/target_loss=0.1"}) ==
        Sentences{"/record: targets are seen in records, and only 5 records are due before the run ends"});
  CHECK(warnings({noise, "/record/every=50 ms", "/stop/target_loss=0.1"}) == Sentences{});
  CHECK(warnings({noise, "/record/every=2 s", "/numerics=off"}) == Sentences{});  // no curve is drawn
}

TEST_CASE("Records have one interval") {
  CHECK(about({"/record/every=1 ms", "/record/every_node_steps=1"}) ==
        "a.json: /record: \"every\" and \"every_node_steps\" are both given\n"
        "  expected one of them");
}

TEST_CASE("What only the rooms can know is told with the place in the file") {
  CHECK(about({"/topology={\"kind\": \"erdos_renyi\", \"nodes\": 50, \"probability\": 1e-9}"})
            .starts_with("a.json: /topology: erdos_renyi: "));
  CHECK(about({"/model/mu=2"}) == "a.json: /model: quadratic: L is 1, below mu, which is 2");
  const std::string data = R"({"kind": "softmax_regression", "data": {"kind": "synthetic_classification",
    "samples": 3, "features": 2, "classes": 2}})";
  CHECK(about({"/model=" + data}).starts_with("a.json: /model/partition: "));
  CHECK(about({"/model=" + data, "/model/data/samples=8", "/record/train_samples=9"}) ==
        "a.json: /record/train_samples: 9 is more than the 8 training samples that there are\n"
        "  expected an integer from 1 to 8, or \"full\"");
}

TEST_CASE("A path that leads nowhere is answered with where it was looked for") {
  const std::string message = about({"/topology={\"kind\": \"graph_file\", \"path\": \"no/such.dot\"}"});
  CHECK(message.starts_with("a.json: /topology/path: there is no file or folder \"no/such.dot\"\n  expected /"));
  CHECK(message.find("/no/such.dot") != message.npos);
  CHECK(about({R"(/model={"kind": "softmax_regression", "data": {"kind": "idx", "path": "/no/such"}})"}) ==
        "a.json: /model/data/path: there is no file or folder \"/no/such\"\n"
        "  expected /no/such");
}

TEST_CASE("What is no experiment at all is told by line and column, or by path") {
  CHECK(about({}, "{\n  \"seed\": 1\n  \"title\": 2}") == "a.json:3:3: not valid JSON at \"title\"; expected '}'");
  CHECK(about({}, "{\"seed\": 1, \"seed\": 2}") ==
        "a.json: /seed: the key \"seed\" stands here twice\n"
        "  expected each key once");
  CHECK(about({}, "3") ==
        "a.json: 3 is not an experiment\n"
        "  expected an object with the blocks topology, model, algorithm, network, compute, stop, record");
  CHECK(about({}, "{}") ==
        "a.json: /topology: missing\n"
        "  expected a block such as {\"kind\": \"…\"}");
}

TEST_CASE("A file that cannot be read says why") {
  const auto message = [](const std::string& path) {
    try {
      read_experiment(path);
    } catch (const ExperimentError& error) {
      return std::string{error.what()};
    }
    return std::string{};
  };
  CHECK(message("no/such.json") == "no/such.json: cannot be opened: No such file or directory");
  CHECK(message(".") == ".: is a folder\n  expected an experiment file or a trace");
}

}  // namespace
}  // namespace gossamer
