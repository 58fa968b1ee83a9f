#pragma once
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "experiments/configuration/experiment.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/overrides.hpp"
#include "tests/experiments/standard.hpp"

namespace gossamer::testing {

/// An experiment file without mistakes, to make mistakes in.
inline const std::string small_file = R"({
  "topology":  {"kind": "ring", "nodes": 4},
  "model":     {"kind": "quadratic", "dimension": 3},
  "algorithm": {"kind": "d_psgd", "step_size": 0.05},
  "network":   {"kind": "alpha_beta", "latency": "2 ms"},
  "compute":   {"kind": "constant", "step": "10 ms"},
  "stop":      {"virtual_time": "1 s"}
})";

/// The message about the file after these changes, or nothing if it is right. The file is called a.json. Each change is
/// `/json/pointer=value`, written into the file as if it had always been there.
inline std::string message_about(const std::vector<std::string>& changes, std::string text = small_file) {
  try {
    if (!changes.empty()) {
      Json json = parse_json(text, "a.json");
      for (const std::string& change : changes) apply_override(json, change, standard());
      text = compact(json);
    }
    parse_experiment(text, "a.json");
  } catch (const ExperimentError& error) {
    return error.what();
  }
  return "";
}

}  // namespace gossamer::testing
