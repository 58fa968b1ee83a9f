#include "experiments/configuration/network_block.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "experiments/configuration/experiment.hpp"
#include "sim/engine/simulation.hpp"
#include "tests/sim/network/clock.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using testing::Clock;

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

/// The error of the experiment, without the folder.
std::string message_about(const std::string& platform, const std::string& file = two_racks) {
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

TEST_CASE("A platform is a star by default, and the resolved configuration contains it with its changes") {
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

TEST_CASE("A run whose messages wait for a permanently failed link lists the waiting nodes and their peers") {
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
  CHECK(message_about(R"("strar")") ==
        "e.json: /network/platform/kind: unknown kind \"strar\"\n"
        "  expected one of: cluster, dumbbell, fat_tree, platform_file, star, torus\n"
        "  did you mean \"star\"?");
  CHECK(message_about(R"({"kind": "cluster", "backbone": "1 Gbit/s"})")
            .starts_with("e.json: /network/platform/backbone: \"backbone\" is not a key here\n"));
  CHECK(message_about(R"({"kind": "torus"})") ==
        "e.json: /network/platform/dimensions: missing\n"
        "  expected a list, each element an integer at least 1");
  CHECK(message_about(R"({"kind": "torus", "dimensions": [3]})") ==
        "e.json: /network/platform: torus: the dimensions [3] do not make 4 nodes");
  CHECK(message_about(R"({"changes": [{"at": "1 s", "link": "noed2/up", "bandwidth": "1 MB/s"}]})") ==
        "e.json: /network/platform/changes/0/link: there is no link \"noed2/up\"\n"
        "  expected a link of the platform, such as \"node0/up\"\n"
        "  did you mean \"node2/up\"?");
  CHECK(message_about(R"({"changes": [{"at": "1 s", "link": "node2"}]})") ==
        "e.json: /network/platform/changes/0/bandwidth: missing\n"
        "  expected a rate such as \"1 Gbit/s\"");
  CHECK(message_about(R"({"changes": 3})") ==
        "e.json: /network/platform/changes: 3 is not a list\n"
        "  expected a list such as [{\"at\": \"1 s\", \"link\": \"node0/up\", \"bandwidth\": \"10 Mbit/s\"}]");
  CHECK(message_about(R"("platfrom.json")").starts_with("e.json: /network/platform/path: there is no file or folder"));
}

TEST_CASE("Mistakes in a platform file are named by file and place, with the nearest name") {
  const auto said = [](const std::string& file) { return message_about(R"("platform.json")", file); };
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
  CHECK(said(R"({"hosts": ["a", "b"], "links": [["a", "b"]]})") ==
        "platform.json: /links/0: [\"a\",\"b\"] is not a cable\n"
        "  expected one such as {\"from\": \"host0\", \"to\": \"switch0\", \"bandwidth\": \"1 Gbit/s\"}");
  const std::string cable = R"({"from": "a", "to": "b", "bandwidth": "1 MB/s"})";
  CHECK(said(fmt::format(R"({{"hosts": ["a", "b"], "links": [{}, {}]}})", cable, cable)) ==
        "platform.json: /links/1/name: there is another cable \"a-b\"\n"
        "  expected each name once");
  CHECK(said(fmt::format(R"({{"hosts": ["a", "b"], "links": [{}]}})", cable)) ==
        "e.json: /network/platform: the platform has 2 hosts, too few for 4 nodes");
  CHECK(said(fmt::format(R"({{"hosts": ["a", "b", "c", "d"], "links": [{}]}})", cable)) ==
        "e.json: /network/platform: the platform's cables do not connect all hosts");
}

/// D-PSGD on the graph in a file beside the experiment, over 1 MB/s after 1 ms unless the graph has other values.
std::string on_graph(const std::string& network, const std::string& file) {
  return fmt::format(R"({{"numerics": "off", "topology": {{"kind": "graph_file", "path": "{}"}}, "algorithm": "d_psgd",
             "compute": {{"kind": "constant", "step": "10 ms"}}, "stop": {{"node_steps": 5}},
             "network": {{"kind": "{}", "latency": "1 ms", "bandwidth": "1 MB/s", "payload": "50 kB",
                          "links": "topology"}}}})",
                     file, network);
}

TEST_CASE("Links have the values of the topology's graph file, otherwise those of the network") {
  // A round lasts as long as its slowest message, which is alone on its way. Cards pass 50 kB in 50 ms.
  struct Case {
    std::string edges;
    double links;  ///< seconds of a round on links without contention
    double cards;
  };
  const Case cases[]{{"from to latency_ms\n0 1 40\n", 0.04 + 0.05, 0.04 + 0.05},
                     {"from to bandwidth_bytes_per_s\n0 1 5e5\n", 0.001 + 0.1, 0.001 + 0.1},
                     {"from to latency_s bandwidth_bytes_per_s\n0 1 0.2 2e6\n", 0.2 + 0.025, 0.2 + 0.05}};
  const auto time = [](const std::string& network, const std::string& edges) {
    const TemporaryFolder folder;
    folder.write("g.edges", edges);
    Experiment made = read_experiment(folder.write("e.json", on_graph(network, "g.edges")));
    return run(made).time.count();
  };
  for (const auto& [edges, links, cards] : cases) {
    CHECK(time("alpha_beta", edges) == doctest::Approx(5 * links));
    CHECK(time("nic", edges) == doctest::Approx(5 * cards));
  }
  CHECK(time("alpha_beta", "from to latency_ms\n0 1 40\n1 2 -\n2 3 70\n") == doctest::Approx(5 * (0.07 + 0.05)));
}

TEST_CASE("A topology without links, or with impossible ones, is refused with one sentence") {
  const auto said = [](const std::string& name, const std::string& edges) {
    const TemporaryFolder folder;
    folder.write(name, edges);
    const auto path = folder.write("e.json", on_graph("nic", name));
    std::string text = message_of<ExperimentError>([&] { read_experiment(path); });
    for (std::size_t at; (at = text.find(folder.path().string() + "/")) != text.npos;)
      text.erase(at, folder.path().string().size() + 1);
    return text;
  };
  CHECK(said("g.edges", "0 1\n") ==
        "e.json: /network/links: no edge of g.edges says anything of its link\n"
        "  expected edges with some of: latency_s, latency_ms, bandwidth_bytes_per_s");
  CHECK(said("g.edges", "from to latency_ms\n0 1 -1\n") ==
        "e.json: /network: g.edges:2: latency_ms of the edge between 0 and 1 is \"-1\", expected a number at least 0");
  CHECK(said("g.dot", "graph { 0 -- 1 [latency_s=1, latency_ms=1]; }") ==
        "e.json: /network/links: g.dot: the edge between 0 and 1: both latency_s and latency_ms, expected one of them");
  CHECK(message_of<ExperimentError>([] {
          parse_experiment(R"({"numerics": "off", "topology": {"kind": "ring", "nodes": 4}, "algorithm": "d_psgd",
              "network": {"links": "topology", "payload": "1 kB"}, "stop": {"node_steps": 5}})",
                           "e.json");
        }) ==
        "e.json: /network/links: asks for the edges of a graph file, and the topology is \"ring\"\n"
        "  expected a topology of the kind \"graph_file\", or a file with links");
}

/// D-PSGD among four devices in a ring, which compute as fast as the file says.
std::string on_devices(const std::string& stragglers, const std::string& bandwidth = "1 MB/s") {
  return fmt::format(R"({{"numerics": "off", "topology": {{"kind": "ring", "nodes": 4}}, "algorithm": "d_psgd",
             "compute": {{"kind": "constant", "step": "10 ms", "stragglers": {}}}, "stop": {{"node_steps": 5}},
             "network": {{"kind": "nic", "latency": "1 ms", "bandwidth": "{}", "payload": "50 kB",
                          "cards": "devices"}}}})",
                     stragglers, bandwidth);
}

TEST_CASE("A device has its speed and its card") {
  const TemporaryFolder folder;
  folder.write("d.csv", "device,time_s,speed,up_bytes_per_s\na,0,1,\nb,0,0.05,1e5\n");
  const auto time = [&](const std::string& assignment) {
    Experiment made = read_experiment(folder.write(
        "e.json", on_devices(R"({"kind": "device_trace", "path": "d.csv", "assignment": ")" + assignment + "\"}")));
    return run(made).time.count();
  };
  // The cards of nodes 1 and 3 need 500 ms for a message. Computing takes 200 ms, so they always have one to send.
  CHECK(time("in_order") == doctest::Approx(5 * 2 * 0.5 + 0.001));
  Experiment drawn = read_experiment(
      folder.write("e.json", on_devices(R"({"kind": "device_trace", "path": "d.csv", "assignment": "random"})")));
  for (NodeId i = 0; i < 4; ++i) {  // slow nodes also send slowly
    Clock clock{*drawn.network};
    clock.send(Seconds{1000.0 * i}, i, (i + 1) % 4, 50000);
    clock.run();
    const double step = drawn.step_times->duration(i, 0, Seconds{0}).count();
    CHECK(clock.arrivals[0].count() == doctest::Approx(1000.0 * i + 0.001 + (step > 0.1 ? 0.5 : 0.05)));
  }
}

TEST_CASE("Cards of devices need devices that say something of their links") {
  CHECK(message_of<ExperimentError>([] { parse_experiment(on_devices(R"("none")"), "e.json"); }) ==
        "e.json: /network/cards: asks for the cards of devices, and nodes are none\n"
        "  expected stragglers of the kind \"device_trace\" in the block \"compute\"");
  const TemporaryFolder folder;
  folder.write("d.csv", "device,time_s,speed\na,0,1\n");
  const auto path = folder.write("e.json", on_devices(R"({"kind": "device_trace", "path": "d.csv"})"));
  const std::string said = message_of<ExperimentError>([&] { read_experiment(path); });
  CHECK_MESSAGE(said.ends_with("/network/cards: the file of the devices says nothing of their links\n"
                               "  expected a column up_bytes_per_s or down_bytes_per_s in it"),
                said);
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
