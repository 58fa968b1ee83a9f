#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/experiment.hpp"
#include "experiments/run/run_in_virtual_time.hpp"
#include "experiments/trace/timeline_writer.hpp"
#include "experiments/trace/trace.hpp"
#include "tests/temporary_folder.hpp"

/// Timelines of small runs, read as a viewer reads them.
namespace gossamer::testing {

using Json = nlohmann::json;

/// Two nodes; a step takes 10 ms, on node 1 three times as long; a message takes 4 ms + 1 MB / (1 GB/s) = 5 ms.
inline Json pair_with_a_straggler(const std::string& algorithm) {
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

inline int node_of(const Json& event) { return event["tid"].get<int>() - 1; }

inline Seen seen(const std::filesystem::path& path) {
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
inline std::string run_with(Timeline* timeline, const Json& file, const TemporaryFolder& folder,
                            const std::atomic<bool>* interrupt = nullptr) {
  Experiment experiment = parse_experiment(file.dump(), "pair.json");
  TraceWriter trace{folder.path() / "pair.jsonl"};
  run_in_virtual_time(experiment, trace, {.threads = 1, .interrupt = interrupt, .timeline = timeline});
  return trace.hash();
}

inline Seen timeline_of(const Json& file, const TimelineScope& scope = {}) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "t.json";
  TimelineWriter timeline{
      {.path = path, .nodes = file["topology"]["nodes"], .scope = scope, .title = file["title"], .seed = 1}};
  run_with(&timeline, file, folder);
  return seen(path);
}

/// As many nodes with random steps, for a second.
inline Json larger(int nodes, const std::string& algorithm) {
  Json file = pair_with_a_straggler(algorithm);
  file["topology"]["nodes"] = nodes;
  file["stop"] = {{"virtual_time", "1 s"}};
  file["compute"] = {{"kind", "exponential"}, {"mean", "10 ms"}};
  return file;
}

}  // namespace gossamer::testing
