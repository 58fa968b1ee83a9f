#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/nic.hpp"
#include "tests/experiments/trace/timelines.hpp"
#include "tests/graphs.hpp"

// The activities of nodes, and the messages between them.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Arrow;
using testing::Counter;
using testing::Json;
using testing::larger;
using testing::pair_with_a_straggler;
using testing::run_with;
using testing::Seen;
using testing::seen;
using testing::Slice;
using testing::timeline_of;

TEST_CASE("D-PSGD waits for the straggler's message, first to be sent, then to arrive") {
  const Seen timeline = timeline_of(pair_with_a_straggler(R"({"kind": "d_psgd"})"));
  CHECK(timeline.rows == std::vector<std::string>{"node 0", "node 1"});
  // Both send at the start of each round, node 0 at 0 and 10 ms, node 1 at 0 and 30 ms.
  CHECK(timeline.of(0) == std::vector<Slice>{{0, "compute", 0, 10e3},
                                             {0, "compute", 10e3, 20e3},
                                             {0, "wait", 20e3, 30e3},
                                             {0, "transfer", 30e3, 35e3},
                                             {0, "done", 35e3, 60e3}});
  CHECK(timeline.of(1) == std::vector<Slice>{{1, "compute", 0, 30e3}, {1, "compute", 30e3, 60e3}});
  CHECK(timeline.arrows == std::vector<Arrow>{{"model", 0, 0, 1, 5e3},
                                              {"model", 1, 0, 0, 5e3},
                                              {"model", 0, 10e3, 1, 15e3},
                                              {"model", 1, 30e3, 0, 35e3}});
  CHECK(timeline.bytes ==
        Counter{{0, 2'000'000}, {5e3, 0}, {10e3, 1'000'000}, {15e3, 0}, {30e3, 1'000'000}, {35e3, 0}});
  CHECK(timeline.messages == Counter{{0, 2}, {5e3, 0}, {10e3, 1}, {15e3, 0}, {30e3, 1}, {35e3, 0}});
}

TEST_CASE("A slice has the number of its step, or the peer for which the node waits") {
  const Seen timeline = timeline_of(pair_with_a_straggler(R"({"kind": "d_psgd"})"));
  for (std::size_t k = 0; k < timeline.slices.size(); ++k) {
    const auto& [node, category, begin, end] = timeline.slices[k];
    if (category == "compute") CHECK(timeline.arguments[k] == Json{{"step", begin == 0 ? 0 : 1}});
    if (category == "wait") CHECK(timeline.arguments[k] == Json{{"for", "message"}, {"peer", 1}});
  }
}

TEST_CASE("An answered exchange is transfer both ways, and disturbs no gradient") {
  Json file = pair_with_a_straggler(R"({"kind": "swarm_sgd", "variant": "nb1", "local_steps": 1})");
  file["stop"] = {{"node_steps", 1}};
  const Seen timeline = timeline_of(file);
  CHECK(timeline.of(0) ==
        std::vector<Slice>{{0, "compute", 0, 10e3}, {0, "transfer", 10e3, 20e3}, {0, "done", 20e3, 40e3}});
  CHECK(timeline.of(1) == std::vector<Slice>{{1, "compute", 0, 30e3}, {1, "transfer", 30e3, 40e3}});
  CHECK(timeline.arrows == std::vector<Arrow>{{"request", 0, 10e3, 1, 15e3},
                                              {"reply", 1, 15e3, 0, 20e3},
                                              {"request", 1, 30e3, 0, 35e3},
                                              {"reply", 0, 35e3, 1, 40e3}});
}

TEST_CASE("An exchange behind a gradient is seen only where it outlasts it") {
  Json file = pair_with_a_straggler(R"({"kind": "ad_psgd"})");
  file["network"]["latency"] = "14 ms";  // an exchange takes 2 × 15 ms, as long as a step of node 1
  file["stop"] = {{"node_steps", 1}};
  const Seen timeline = timeline_of(file);
  CHECK(timeline.of(0) == std::vector<Slice>{{0, "compute", 0, 10e3}, {0, "transfer", 10e3, 30e3}});
  CHECK(timeline.of(1) == std::vector<Slice>{{1, "compute", 0, 30e3}});
}

Task idle(Node&) { co_return; }

Task read_after_a_step(Node& node) {
  co_await node.gradient({});
  co_await node.read(1 - node.id());
}

TEST_CASE("A one-sided read is transfer both ways during any activity of the node that is read") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "t.json";
  const Mixing w = testing::complete(2);
  const auto law = step_times(ConstantStep{.step = 10ms});
  NicNetwork network{{.latency = 4ms, .bandwidth = 1e9}, 2};
  TimelineWriter timeline{{.path = path, .nodes = 2}};
  Simulation simulation{
      {.mixing = w, .step_times = *law, .network = network, .payload = 1'000'000, .timeline = &timeline}};
  simulation.run([](Node& node) { return node.id() == 0 ? read_after_a_step(node) : idle(node); }, {});
  const Seen shown = seen(path);
  // The request takes 4 ms, the model 4 ms + 1 MB / (1 GB/s).
  CHECK(shown.of(0) == std::vector<Slice>{{0, "compute", 0, 10e3}, {0, "transfer", 10e3, 19e3}});
  CHECK(shown.arrows == std::vector<Arrow>{{"read", 0, 10e3, 1, 14e3}, {"shown", 1, 14e3, 0, 19e3}});
  CHECK(shown.bytes == Counter{{0, 0}, {14e3, 1'000'000}, {19e3, 0}});
}

TEST_CASE("An all-reduce is waiting until the last has joined, and averaging from then on") {
  Json file = pair_with_a_straggler(R"({"kind": "all_reduce_sgd"})");
  file["stop"] = {{"node_steps", 1}};
  // A ring of two: two rounds of half a payload, 4 ms + 0.5 MB / (1 GB/s) each.
  const Seen formula = timeline_of(file);
  CHECK(formula.of(0) ==
        std::vector<Slice>{{0, "compute", 0, 10e3}, {0, "wait", 10e3, 30e3}, {0, "averaging", 30e3, 39e3}});
  CHECK(formula.of(1) == std::vector<Slice>{{1, "compute", 0, 30e3}, {1, "averaging", 30e3, 39e3}});
  CHECK(formula.bytes == Counter{{0, 0}, {30e3, 1'000'000}, {39e3, 0}});
  CHECK(formula.messages == Counter{{0, 0}, {30e3, 2}, {39e3, 0}});

  // Played, node 0's first part is there when node 1 joins, which then sends both of its own at once.
  file["network"]["collectives"] = "played";
  const Seen played = timeline_of(file);
  CHECK(played.of(0) == std::vector<Slice>{{0, "compute", 0, 10e3},
                                           {0, "wait", 10e3, 30e3},
                                           {0, "averaging", 30e3, 34.5e3},
                                           {0, "done", 34.5e3, 39e3}});
  CHECK(played.of(1) == std::vector<Slice>{{1, "compute", 0, 30e3}, {1, "averaging", 30e3, 39e3}});
  CHECK(played.arrows.size() == 4);
}

TEST_CASE("Slices of a node follow one another without gap or overlap for every algorithm") {
  for (const char* const algorithm : {"d_psgd", "ad_psgd", "swarm_sgd", "all_reduce_sgd", "local_sgd"}) {
    for (const char* const collectives : {"formula", "played"}) {
      Json file = larger(5, fmt::format(R"({{"kind": "{}"}})", algorithm));
      file["network"]["collectives"] = collectives;
      const Seen timeline = timeline_of(file);
      for (int node = 0; node < 5; ++node) {
        double end = 0;
        for (const Slice& slice : timeline.of(node)) {
          CHECK_MESSAGE(std::get<2>(slice) == doctest::Approx(end).epsilon(1e-12),
                        algorithm << " " << std::get<1>(slice));
          end = std::get<3>(slice);
        }
        CHECK(end == 1e6);
      }
    }
  }
}

TEST_CASE("Every end of an arrow is in a slice of its row that comes earlier in the file") {
  for (const char* const algorithm : {"d_psgd", "ad_psgd", "swarm_sgd", "local_sgd"}) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "t.json";
    Json file = larger(5, fmt::format(R"({{"kind": "{}"}})", algorithm));
    file["network"]["collectives"] = "played";
    TimelineWriter timeline{{.path = path, .nodes = 5}};
    run_with(&timeline, file, folder);
    std::map<int, std::vector<std::pair<double, double>>> slices;  // begin and end, by thread
    int ends = 0;
    const Json content = Json::parse(TemporaryFolder::read(path));
    for (const Json& event : content["traceEvents"]) {
      if (event["ph"] == "X") {
        const double begin = event["ts"], duration = event["dur"];
        slices[event["tid"]].emplace_back(begin, begin + duration);
      } else if (event["ph"] == "s" || event["ph"] == "f") {
        const double at = event["ts"];
        const auto& row = slices[event["tid"]];
        CHECK(std::any_of(row.begin(), row.end(), [at](const auto& slice) {
          return slice.first <= at && (at < slice.second || at == 1e6);  // the end of the run
        }));
        ++ends;
      }
    }
    CHECK(ends > 100);
  }
}

}  // namespace
}  // namespace gossamer
