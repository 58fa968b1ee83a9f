#include "experiments/network_block.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "experiments/experiment.hpp"
#include "sim/engine/simulation.hpp"
#include "tests/sim/learning/temporary_folder.hpp"

namespace gossamer {
namespace {

/// Node 0 in the middle, 4 nodes in all, that compute for 10 ms and send 1 MB to their neighbors at once.
std::string experiment(const std::string& network) {
  return R"({"numerics": "off", "topology": {"kind": "star", "nodes": 4}, "algorithm": "d_psgd",
             "compute": {"kind": "constant", "step": "10 ms"}, "stop": {"node_steps": 5},
             "network": {"kind": "max_min", "payload": "1 MB", )" +
         network + "}}";
}

constexpr auto two_racks = R"({
  "hosts": ["a", "b", "c", "d"], "switches": ["left", "right"],
  "links": [{"from": "a", "to": "left", "bandwidth": "1 GB/s"}, {"from": "b", "to": "left", "bandwidth": "1 GB/s"},
            {"from": "c", "to": "right", "bandwidth": "1 GB/s"}, {"from": "d", "to": "right", "bandwidth": "1 GB/s"},
            {"from": "left", "to": "right", "bandwidth": "100 MB/s", "latency": "1 ms", "name": "trunk"}]
})";

/// The experiment with a platform block, and a file platform.json beside it.
Experiment with_file(const std::string& platform, const std::string& file = two_racks) {
  const TemporaryFolder folder;
  folder.write("platform.json", file);
  return read_experiment(folder.write("e.json", experiment("\"platform\": " + platform)));
}

/// What is said against it, without the folder.
std::string about(const std::string& platform, const std::string& file = two_racks) {
  const TemporaryFolder folder;
  folder.write("platform.json", file);
  const auto path = folder.write("e.json", experiment("\"platform\": " + platform));
  std::string text = message_of<ExperimentError>([&] { read_experiment(path); });
  const std::string prefix = folder.path().string() + "/";
  for (std::size_t at; (at = text.find(prefix)) != text.npos;) text.erase(at, prefix.size());
  return text;
}

End run(Experiment& experiment) {
  Simulation simulation{{.mixing = experiment.topology.mixing,
                         .step_times = *experiment.step_times,
                         .network = *experiment.network,
                         .payload = experiment.payload,
                         .collectives = experiment.collectives}};
  return simulation.run(experiment.program, experiment.limits);
}

TEST_CASE("A platform is a star where nothing is said, and stands in the resolved configuration with its changes") {
  const std::string bare = parse_experiment(experiment(R"("sharing": "equal")"), "e.json").configuration;
  CHECK_MESSAGE(bare.find(R"("platform":{"kind":"star","bandwidth":"1 Gbit/s","latency":"50 us"})") != bare.npos, bare);
  const std::string full = parse_experiment(experiment(R"("platform": {"kind": "dumbbell", "changes":
        [{"at": "1 s", "link": "bottleneck", "bandwidth": "10 Mbit/s"}]})"),
                                            "e.json")
                               .configuration;
  CHECK_MESSAGE(full.find(R"("changes":[{"at":"1 s","link":"bottleneck","bandwidth":"10 Mbit/s"}])") != full.npos,
                full);
  CHECK(parse_experiment(full, "e.json").configuration == full);
}

TEST_CASE("Incast: the hub's card takes all messages of a round one after the other") {
  Experiment star = parse_experiment(experiment(R"("platform": {"kind": "star", "bandwidth": "1 MB/s",
                                                                 "latency": "2 ms"})"),
                                     "e.json");
  CHECK(run(star).time.count() == doctest::Approx(5 * (0.004 + 3)));
}

TEST_CASE("A platform file is read, and a text that ends in .json names one") {
  for (const std::string platform : {R"("platform.json")", R"({"kind": "platform_file", "path": "platform.json"})"}) {
    Experiment racks = with_file(platform);
    // Hosts c and d each get 1 MB from host a and send as much, over the trunk, which is full duplex.
    CHECK(run(racks).time.count() == doctest::Approx(5 * (0.001 + 2e6 / 1e8)));
  }
  Experiment half = with_file(R"("platform.json")",
                              R"({"hosts": ["a", "b", "c", "d"], "links": [
                                   {"from": "a", "to": "b", "bandwidth": "1 MB/s", "duplex": "half"},
                                   {"from": "c", "to": "a", "bandwidth": "1 GB/s"},
                                   {"from": "d", "to": "a", "bandwidth": "1 GB/s"}]})");
  CHECK(run(half).time.count() == doctest::Approx(5 * 2.0));
}

TEST_CASE("A run whose messages wait for a link that never comes back says who waits for whom") {
  Experiment failing = with_file(R"({"kind": "platform_file", "path": "platform.json", "changes":
    [{"at": "30 ms", "link": "trunk/forward", "bandwidth": "0 bit/s"}]})");
  const End end = run(failing);
  CHECK(end.reason == End::Reason::stuck);
  CHECK_MESSAGE(end.detail.find("2") != end.detail.npos, end.detail);
  Experiment healed = with_file(R"({"kind": "platform_file", "path": "platform.json", "changes":
    [{"at": "30 ms", "link": "trunk", "bandwidth": "0 bit/s"},
     {"at": "50 ms", "link": "trunk", "bandwidth": "100 MB/s"}]})");
  CHECK(run(healed).time.count() == doctest::Approx(5 * (0.001 + 2e6 / 1e8) + 0.02));
}

TEST_CASE("Mistakes in a platform block are named, with the nearest name") {
  CHECK(about(R"("strar")") ==
        "e.json: /network/platform/kind: unknown kind \"strar\"\n"
        "  expected one of: cluster, dumbbell, fat_tree, platform_file, star, torus\n"
        "  did you mean \"star\"?");
  CHECK(about(R"({"kind": "cluster", "backbone": "1 Gbit/s"})")
            .starts_with("e.json: /network/platform/backbone: \"backbone\" is not a key here\n"));
  CHECK(about(R"({"kind": "torus"})") ==
        "e.json: /network/platform/dimensions: missing\n"
        "  expected a list, each element an integer at least 1");
  CHECK(about(R"({"kind": "torus", "dimensions": [3]})") ==
        "e.json: /network/platform: torus: the dimensions [3] do not make 4 nodes");
  CHECK(about(R"({"changes": [{"at": "1 s", "link": "noed2/up", "bandwidth": "1 MB/s"}]})") ==
        "e.json: /network/platform/changes/0/link: there is no link \"noed2/up\"\n"
        "  expected a link of the platform, such as \"node0/up\"\n"
        "  did you mean \"node2/up\"?");
  CHECK(about(R"({"changes": [{"at": "1 s", "link": "node2"}]})") ==
        "e.json: /network/platform/changes/0/bandwidth: missing\n"
        "  expected a rate such as \"1 Gbit/s\"");
  CHECK(about(R"({"changes": 3})") ==
        "e.json: /network/platform/changes: 3 is not a list\n"
        "  expected a list such as [{\"at\": \"1 s\", \"link\": \"node0/up\", \"bandwidth\": \"10 Mbit/s\"}]");
  CHECK(about(R"("platfrom.json")").starts_with("e.json: /network/platform/path: there is no file or folder"));
}

TEST_CASE("Mistakes in a platform file are named by file and place, with the nearest name") {
  const auto said = [](const std::string& file) { return about(R"("platform.json")", file); };
  CHECK(said("[]") ==
        "platform.json: [] is not an object\n"
        "  expected a platform file: an object with the lists hosts, switches and links");
  CHECK(said(R"({"host": ["a"]})") ==
        "platform.json: /hosts: missing, and \"host\" is not a key here\n"
        "  expected a list of names; did you mean \"hosts\"?");
  CHECK(said(R"({"hosts": ["a", "a"]})") ==
        "platform.json: /hosts/1: \"a\" stands here twice\n"
        "  expected each name once");
  CHECK(said(R"({"hosts": ["one", "two"], "links": [{"from": "one", "to": "twoo", "bandwidth": "1 MB/s"}]})") ==
        "platform.json: /links/0/to: there is no host or switch \"twoo\"\n"
        "  expected a name from hosts or switches\n"
        "  did you mean \"two\"?");
  CHECK(said(R"({"hosts": ["a", "b"], "links": [{"from": "a", "to": "b", "bandwidth": "1 MHz"}]})")
            .starts_with("platform.json: /links/0/bandwidth: \"1 MHz\" has the unknown unit \"MHz\"\n"));
  CHECK(said(R"({"hosts": ["a", "b"], "links": [{"from": "a", "to": "b", "bandwith": "1 MB/s"}]})") ==
        "platform.json: /links/0/bandwidth: missing, and \"bandwith\" is not a key here\n"
        "  expected a rate above 0 bit/s such as \"1 Gbit/s\"; did you mean \"bandwidth\"?");
  CHECK(said(R"({"hosts": ["a", "b"], "links": [{"from": "a", "to": "a", "bandwidth": "1 MB/s"}]})") ==
        "platform.json: /links/0/to: \"a\" is the cable's other end, too\n"
        "  expected another one");
  const std::string cable = R"({"from": "a", "to": "b", "bandwidth": "1 MB/s"})";
  CHECK(said(fmt::format(R"({{"hosts": ["a", "b"], "links": [{}, {}]}})", cable, cable)) ==
        "platform.json: /links/1/name: there is another cable \"a-b\"\n"
        "  expected each name once");
  CHECK(said(fmt::format(R"({{"hosts": ["a", "b"], "links": [{}]}})", cable)) ==
        "e.json: /network/platform: the platform has 2 hosts, too few for 4 nodes");
  CHECK(said(fmt::format(R"({{"hosts": ["a", "b", "c", "d"], "links": [{}]}})", cable)) ==
        "e.json: /network/platform: the platform's cables do not connect all hosts");
}

TEST_CASE("Every network offers every all-reduce, and refuses shards that cannot be") {
  const auto with = [](const char* kind, const std::string& settings) {
    return R"({"numerics": "off", "topology": {"kind": "ring", "nodes": 4}, "algorithm": "all_reduce_sgd",
               "stop": {"node_steps": 5}, "network": {"payload": "1 MB", "kind": ")" +
           std::string{kind} + "\", " + settings + "}}";
  };
  for (const char* const kind : {"alpha_beta", "nic", "piecewise", "max_min"}) {
    for (const char* const name : {"ring", "recursive_doubling", "rabenseifner", "binomial_tree", "automatic"}) {
      Experiment experiment = parse_experiment(with(kind, fmt::format(R"("all_reduce": "{}")", name)), "e.json");
      CHECK(run(experiment).reason == End::Reason::node_steps);
    }
    Experiment sharded = parse_experiment(with(kind, R"("all_reduce": "parameter_server", "shards": 4)"), "e.json");
    CHECK(run(sharded).reason == End::Reason::node_steps);
    const auto refusal = [&](const std::string& settings) {
      return message_of<ExperimentError>([&] { parse_experiment(with(kind, settings), "e.json"); });
    };
    CHECK(refusal(R"("all_reduce": "parameter_server", "shards": 5)") ==
          "e.json: /network: a parameter server in 5 shards needs as many nodes, but there are 4");
    CHECK(refusal(R"("shards": 1)") ==
          "e.json: /network: shards are given, but only the all_reduce \"parameter_server\" has shards");
    CHECK(refusal(R"("all_reduce": "parameter_server", "shards": 0)").find("/network/shards") != std::string::npos);
  }
}

}  // namespace
}  // namespace gossamer
