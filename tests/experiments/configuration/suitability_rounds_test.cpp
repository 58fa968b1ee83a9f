#include <string>

#include <doctest/doctest.h>

#include "experiments/configuration/experiment.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

TEST_CASE("Rounds that keep columns alone do not suit D-PSGD, even if their mean is doubly stochastic") {
  // Three stars of three nodes, each with another center: the rows of a round sum to 1/3 + 2/2 = 4/3 at its center and
  // to 1/3 + 1/2 = 5/6 at its leaves, so that those of the mean sum to (4/3 + 2 · 5/6)/3 = 1.
  const TemporaryFolder folder;
  folder.write("0.edges", "0 1\n0 2\n");
  folder.write("1.edges", "1 0\n1 2\n");
  folder.write("2.edges", "2 0\n2 1\n");
  const std::string list = folder.write("list.txt", "0.edges\n1.edges\n2.edges\n").string();
  const std::string text = R"({
    "topology":  {"kind": "graph_list", "path": ")" +
                           list + R"(", "weights": "out_uniform"},
    "model":     {"kind": "quadratic", "dimension": 3},
    "algorithm": {"kind": "d_psgd", "step_size": 0.05},
    "network":   {"kind": "alpha_beta", "latency": "2 ms"},
    "compute":   {"kind": "constant", "step": "10 ms"},
    "stop":      {"virtual_time": "1 s"}
  })";
  std::string refused;
  try {
    parse_experiment(text, "a.json", {});
  } catch (const ExperimentError& error) {
    refused = error.what();
  }
  CHECK(refused.find("d_psgd needs a doubly stochastic W, and that of graph_list is column-stochastic") !=
        std::string::npos);
  CHECK_NOTHROW(parse_experiment(text, "a.json", {"/algorithm/kind=sgp"}));
}

}  // namespace
}  // namespace gossamer
