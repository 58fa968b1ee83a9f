#pragma once
#include <string>
#include <vector>

#include "experiments/experiment.hpp"

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

/// The message about the file with these overrides, or nothing if it is right. The file is called a.json.
inline std::string about(const std::vector<std::string>& overrides, const std::string& text = small_file) {
  try {
    parse_experiment(text, "a.json", overrides);
  } catch (const ExperimentError& error) {
    return error.what();
  }
  return "";
}

}  // namespace gossamer::testing
