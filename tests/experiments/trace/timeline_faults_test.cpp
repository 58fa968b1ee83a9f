#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/experiments/trace/timelines.hpp"

// Nodes that are down, and messages that do not arrive.
namespace gossamer {
namespace {

using testing::Arrow;
using testing::Counter;
using testing::Json;
using testing::Lost;
using testing::pair_with_a_straggler;
using testing::Seen;
using testing::Slice;
using testing::timeline_of;

TEST_CASE("A node that waits for a neighbor's model to start from has a slice for it") {
  // Node 0 is down in [4, 5) ms. It asks for node 1's model at 5 ms, which takes 5 ms.
  Json file = pair_with_a_straggler(R"({"kind": "d_psgd"})");
  file["stop"] = Json{{"virtual_time", "15 ms"}};
  file["faults"] = Json::parse(R"({"restart_from": "neighbor", "kinds": [
    {"kind": "crash", "nodes": [0], "at": "4 ms", "downtime": "1 ms", "recovery": "without_state"}]})");
  const Seen timeline = timeline_of(file);
  CHECK(timeline.of(0) ==
        std::vector<Slice>{
            {0, "compute", 0, 4e3}, {0, "down", 4e3, 5e3}, {0, "transfer", 5e3, 10e3}, {0, "compute", 10e3, 15e3}});
  for (std::size_t k = 0; k < timeline.slices.size(); ++k)
    if (std::get<1>(timeline.slices[k]) == "transfer")
      CHECK(timeline.arguments[k] == Json{{"for", "state"}, {"peer", 1}});
}

TEST_CASE("Messages that do not arrive have a fate, and are no longer in flight") {
  // Both send at 0 ms; what node 1 would get at 5 ms meets a link that is down until 1 ms, or a node that is.
  const auto of = [](const std::string& kind) {
    Json file = pair_with_a_straggler(R"({"kind": "d_psgd"})");
    file["stop"] = {{"node_steps", 1}};
    file["faults"] = Json::parse(R"({"detection": "50 ms", "kinds": [)" + kind + "]}");
    return timeline_of(file);
  };
  const Seen down = of(R"({"kind": "link_down", "between": [0, 1], "from": "0 s", "until": "1 ms"})");
  CHECK(down.arrows.empty());
  CHECK(down.lost == std::vector<Lost>{{"model", "lost", 0, 0, 1, 5e3}, {"model", "lost", 1, 0, 0, 5e3}});
  CHECK(down.bytes == Counter{{0, 2'000'000}, {5e3, 0}});
  const Seen missed =
      of(R"({"kind": "crash", "nodes": [1], "at": "2 ms", "downtime": "10 ms", "recovery": "with_state"})");
  CHECK(missed.arrows == std::vector<Arrow>{{"model", 1, 0, 0, 5e3}});
  CHECK(missed.lost == std::vector<Lost>{{"model", "missed", 0, 0, 1, 5e3}});
  const Seen corrupted = of(R"({"kind": "corruption", "probability": 1})");
  CHECK(corrupted.lost ==
        std::vector<Lost>{{"model", "corrupted", 0, 0, 1, 5e3}, {"model", "corrupted", 1, 0, 0, 5e3}});
  CHECK(corrupted.bytes == Counter{{0, 2'000'000}, {5e3, 0}});
}

TEST_CASE("An answer to a program that is gone is unwanted, and a model to start from is a message") {
  // Node 1 asks at 30 ms, is asked at 35, goes down at 36 and is back at 37, before the answer of 40 ms.
  Json file = pair_with_a_straggler(R"({"kind": "swarm_sgd", "variant": "nb1", "local_steps": 1})");
  file["stop"] = {{"virtual_time", "45 ms"}};
  file["faults"] = Json::parse(R"({"restart_from": "neighbor", "kinds": [
      {"kind": "crash", "nodes": [1], "at": "36 ms", "downtime": "1 ms", "recovery": "without_state"}]})");
  const Seen timeline = timeline_of(file);
  CHECK(timeline.lost == std::vector<Lost>{{"reply", "unwanted", 0, 35e3, 1, 40e3}});
  CHECK(std::count(timeline.arrows.begin(), timeline.arrows.end(), Arrow{"state", 0, 37e3, 1, 42e3}) == 1);
}

TEST_CASE("An all-reduce of the living is waiting until the last of them has joined, and averaging from then on") {
  // Of three, node 2 is down from 5 ms on, which is known at 25 ms. The two left need a ring of two: 2 × 4.5 ms.
  Json file = pair_with_a_straggler(R"({"kind": "all_reduce_sgd"})");
  file["topology"]["nodes"] = 3;
  file["stop"] = {{"node_steps", 1}};
  file["faults"] = Json::parse(R"({"detection": "20 ms", "kinds": [{"kind": "crash", "nodes": [2], "at": "5 ms"}]})");
  const Seen timeline = timeline_of(file);
  CHECK(timeline.of(0) ==
        std::vector<Slice>{{0, "compute", 0, 10e3}, {0, "wait", 10e3, 30e3}, {0, "averaging", 30e3, 39e3}});
  CHECK(timeline.of(1) == std::vector<Slice>{{1, "compute", 0, 30e3}, {1, "averaging", 30e3, 39e3}});
  CHECK(timeline.of(2) == std::vector<Slice>{{2, "compute", 0, 5e3}, {2, "down", 5e3, 39e3}});
  CHECK(timeline.bytes == Counter{{0, 0}, {30e3, 1'000'000}, {39e3, 0}});
  CHECK(timeline.messages == Counter{{0, 0}, {30e3, 2}, {39e3, 0}});
}

}  // namespace
}  // namespace gossamer
