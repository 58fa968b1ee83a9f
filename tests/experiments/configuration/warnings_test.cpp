#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "experiments/configuration/experiment.hpp"
#include "tests/experiments/configuration/message_about.hpp"

// Starts that are refused, and warnings before a run.
namespace gossamer {
namespace {

using testing::message_about;

const std::string perceptron = R"(/model={"kind": "mlp", "hidden": [3], "data": {"kind": "synthetic_classification",
    "samples": 40, "features": 2, "classes": 2}})";

TEST_CASE("A perceptron is refused where it starts at zero, which it cannot leave") {
  CHECK(message_about({perceptron}) == "");
  CHECK(message_about({perceptron, "/model/initial=zeros"}) ==
        "a.json: /model/initial: mlp cannot leave zero, where its hidden layers have no gradient\n"
        "  expected another start, such as \"he\"");
  CHECK(message_about({perceptron, "/model/activation=tanh", R"(/model/initial={"kind": "normal", "stddev": 0})"}) ==
        "a.json: /model/initial: mlp cannot leave zero, where its hidden layers have no gradient\n"
        "  expected another start, such as \"glorot\"");
  CHECK(message_about({perceptron, "/model/initial=zeros", "/model/hidden=[]"}) == "");  // softmax regression
  CHECK(message_about({perceptron, "/model/initial=zeros", "/numerics=off"}) == "");     // no model is computed
}

/// The warnings before a run.
std::vector<std::string> warnings(const std::vector<std::string>& overrides) {
  return parse_experiment(testing::small_file, "a.json", overrides).warnings;
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

}  // namespace
}  // namespace gossamer
