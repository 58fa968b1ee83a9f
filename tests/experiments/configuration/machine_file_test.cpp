#include "experiments/configuration/machine_file.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "experiments/calibration/calibration.hpp"
#include "experiments/configuration/experiment.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

constexpr auto machine = R"({
  "network": {"kind": "piecewise", "up_to": ["4 kB"], "latency": ["2 us", "6 us"],
              "bandwidth": ["1 GB/s", "2 GB/s"], "occupancy": [0.5, 0.9], "interference": 0.75},
  "compute": {"kind": "lognormal", "mean": "2 ms", "sigma": 0.1},
  "calibration": {"ranks": 2}
})";

/// An experiment of two nodes that compute nothing, with more keys if they are given.
std::string experiment(const std::string& more) {
  return R"({"numerics": "off", "topology": {"kind": "complete", "nodes": 2}, "algorithm": "d_psgd",
             "stop": {"node_steps": 1}, )" +
         more + "}";
}

std::string configuration(const TemporaryFolder& folder, const std::string& more,
                          const std::vector<std::string>& overrides = {}) {
  return read_experiment(folder.write("e.json", experiment(more)), overrides).configuration;
}

std::string message(const TemporaryFolder& folder, const std::string& more) {
  try {
    configuration(folder, more);
  } catch (const ExperimentError& error) {
    std::string text = error.what();
    const std::string path = folder.path().string() + "/";
    for (std::size_t at; (at = text.find(path)) != text.npos;) text.erase(at, path.size());
    return text;
  }
  return "nothing was wrong";
}

constexpr auto piecewise =
    R"("network":{"kind":"piecewise","up_to":["4 kB"],"latency":["2 us","6 us"],)"
    R"("bandwidth":["8 Gbit/s","16 Gbit/s"],"occupancy":[0.5,0.9],"interference":0.75,"attention":"0 s","all_reduce":"automatic",)"
    R"("payload":"100 kB","collectives":"formula"})";
constexpr auto lognormal =
    R"("compute":{"kind":"lognormal","mean":"2 ms","sigma":0.1,"draw":"per_step","cooling":2,"unevenness":0,"phase":50,)"
    R"("stragglers":{"kind":"none"}})";

TEST_CASE("A machine's blocks stand in the resolved configuration, which needs the file no more") {
  const TemporaryFolder folder;
  folder.write("machine.json", machine);
  const std::string resolved = configuration(folder, R"("machine": "machine.json")", {R"(/network/payload=100 kB)"});
  CHECK_MESSAGE(resolved.find(piecewise) != resolved.npos, resolved);
  CHECK_MESSAGE(resolved.find(lognormal) != resolved.npos, resolved);
  CHECK(resolved.find("machine") == resolved.npos);
  CHECK(parse_experiment(resolved, "elsewhere.json").configuration == resolved);
}

TEST_CASE("A block of the experiment's own wins, and --set names a machine and changes its blocks") {
  const TemporaryFolder folder;
  folder.write("machine.json", machine);
  const std::string own =
      configuration(folder, R"("compute": {"kind": "constant", "step": "1 ms"}, "network": {"payload": "1 kB"})",
                    {"/machine=machine.json"});
  CHECK(own.find(R"("kind":"alpha_beta")") != own.npos);
  CHECK(own.find(R"("kind":"constant")") != own.npos);
  const std::string set = configuration(folder, R"("title": "t")",
                                        {"/network/payload=1 kB", "/compute/sigma=0.2", "/machine=machine.json"});
  CHECK(set.find(R"("sigma":0.2)") != set.npos);
  CHECK(set.find(R"("interference":0.75)") != set.npos);
}

TEST_CASE("Values that depend on the number of nodes are checked with the experiment, not in the machine file alone") {
  const TemporaryFolder folder;
  folder.write("server.json",
               R"({"network": {"kind": "nic", "all_reduce": "parameter_server", "shards": 5, "payload": "1 kB"}})");
  const std::vector<std::string> five{"/topology/nodes=5"};
  CHECK(configuration(folder, R"("machine": "server.json")", five).find(R"("shards":5)") != std::string::npos);
  CHECK(message(folder, R"("machine": "server.json")") ==
        "e.json: /network: a parameter server in 5 shards needs as many nodes, but there are 2");
  folder.write("ring.json", R"({"network": {"kind": "nic", "shards": 5}})");
  CHECK(message(folder, R"("machine": "ring.json")") ==
        "ring.json: /network: shards are given, but only the all_reduce \"parameter_server\" has shards");

  folder.write("links.csv", "from,to,latency_ms\n0,4,7\n");
  folder.write("links.json", R"({"network": {"kind": "alpha_beta", "links": "links.csv", "payload": "1 kB"}})");
  CHECK(configuration(folder, R"("machine": "links.json")", five).find(R"("links":)") != std::string::npos);
  folder.write("devices.json", R"({"network": {"kind": "nic", "cards": "devices", "payload": "1 kB"}})");
  CHECK(message(folder, R"("machine": "devices.json")").starts_with("e.json: /network/cards: "));
}

TEST_CASE("Errors in a machine file name that file") {
  const TemporaryFolder folder;
  CHECK(message(folder, R"("machine": 3)") ==
        "e.json: /machine: 3 is not a text\n  expected the path of a machine file");
  CHECK(message(folder, R"("machine": "none.json")")
            .starts_with("e.json: /machine: there is no file or folder \"none.json\"\n  expected "));
  folder.write("broken.json", "{\"network\": ");
  CHECK(message(folder, R"("machine": "broken.json")").starts_with("broken.json:1:"));
  folder.write("empty.json", R"({"calibration": {}})");
  CHECK(message(folder, R"("machine": "empty.json")") ==
        "empty.json: holds neither network nor compute\n"
        "  expected a machine file, as `gossamer calibrate` writes it: the blocks network and compute");
  folder.write("kind.json", R"({"network": {"kind": "piecwise"}})");
  CHECK(message(folder, R"("machine": "kind.json")")
            .starts_with("kind.json: /network/kind: unknown kind \"piecwise\"\n"));
  folder.write("unit.json", R"({"network": {"kind": "piecewise", "latency": [2]}})");
  CHECK(message(folder, R"("machine": "unit.json")") ==
        "unit.json: /network/latency/0: 2 has no unit\n  expected a list, each element a duration such as \"2 ms\"");
  folder.write("lengths.json", R"({"network": {"kind": "piecewise", "up_to": ["1 kB"]}})");
  CHECK(message(folder, R"("machine": "lengths.json")") ==
        "lengths.json: /network: piecewise: 1 sizes in up_to make 2 segments, but latency has 1 elements");
  folder.write("stranger.json", R"({"compute": "constant", "topology": "ring"})");
  CHECK(message(folder, R"("machine": "stranger.json")").starts_with("stranger.json: /topology: \"topology\" is not"));
}

/// Message times on two lines. Messages occupy processors for 90 % of their time above 4 kB and not at all below.
std::vector<MessageTimes> measured_messages() {
  std::vector<MessageTimes> rows;
  for (double size = 1; size < 2e6; size *= 2) {
    const double time = size <= 4096 ? 2e-6 + size / 1e9 : 8e-6 + size / 2e9;
    rows.push_back({.size = size, .alone = {time, time, time}, .exchange = size <= 4096 ? time : 1.8 * time});
  }
  return rows;
}

TEST_CASE("Measurements become a machine file that an experiment can name") {
  Calibration calibration{.ranks = 2, .mpi = "some MPI", .messages = measured_messages()};
  std::vector<MessageSample> samples;
  for (const MessageTimes& row : calibration.messages) samples.push_back({row.size, row.alone.median});
  calibration.fit = fit_segments(samples);
  calibration.network = network_of(calibration.fit, calibration.messages);
  calibration.network.interference = 0.8;
  calibration.comparisons = {{"ring", 1024, 2e-6, 1e-6}};
  calibration.steps = summary_of({1e-3, 1e-3, 1e-3, 1e-3});
  calibration.phases = {.unevenness = 0.125, .steps = 700};
  calibration.averaging = {.rate = 1e9, .cold_rate = 0.5e9};
  CHECK(calibration.network.latency == std::vector{2e-6, 8e-6});
  CHECK(calibration.network.bandwidth == std::vector{1e9, 2e9});
  CHECK(calibration.network.occupancy == std::vector{0.0, 0.9});
  CHECK(calibration.network.up_to == std::vector<std::int64_t>{4096});

  const TemporaryFolder folder;
  folder.write("machine.json", pretty(machine_json(calibration)));
  const std::string resolved = configuration(folder, R"("machine": "machine.json")", {"/network/payload=1 B"});
  CHECK(resolved.find(R"("latency":["2 us","8 us"],"bandwidth":["8 Gbit/s","16 Gbit/s"])") != resolved.npos);
  CHECK(resolved.find(R"("compute":{"kind":"constant","step":"1 ms",)") != resolved.npos);
  CHECK(resolved.find(R"("averaging":"8 Gbit/s","cold_averaging":"4 Gbit/s",)") != resolved.npos);
  CHECK(resolved.find(R"("unevenness":0.125,"phase":700)") != resolved.npos);
  const std::string report = calibration_report(calibration);
  CHECK(report.find("up to 4.096 kB, eager: latency 2 us") != report.npos);
  CHECK(report.find(", rendezvous: latency 8 us") != report.npos);
  CHECK(report.find("-50.0 %") != report.npos);  // 1 µs was predicted, 2 µs measured
}

TEST_CASE("A calibration is void if its fit misses its measurements, and the message contains the error") {
  Calibration calibration{.ranks = 2, .mpi = "some MPI"};
  CHECK(void_reason(calibration) == "");
  calibration.fit.residual = 0.15;
  calibration.disturbance = 1.25;
  calibration.loops = {{"ring after step", 1024, 10e-6, 12.9e-6}, {"question during step", 1024, 10e-6, 7.1e-6}};
  CHECK(void_reason(calibration) == "");  // all of it just within the limits
  calibration.loops.back().predicted = 6e-6;
  CHECK(void_reason(calibration) ==
        "the loop \"question during step\" is predicted -40 % off what was measured, beyond the limit of 30 %");
  calibration.disturbance = 1.5;
  CHECK(void_reason(calibration) ==
        "training loops took 1.50 times as long as their usual stretches, outside the limits 0.80 and 1.25");
  calibration.disturbance = 0.75;
  CHECK(void_reason(calibration).starts_with("training loops took 0.75 times as long"));
  calibration.fit.residual = 0.31;
  CHECK(void_reason(calibration) ==
        "the fitted segments miss the message times by 31 % (root mean square), above the limit of 15 %");
}

}  // namespace
}  // namespace gossamer
