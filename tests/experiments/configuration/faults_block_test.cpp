#include "experiments/configuration/faults_block.hpp"

#include <cmath>
#include <string>

#include <doctest/doctest.h>

#include "experiments/configuration/experiment.hpp"
#include "sim/engine/simulation.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

std::string experiment(const std::string& rest) {
  return R"({"numerics": "off", "topology": {"kind": "ring", "nodes": 8}, "algorithm": "d_psgd",
             "compute": {"kind": "constant", "step": "10 ms"}, "stop": {"virtual_time": "3 s"},
             "network": {"kind": "alpha_beta", "payload": "1 kB"})" +
         rest + "}";
}
std::string with_faults(const std::string& faults) { return experiment(R"(, "faults": )" + faults); }

std::string message_about(const std::string& faults) {
  return message_of<ExperimentError>([&] { parse_experiment(with_faults(faults), "e.json"); });
}

Snapshot run(const Experiment& experiment) {
  Simulation simulation{{.mixing = experiment.topology.mixing,
                         .step_times = *experiment.step_times,
                         .network = *experiment.network,
                         .payload = experiment.payload,
                         .faults = experiment.faults.get()}};
  simulation.run(experiment.program, experiment.limits);
  return simulation.snapshot();
}

TEST_CASE("A file without the block has no faults and does not mention them") {
  const Experiment plain = parse_experiment(experiment(""), "e.json");
  CHECK(plain.faults == nullptr);
  CHECK(plain.configuration.find("faults") == std::string::npos);
  CHECK_FALSE(run(plain).faults);
}

TEST_CASE("A list of kinds means the block, and reading the resolved text gives the same text") {
  const Experiment read = parse_experiment(with_faults(R"([{"kind": "loss", "probability": 0.5}])"), "e.json");
  CHECK(read.configuration.find(R"("faults":{"restart_from":"initial","kinds":[{"kind":"loss","probability":0.5}]})") !=
        std::string::npos);
  CHECK(parse_experiment(read.configuration, "e.json").configuration == read.configuration);
  const std::string listed =
      R"({"detection": "5 ms", "kinds": [{"kind": "churn", "nodes": [1, 2], "joins": ["1 s", "0 s"],
                                 "leaves": ["2 s", "never"]}]})";
  const Experiment churn = parse_experiment(with_faults(listed), "e.json");
  CHECK(parse_experiment(churn.configuration, "e.json").configuration == churn.configuration);
  CHECK(run(churn).faults->down.count() == doctest::Approx(2));
  CHECK(churn.faults->restart_from == RestartFrom::initial);
  const Experiment restored = parse_experiment(
      with_faults(R"({"restart_from": "neighbor", "kinds": [{"kind": "churn", "session": "1 s", "absence": "1 s"}]})"),
      "e.json");
  CHECK(restored.faults->restart_from == RestartFrom::neighbor);
}

TEST_CASE("Blocks of one kind draw apart from each other") {
  // Half of the messages get through one block, a quarter through two: of 2400, within four standard errors.
  const auto lost = [](const std::string& kinds) {
    const Snapshot seen =
        run(parse_experiment(with_faults(R"({"detection": "5 ms", "kinds": )" + kinds + "}"), "e.json"));
    return static_cast<double>(seen.faults->lost_messages) / static_cast<double>(seen.total.sent_messages);
  };
  const std::string half = R"({"kind": "loss", "probability": 0.5})";
  CHECK(std::abs(lost("[" + half + "]") - 0.5) < 4 * 0.5 / std::sqrt(2000));
  CHECK(std::abs(lost("[" + half + "," + half + "]") - 0.75) < 4 * 0.44 / std::sqrt(2000));
}

TEST_CASE("Impossible values are refused with their place") {
  CHECK(message_about(R"([{"kind": "crahs"}])") ==
        "e.json: /faults/0/kind: unknown kind \"crahs\"\n"
        "  expected one of: burst_loss, churn, corruption, crash, link_down, loss\n"
        "  did you mean \"crash\"?");
  CHECK(message_about(R"([{"kind": "crash"}])") ==
        "e.json: /faults/0: expected exactly one of \"at\" and \"mean_time_to_failure\"");
  CHECK(message_about(R"([{"kind": "loss"}, {"kind": "crash", "at": "1 s", "nodes": [8]}])") ==
        "e.json: /faults/1: nodes: there is no node 8, the last is 7");
  CHECK(message_about(R"({"detektion": "1 s", "kinds": []})") ==
        "e.json: /faults/detektion: \"detektion\" is not a key here\n"
        "  expected one of: detection, kinds, restart_from\n"
        "  did you mean \"detection\"?");
  CHECK(message_about(R"([{"kind": "loss", "probability": 2}])") ==
        "e.json: /faults/0/probability: 2 is out of range\n"
        "  expected a number from 0 to 1");
}

TEST_CASE("All-reduces that are played are refused where nodes may be down, and only there") {
  const auto played = [](const std::string& kind) {
    return R"({"numerics": "off", "topology": {"kind": "ring", "nodes": 8}, "algorithm": "local_sgd",
               "stop": {"node_steps": 8}, "network": {"kind": "alpha_beta", "payload": "1 kB", "collectives": "played"},
               "faults": [)" +
           kind + "]}";
  };
  CHECK(message_of<ExperimentError>([&] { parse_experiment(played(R"({"kind": "crash", "at": "1 s"})"), "e.json"); }) ==
        "e.json: /faults: an all-reduce that is played message by message needs every node, and here some may be down\n"
        "  expected \"collectives\": \"formula\" at /network");
  CHECK(parse_experiment(played(R"("loss")"), "e.json").faults->messages.size() == 1);
}

}  // namespace
}  // namespace gossamer
