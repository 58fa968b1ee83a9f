#include <algorithm>
#include <atomic>
#include <map>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/commands/command_line.hpp"
#include "experiments/configuration/experiment.hpp"
#include "experiments/run/run.hpp"
#include "experiments/run/run_experiment.hpp"
#include "experiments/trace/timeline_writer.hpp"
#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/nic.hpp"
#include "tests/experiments/standard.hpp"
#include "tests/graphs.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

/// Two nodes; a step takes 10 ms, on node 1 three times as long; a message takes 4 ms + 1 MB / (1 GB/s) = 5 ms.
Json pair_with_a_straggler(const std::string& algorithm) {
  Json file = Json::parse(R"({
    "title": "A pair", "numerics": "off",
    "topology": {"kind": "complete", "nodes": 2},
    "network":  {"kind": "alpha_beta", "latency": "4 ms", "bandwidth": "1 GB/s", "payload": "1 MB",
                 "all_reduce": "ring"},
    "compute":  {"kind": "constant", "step": "10 ms",
                 "stragglers": {"kind": "one_slow_node", "node": 1, "slowdown": 3}},
    "stop":     {"node_steps": 2}, "record": {"every": "10 ms"}
  })");
  file["algorithm"] = Json::parse(algorithm);
  return file;
}

/// Slices: node, category, begin and end in microseconds.
using Slice = std::tuple<int, std::string, double, double>;
/// Arrows: name, node and microsecond of the tail, and of the head.
using Arrow = std::tuple<std::string, int, double, int, double>;
/// The same of a message that does not arrive, with its fate behind the name.
using Lost = std::tuple<std::string, std::string, int, double, int, double>;
/// Values of a counter: microsecond, value.
using Counter = std::vector<std::pair<double, std::int64_t>>;

/// A timeline as a viewer understands it.
struct Seen {
  std::vector<Slice> slices;
  std::vector<Arrow> arrows;
  std::vector<Lost> lost;
  Counter bytes, messages;
  std::vector<std::string> rows;
  std::vector<Json> arguments;  ///< of slices

  std::vector<Slice> of(int node) const {
    std::vector<Slice> result;
    for (const Slice& slice : slices)
      if (std::get<0>(slice) == node) result.push_back(slice);
    return result;
  }
};

int node_of(const Json& event) { return event["tid"].get<int>() - 1; }

Seen seen(const std::filesystem::path& path) {
  Seen result;
  std::map<int, Json> tails, heads;  // by number, which is the order of the heads
  const Json content = Json::parse(TemporaryFolder::read(path));
  for (const Json& event : content["traceEvents"]) {
    const std::string phase = event["ph"], name = event["name"];
    if (phase == "X") {
      const double begin = event["ts"], duration = event["dur"];
      result.slices.emplace_back(node_of(event), event["cat"], begin, begin + duration);
      result.arguments.push_back(event["args"]);
    } else if (phase == "s") {
      tails[event["id"]] = event;
    } else if (phase == "f") {
      heads[event["id"]] = event;
    } else if (phase == "C") {
      if (name == "bytes in flight") result.bytes.emplace_back(event["ts"], event["args"]["bytes"]);
      if (name == "messages in flight") result.messages.emplace_back(event["ts"], event["args"]["messages"]);
    } else if (name == "thread_name") {
      result.rows.push_back(event["args"]["name"]);
    }
  }
  CHECK(tails.size() == heads.size());
  for (const auto& [number, head] : heads) {
    const Json& tail = tails.at(number);
    CHECK(head["bp"] == "e");
    CHECK((tail["name"] == head["name"] && tail["cat"] == head["cat"]));  // else viewers do not join them
    CHECK(head["cat"] == (head["args"].contains("fate") ? "lost" : "message"));
    if (head["cat"] == "lost")
      result.lost.emplace_back(head["name"], head["args"]["fate"], node_of(tail), tail["ts"], node_of(head),
                               head["ts"]);
    else
      result.arrows.emplace_back(head["name"], node_of(tail), tail["ts"], node_of(head), head["ts"]);
  }
  return result;
}

/// Runs the experiment; returns the hash of its trace.
std::string run_with(Timeline* timeline, const Json& file, const TemporaryFolder& folder,
                     const std::atomic<bool>* interrupt = nullptr) {
  Experiment experiment = parse_experiment(file.dump(), "pair.json");
  TraceWriter trace{folder.path() / "pair.jsonl"};
  run_experiment(experiment, trace, {.threads = 1, .interrupt = interrupt, .timeline = timeline});
  return trace.hash();
}

Seen timeline_of(const Json& file, const TimelineScope& scope = {}) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "t.json";
  TimelineWriter timeline{
      {.path = path, .nodes = file["topology"]["nodes"], .scope = scope, .title = file["title"], .seed = 1}};
  run_with(&timeline, file, folder);
  return seen(path);
}

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

TEST_CASE("A timeline's interval cuts slices at its ends, and has the messages inside of it") {
  const Json file = pair_with_a_straggler(R"({"kind": "d_psgd"})");
  const Seen early = timeline_of(file, {.from = 10ms, .to = 33ms});
  CHECK(early.of(0) == std::vector<Slice>{{0, "compute", 10e3, 20e3}, {0, "wait", 20e3, 33e3}});
  CHECK(early.of(1) == std::vector<Slice>{{1, "compute", 10e3, 30e3}, {1, "compute", 30e3, 33e3}});
  CHECK(early.arrows == std::vector<Arrow>{{"model", 0, 10e3, 1, 15e3}});
  CHECK(early.bytes == Counter{{10e3, 1'000'000}, {15e3, 0}, {30e3, 1'000'000}});
  const Seen late = timeline_of(file, {.from = 12ms});
  CHECK(late.of(1).front() == Slice{1, "compute", 12e3, 30e3});
  CHECK(late.arrows == std::vector<Arrow>{{"model", 1, 30e3, 0, 35e3}});
  CHECK(late.bytes.front() == std::pair<double, std::int64_t>{12e3, 1'000'000});
  CHECK(timeline_of(file, {.from = 1s}).slices.empty());
}

Json larger(int nodes, const std::string& algorithm) {
  Json file = pair_with_a_straggler(algorithm);
  file["topology"]["nodes"] = nodes;
  file["stop"] = {{"virtual_time", "1 s"}};
  file["compute"] = {{"kind", "exponential"}, {"mean", "10 ms"}};
  return file;
}

TEST_CASE("Of a large run so many nodes are shown, chosen evenly, and the messages between them") {
  const Json file = larger(10, R"({"kind": "swarm_sgd"})");
  const Seen some = timeline_of(file, {.nodes = 4});
  CHECK(some.rows == std::vector<std::string>{"node 0", "node 2", "node 5", "node 7"});
  const Seen all = timeline_of(file);
  std::vector<Slice> expected_slices;
  for (const int node : {0, 2, 5, 7})
    for (const Slice& slice : all.of(node)) expected_slices.push_back(slice);
  std::vector<Slice> slices;
  for (const int node : {0, 2, 5, 7})
    for (const Slice& slice : some.of(node)) slices.push_back(slice);
  CHECK(slices == expected_slices);
  const auto is_shown = [](int node) { return node == 0 || node == 2 || node == 5 || node == 7; };
  std::vector<Arrow> expected_arrows;
  for (const Arrow& arrow : all.arrows)
    if (is_shown(std::get<1>(arrow)) && is_shown(std::get<3>(arrow))) expected_arrows.push_back(arrow);
  CHECK(some.arrows == expected_arrows);
  CHECK_FALSE(some.arrows.empty());
  // Counters stay those of the whole cluster, at fewer instants.
  std::map<double, std::int64_t> known(all.bytes.begin(), all.bytes.end());
  for (const auto& [time, bytes] : some.bytes) CHECK(std::prev(known.upper_bound(time))->second == bytes);
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

TEST_CASE("Listening changes nothing of a run") {
  for (const char* const algorithm : {R"({"kind": "ad_psgd"})", R"({"kind": "local_sgd"})"}) {
    const TemporaryFolder folder;
    const Json file = larger(6, algorithm);
    TimelineWriter timeline{{.path = folder.path() / "t.json", .nodes = 6}};
    CHECK(run_with(&timeline, file, folder) == run_with(nullptr, file, folder));
  }
}

TEST_CASE("A timeline ends soon after its size limit, and reports the time") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "t.json";
  TimelineWriter timeline{{.path = path, .nodes = 10, .scope = {.size = 50'000}}};
  run_with(&timeline, larger(10, R"({"kind": "swarm_sgd"})"), folder);
  REQUIRE(timeline.full_at());
  CHECK(std::filesystem::file_size(path) < 60'000);
  double last = 0;
  for (const auto& [node, category, begin, end] : seen(path).slices) last = std::max(last, end);
  CHECK(last == doctest::Approx(1e6 * timeline.full_at()->count()).epsilon(1e-9));
}

TEST_CASE("The file is whole while it grows, and after an interruption") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "t.json";
  TimelineWriter timeline{{.path = path, .nodes = 2, .title = "a \"title\""}};
  CHECK(Json::parse(TemporaryFolder::read(path))["otherData"]["title"] == "a \"title\"");
  const auto events = [&] { return Json::parse(TemporaryFolder::read(path))["traceEvents"].size(); };
  std::size_t before = events();
  for (int step = 0, growths = 0; growths < 3; ++step) {  // a megabyte at a time
    timeline.gradient_started(step * 1ms, 0);
    timeline.gradient_ended((step + 1) * 1ms, 0);
    REQUIRE(step < 100'000);
    if (step % 1000 == 0 && events() > before) {
      before = events();
      ++growths;
    }
  }

  const std::atomic<bool> interrupt = true;
  const auto short_path = folder.path() / "short.json";
  TimelineWriter interrupted{{.path = short_path, .nodes = 100}};
  run_with(&interrupted, larger(100, R"({"kind": "swarm_sgd"})"), folder, &interrupt);
  CHECK(seen(short_path).slices.empty());  // the first sample, at time zero, finds the interruption
}

TEST_CASE("A failed write is one sentence") {
  const TemporaryFolder folder;
  const auto file = folder.write("pair.json", pair_with_a_straggler(R"({"kind": "d_psgd"})").dump());
  const auto trace = folder.path() / "pair.jsonl";
  const auto message = [&](const std::filesystem::path& timeline) {
    return message_of<TraceError>([&] { run({.file = file, .out = trace, .quiet = true, .timeline = timeline}); });
  };
  CHECK(message("/nowhere/t.json") == "/nowhere/t.json: cannot create the timeline: No such file or directory");
  CHECK(message("/dev/full") ==
        "/dev/full: cannot write the timeline: No space left on device; the 0 events before stay");
  CHECK(
      message(file) ==
      fmt::format("{}: the timeline would overwrite the experiment; name another file with --timeline", file.string()));
  CHECK(message(trace) ==
        fmt::format("{}: the timeline would overwrite the trace; name another file with --timeline", trace.string()));
  CHECK(message(folder.path() / "t.json") == "");
  CHECK(seen(folder.path() / "t.json").slices.size() == 7);
}

TEST_CASE("Options that make no sense are one sentence") {
  const TemporaryFolder folder;
  const std::string file = folder.write("pair.json", pair_with_a_straggler(R"({"kind": "d_psgd"})").dump()).string();
  const std::string timeline = (folder.path() / "t.json").string();
  const auto said = [&](std::vector<std::string> options) {
    std::vector<std::string> arguments{"run", file, "--out", (folder.path() / "a.jsonl").string(), "--quiet"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    std::ostringstream out, err;
    CHECK(command_line(testing::standard(), arguments, out, err) == 2);
    return err.str();
  };
  const std::string more = "\n  gossamer run --help describes all options\n";
  CHECK(said({"--timeline", timeline, "--timeline-from", "1"}) ==
        "gossamer run: --timeline-from: \"1\" has no unit, expected a duration such as \"2 ms\"" + more);
  CHECK(said({"--timeline", timeline, "--timeline-from", "2 s", "--timeline-to", "1 s"}) ==
        "gossamer run: --timeline-from: is not before --timeline-to" + more);
  CHECK(said({"--timeline-nodes", "3"}) == "gossamer run: --timeline-nodes requires --timeline" + more);
  CHECK(said({"--timeline", timeline, "--timeline-nodes", "0"}).starts_with("gossamer run: --timeline-nodes: "));
  CHECK(said({"--timeline", timeline, "--world", "mpi"}) ==
        "--timeline shows virtual time, which --world mpi does not have\n");
}

}  // namespace
}  // namespace gossamer
