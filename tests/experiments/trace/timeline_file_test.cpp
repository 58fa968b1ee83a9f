#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "experiments/commands/command_line.hpp"
#include "experiments/run/run.hpp"
#include "tests/experiments/standard.hpp"
#include "tests/experiments/trace/timelines.hpp"

// The part of a run that a timeline shows, and the file.
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

TEST_CASE("Of a large run chosen nodes are shown, and the messages between them") {
  const Json file = larger(10, R"({"kind": "swarm_sgd"})");
  const Seen some = timeline_of(file, {.nodes = shown_nodes_of("7,node 2, 4-5,4")}), all = timeline_of(file);
  CHECK(some.rows == std::vector<std::string>{"node 2", "node 4", "node 5", "node 7"});
  for (const int node : {2, 4, 5, 7}) CHECK(some.of(node) == all.of(node));
  const std::set<int> is_shown{2, 4, 5, 7};
  std::vector<Arrow> expected;
  for (const Arrow& arrow : all.arrows)
    if (is_shown.contains(std::get<1>(arrow)) && is_shown.contains(std::get<3>(arrow))) expected.push_back(arrow);
  CHECK_FALSE(expected.empty());
  CHECK(some.arrows == expected);
}

TEST_CASE("Nodes of a timeline are a number of nodes, or nodes and ranges") {
  CHECK(shown_nodes_of("8").most == 8);
  CHECK(shown_nodes_of("8").chosen.empty());
  CHECK(shown_nodes_of("node 8").chosen == std::vector<NodeRange>{{8, 8}});
  CHECK(shown_nodes_of("3,12-15").chosen == std::vector<NodeRange>{{3, 3}, {12, 15}});
  CHECK(shown_nodes_of("64").among(3) == std::vector<NodeId>{0, 1, 2});
  for (const std::string wrong : {"", "0", "x", "3,", "5-3", "-1", "1-", "99999999999", "node"})
    CHECK_MESSAGE(message_of<InputError>([&] { shown_nodes_of(wrong); }).starts_with("\"" + wrong + "\" are no nodes"),
                  wrong);
  CHECK(message_of<InputError>([] { shown_nodes_of("3,7-10").among(10); }) ==
        "--timeline-nodes: there is no node 10, expected nodes from 0 to 9");
}

TEST_CASE("Of a large run so many nodes are shown, chosen evenly, and the messages between them") {
  const Json file = larger(10, R"({"kind": "swarm_sgd"})");
  const Seen some = timeline_of(file, {.nodes = {.most = 4}});
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

TEST_CASE("A row has the slowdown of its node, relative to the fastest one") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "t.json";
  TimelineWriter timeline{{.path = path, .nodes = 3, .slowdowns = {2, 5, 2}}};
  timeline.over(0ms);
  std::vector<std::string> arguments;
  const Json file = Json::parse(TemporaryFolder::read(path));
  for (const Json& event : file["traceEvents"])
    if (event["name"] == "thread_name") arguments.push_back(event["args"].dump());
  CHECK(arguments == std::vector<std::string>{R"({"name":"node 0"})", R"({"name":"node 1","slowdown":2.5})",
                                              R"({"name":"node 2"})"});
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
    CHECK(command_line({testing::standard(), "."}, arguments, out, err) == 2);
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
