#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/registry.hpp"
#include "tests/experiments/configuration/message_about.hpp"

// Algorithms that do not suit a topology, and settings that do not suit each other.
namespace gossamer {
namespace {

using testing::message_about;

TEST_CASE("An algorithm that does not suit a topology is refused with its need and the topology's property") {
  CHECK(message_about({"/algorithm/kind=relay_sgd"})
            .find("relay_sgd needs a tree, and this ring of 4 nodes has 4 edges") != std::string::npos);
  CHECK(message_about({"/algorithm/kind=choco_sgd", "/algorithm/compressor=identity",
                       R"(/topology={"kind": "one_peer_exponential", "nodes": 8})"})
            .find("choco_sgd needs a graph that is the same in every round, and one_peer_exponential changes") !=
        std::string::npos);
  CHECK(message_about({"/algorithm/kind=matcha"})
            .find("matcha is meant for the topology \"matcha\", and this one is \"ring\"") != std::string::npos);
}

/// A block of an algorithm; those of compressed methods have a compressor.
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
    CHECK(message_about({block(algorithm), directed})
              .starts_with("a.json: /algorithm/kind: " + algorithm +
                           " needs a symmetric W, and that of exponential is not\n"
                           "  expected an undirected topology with weights such as metropolis_hastings"));
    CHECK(message_about({block(algorithm)}) == "");
    CHECK(message_about({block(algorithm), R"(/topology={"kind": "one_peer_hypercube", "dimension": 3})"})
              .find(algorithm + " needs a graph that is the same in every round, and one_peer_hypercube changes") !=
          std::string::npos);
  }
  CHECK(message_about({"/algorithm/kind=gradient_tracking", directed}) == "");
  for (const std::string algorithm : {"ad_psgd", "swarm_sgd"}) {
    CHECK(message_about({block(algorithm), directed}).find(algorithm + " needs an undirected graph") !=
          std::string::npos);
    CHECK(message_about({block(algorithm)}) == "");
  }
  CHECK(message_about({R"(/algorithm={"kind": "randomized_gossip"})", directed}).find("needs an undirected graph") !=
        std::string::npos);
  CHECK(message_about({R"(/algorithm={"kind": "swarm_sgd", "variant": "blocking"})", directed}) ==
        "a.json: /algorithm/variant: swarm_sgd needs an undirected graph if variant is nb1, nb2 or blocking, and "
        "exponential is directed\n"
        "  expected an undirected topology, or another algorithm");
  CHECK(message_about({R"(/algorithm={"kind": "swarm_sgd", "variant": "one_sided"})", directed}) == "");
  CHECK(message_about({R"(/algorithm={"kind": "ad_psgd", "protocol": "bipartite"})", "/topology/nodes=9"}) ==
        "a.json: /algorithm/protocol: ad_psgd needs a graph whose edges join nodes of odd and of even number if "
        "protocol is bipartite, and this ring joins 0 and 8\n"
        "  expected a topology such as path, or a ring or torus of even sides, or another algorithm");
  CHECK(message_about({R"(/algorithm={"kind": "ad_psgd", "protocol": "bipartite"})"}) == "");
  CHECK(message_about({"/algorithm/kind=ad_psgd", "/topology/nodes=9"}) == "");
  // K_{1,3} by its best constant: W = I − c Lap with c = 2/(λ_2 + λ_n) = 2/(1 + 4), so λ_n(W) = 1 − 4 · 2/5 = −0.6.
  const std::string star = R"(/topology={"kind": "star", "nodes": 4, "weights": "best_constant"})";
  CHECK(message_about({"/algorithm/kind=d2", star}) ==
        "a.json: /algorithm/kind: d2 needs a W without eigenvalues below -1/3, and the smallest of star is -0.6\n"
        "  expected a topology with \"laziness\": 0.5, or another algorithm");
  CHECK(message_about({"/algorithm/kind=d2", star, "/topology/laziness=0.5"}) == "");
  CHECK(message_about({"/algorithm/kind=nids", star}) == "");
}

TEST_CASE("A W under which models swing for ever is found, unless a smaller consensus step holds them") {
  // A ring of even length without weights on its nodes: models of even and of odd nodes change places, λ_n(W) = −1.
  const std::vector<std::string> swings{"/topology/nodes=6", "/topology/weights=metropolis_hastings_without_self"};
  const auto with = [&](const std::string& override) {
    std::vector<std::string> all = swings;
    all.push_back(override);
    return message_about(all);
  };
  CHECK(message_about(swings) ==
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

TEST_CASE("Local steps of an exact method are refused unless the file sets \"inexact\"") {
  for (const std::string algorithm : {"d2", "exact_diffusion", "extra", "gradient_tracking", "lead", "nids"}) {
    CAPTURE(algorithm);
    CHECK(message_about({block(algorithm), "/algorithm/local_steps=4"}) ==
          "a.json: /algorithm/local_steps: 4 takes the method off the minimum: it is exact with one local step alone\n"
          "  expected 1, or that inexact is true");
    CHECK(message_about({block(algorithm), "/algorithm/local_steps=4", "/algorithm/inexact=true"}) == "");
    CHECK(message_about({block(algorithm), "/algorithm/local_steps=1"}) == "");
  }
  CHECK(message_about(
            {"/algorithm/kind=relay_sgd", "/algorithm/local_steps=2", R"(/topology={"kind": "path", "nodes": 4})"})
            .find("off the minimum") != std::string::npos);
  CHECK(message_about({"/algorithm/local_steps=4"}) == "");  // D-PSGD has no such guarantee
}

TEST_CASE("A setting that has no effect beside the others is refused, unless it has its default") {
  CHECK(message_about({R"(/algorithm={"kind": "swarm_sgd", "variant": "one_sided", "own_term": "quantized",
                              "compressor": {"kind": "lattice", "side": 0.5}})"}) ==
        "a.json: /algorithm/own_term: \"quantized\" has no effect if variant is one_sided\n"
        "  expected \"exact\", or that variant is nb1, nb2 or blocking");
  CHECK(message_about({R"(/algorithm={"kind": "swarm_sgd", "variant": "one_sided", "own_term": "exact"})"}) == "");
  CHECK(message_about({R"(/algorithm={"kind": "swarm_sgd", "own_term": "quantized"})"}) ==
        "a.json: /algorithm/own_term: \"quantized\" has no effect if compressor is none\n"
        "  expected \"exact\", or that compressor is not none");
  CHECK(message_about({R"(/algorithm={"kind": "swarm_sgd", "own_term": "quantized",
                              "compressor": {"kind": "lattice", "side": 0.5}})"}) == "");
  for (const std::string algorithm : {"dmsgd", "sgp", "qg_dmsgd", "deep_squeeze"}) {
    CAPTURE(algorithm);
    CHECK(message_about({block(algorithm), "/algorithm/momentum=0", "/algorithm/nesterov=true"}) ==
          "a.json: /algorithm/nesterov: true has no effect if momentum is 0\n"
          "  expected false, or that momentum is not 0");
    CHECK(message_about({block(algorithm), "/algorithm/momentum=0", "/algorithm/nesterov=false"}) == "");
    CHECK(message_about({block(algorithm), "/algorithm/momentum=0.5", "/algorithm/nesterov=true"}) == "");
  }
  CHECK(message_about({"/algorithm/kind=qg_dmsgd", "/algorithm/momentum=0", "/algorithm/global_momentum=0.5"})
            .starts_with("a.json: /algorithm/global_momentum: 0.5 has no effect if momentum is 0\n"));
}

TEST_CASE("So it is in blocks of networks, graphs, faults, step times, models and data") {
  CHECK(message_about({"/network/latencies=no/such.csv"}) ==
        "a.json: /network/latency: \"2 ms\" has no effect if latencies is no/such.csv\n"
        "  expected \"1 ms\", or that latencies is left out");
  CHECK(message_about({"/network/propagation=1 ms"}) ==
        "a.json: /network/propagation: \"1 ms\" has no effect if geometry is none\n"
        "  expected \"50 ms\", or that geometry is not none");
  CHECK(message_about({"/network/propagation=1 ms", "/network/geometry=disk"}) == "");
  CHECK(message_about({R"(/topology={"kind": "u_equistatic", "nodes": 8, "offsets": 2, "rho": 0.3})"}) ==
        "a.json: /topology/rho: 0.3 has no effect if offsets is 2\n"
        "  expected 0.5, or that offsets is left out");
  CHECK(message_about({R"(/faults=[{"kind": "crash", "at": "1 s", "downtime": "5 s"}])"}) ==
        "a.json: /faults/0/downtime: \"5 s\" has no effect if recovery is none\n"
        "  expected \"1 s\", or that recovery is with_state or without_state");
  CHECK(message_about({R"(/faults=[{"kind": "crash", "at": "1 s", "downtime": "1 s"}])"}) == "");
  CHECK(message_about({R"(/faults={"restart_from": "neighbor", "kinds": [{"kind": "loss"}]})"}) ==
        "a.json: /faults/restart_from: has no effect, as no node is ever down\n"
        "  expected \"initial\", or a kind such as crash or churn");
  CHECK(message_about({"/record/train_samples=50"}) ==
        "a.json: /record/train_samples: has no effect, as this model has no training samples\n"
        "  expected \"full\", or a model with data");
  CHECK(message_about({"/record/train_samples=50", "/numerics=off"}) == "");
  CHECK(message_about({"/record/local_samples=50"}) ==
        "a.json: /record/local_samples: has no effect, as this model has no training samples\n"
        "  expected \"full\", or a model with data");
  CHECK(message_about({"/compute/phase=3"}).starts_with("a.json: /compute/phase: 3 has no effect if unevenness is 0"));
  CHECK(message_about({"/compute/cooling=3"})
            .starts_with("a.json: /compute/cooling: 3 has no effect if cold_averaging is left out"));
  const std::string full = R"(/model={"kind": "linear_regression", "batch_size": "full", "sampling": "reshuffled",
                                      "data": {"kind": "synthetic_regression"}})";
  CHECK(message_about({full}) ==
        "a.json: /model/sampling: \"reshuffled\" has no effect if batch_size is \"full\"\n"
        "  expected \"with_replacement\", or that batch_size is not \"full\"");
  CHECK(message_about({full, "/model/sampling=with_replacement", "/model/data/feature_shift=2"})
            .starts_with("a.json: /model/data/feature_shift: 2 has no effect if groups is 1\n"));
}

TEST_CASE("An algorithm that is about compression asks for a compressor, which may be named \"identity\"") {
  for (const AlgorithmEntry& entry : algorithms()) {
    CAPTURE(entry.name);
    for (const Setting& setting : entry.settings)
      if (setting.part_type == &Codec::part_type()) CHECK(setting.required == (entry.name != "swarm_sgd"));
  }
  for (const char* const missing :
       {R"(/algorithm={"kind": "deep_squeeze"})", R"(/algorithm={"kind": "deep_squeeze", "compressor": null})"})
    CHECK(message_about({missing}) ==
          "a.json: /algorithm/compressor: missing\n"
          "  expected a compressor (`gossamer list compressors`)");
  CHECK(message_about({R"(/algorithm={"kind": "deep_squeeze", "compressor": {}})"})
            .starts_with("a.json: /algorithm/compressor/kind: missing\n  expected one of: chosen, identity, "));
  CHECK(message_about({R"(/algorithm={"kind": "deep_squeeze", "compressor": "identity"})"}) == "");
  CHECK(message_about({"/algorithm=swarm_sgd"}) == "");
}

}  // namespace
}  // namespace gossamer
