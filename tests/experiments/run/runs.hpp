#pragma once
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "experiments/configuration/experiment.hpp"
#include "experiments/run/run_in_virtual_time.hpp"
#include "tests/temporary_folder.hpp"

/// Runs of small experiments, and their traces.
namespace gossamer::testing {

using Json = nlohmann::json;

/// Eight nodes on a ring with quadratics of their own; SwarmSGD, so that all depends on the order of events.
inline Json small_experiment() {
  return Json::parse(R"({
    "title": "Ring of eight", "seed": 3,
    "topology":  {"kind": "ring", "nodes": 8},
    "model":     {"kind": "quadratic", "dimension": 5, "noise": 0.1, "initial": {"kind": "normal"}},
    "algorithm": {"kind": "swarm_sgd", "step_size": 0.05, "local_steps": 2},
    "network":   {"kind": "alpha_beta", "latency": "1 ms", "bandwidth": "1 MB/s"},
    "compute":   {"kind": "exponential", "mean": "10 ms"},
    "stop":      {"virtual_time": "1 s"}, "record": {"every": "100 ms"}
  })");
}

inline std::vector<Json> records_in(const std::filesystem::path& path) {
  std::istringstream lines{TemporaryFolder::read(path)};
  std::vector<Json> records;
  for (std::string line; std::getline(lines, line);) records.push_back(Json::parse(line));
  return records;
}

/// A header without what differs from run to run.
inline Json without_provenance(Json header) {
  header.erase("provenance");
  return header;
}

/// One run in a folder of its own.
struct Outcome {
  RunEnd end;
  std::vector<Json> records;

  std::string hash() const { return records.back()["hash"]; }
  std::vector<Json> of_kind(const std::string& kind) const {
    std::vector<Json> result;
    for (const Json& record : records)
      if (record["record"] == kind) result.push_back(record);
    return result;
  }
};

inline Outcome outcome(const Json& configuration, const RunSettings& settings = {}) {
  const TemporaryFolder folder;
  Experiment experiment = parse_experiment(configuration.dump(), "small.json");
  Outcome result;
  {
    TraceWriter trace{folder.path() / "small.jsonl"};
    result.end = run_in_virtual_time(experiment, trace, settings);
  }
  result.records = records_in(folder.path() / "small.jsonl");
  return result;
}

}  // namespace gossamer::testing
