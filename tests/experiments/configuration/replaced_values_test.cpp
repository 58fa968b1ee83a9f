#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/configuration.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "tests/experiments/standard.hpp"

namespace gossamer {
namespace {

/// An experiment with all blocks, and all blocks within blocks.
constexpr std::string_view full = R"({
  "title": "all", "seed": 1, "numerics": "float64",
  "topology": {"kind": "matcha", "of": {"kind": "ring", "nodes": 8}},
  "model": {"kind": "mlp", "hidden": [4, 3], "partition": {"kind": "dirichlet", "alpha": 0.5},
            "data": {"kind": "synthetic_classification", "samples": 64, "features": 4, "classes": 3},
            "initial": {"kind": "normal"}},
  "algorithm": {"kind": "choco_sgd", "step_size": 0.1, "compressor": {"kind": "top_k", "fraction": 0.5}},
  "network": {"kind": "max_min", "payload": "1 kB", "platform": {"kind": "star", "changes": [
              {"at": "1 s", "link": "node0", "bandwidth": "1 kB/s"}]}},
  "compute": {"kind": "exponential", "mean": "10 ms", "stragglers": {"kind": "one_slow_node"}},
  "faults": {"kinds": [{"kind": "loss", "probability": 0.1}]},
  "stop": {"node_steps": 3}, "record": {"every": "1 s"}, "expect": {"time_error": 0.1}})";

/// Every value within `json`, then `json` itself: replacing a value moves those within it.
void collect(Json& json, std::vector<Json*>& values) {
  if (json.is_structured())
    for (Json& inner : json) collect(inner, values);
  values.push_back(&json);
}

/// Whether the experiment is refused. Any exception but ExperimentError fails the test.
bool is_refused(const Json& experiment) {
  try {
    read_configuration(experiment, "a.json", {}, testing::standard());
    return false;
  } catch (const ExperimentError& error) {
    REQUIRE(std::string{error.what()}.starts_with("a.json:"));
    return true;
  }
}

TEST_CASE("Any value that replaces another in an experiment is accepted, or refused with the file's name") {
  Json experiment = parse_json(full, "a.json");
  REQUIRE(!is_refused(experiment));
  std::vector<Json*> values;
  collect(experiment, values);
  REQUIRE(values.size() > 40);
  std::size_t refused = 0;
  for (Json* const value : values) {
    const Json original = *value;
    for (const char* const other : {"null", "true", "0", "-1", "1.5", "1e300", "\"\"", "\"x\"", "\"2 ms\"", "[]",
                                    "[[]]", "[\"\"]", "{}", "{\"kind\": 3}", "{\"kind\": []}", "{\"\": {}}"}) {
      *value = parse_json(other, "");
      CAPTURE(compact(experiment));
      refused += is_refused(experiment);
    }
    *value = original;
  }
  CHECK(refused > 10 * values.size());
}

}  // namespace
}  // namespace gossamer
