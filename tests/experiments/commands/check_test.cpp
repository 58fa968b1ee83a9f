#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "experiments/configuration/experiment.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/temporary_folder.hpp"

// The resolved configuration, facts and warnings.
namespace gossamer {
namespace {

using testing::CommandResult;
using testing::run_gossamer;

TEST_CASE("check and collectives print the chosen all-reduce and its time") {
  // Nine nodes, t(N) = 1 + x ms, of x kB: doubling takes 5 + 5 x, Rabenseifner's algorithm 8 + 15/4 x, a ring 16 + 16/9
  // x.
  const TemporaryFolder folder;
  const std::string file = folder
                               .write("a.json", R"({"numerics": "off", "topology": {"kind": "complete", "nodes": 9},
    "algorithm": "local_sgd", "stop": {"node_steps": 8},
    "network": {"kind": "alpha_beta", "latency": "1 ms", "bandwidth": "1 MB/s", "payload": "1 kB"}})")
                               .string();
  CHECK(run_gossamer({"check", file}).warns("\n  all_reduce                  recursive_doubling, 10 ms by formula\n"));
  CHECK(run_gossamer({"collectives", file}).prints("  all_reduce      recursive_doubling * "));
  CHECK(run_gossamer({"check", file, "--set", "/network/payload=9 kB"})
            .warns("\n  all_reduce                  ring, 32 ms by formula\n"));
  CHECK(run_gossamer({"collectives", file, "--set", "/network/payload=9 kB"}).prints("  all_reduce      ring * "));
  CHECK(run_gossamer({"check", file, "--set", "/network/all_reduce=mpich"})
            .warns("  all_reduce                  recursive_doubling, 10 ms"));
  CHECK_FALSE(run_gossamer({"check", file, "--set", "/algorithm=d_psgd"}).warns("\n  all_reduce "));
}

TEST_CASE("check prints the resolved configuration alone, and facts to the standard error") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.write(
      "a.json", R"({"topology": {"kind": "star", "nodes": 4}, "algorithm": "d_psgd", "stop": {"node_steps": 7},
                    "model": {"kind": "softmax_regression", "data": {"kind": "synthetic_classification",
                      "samples": 40, "features": 6, "classes": 3}}})");
  const CommandResult answer = run_gossamer({"check", file.string(), "--set", "/seed=4"});
  CHECK(answer.code == 0);
  CHECK(answer.prints("\n  \"seed\": 4,\n"));
  CHECK(answer.prints("\"nodes\": \"all\""));
  CHECK(run_gossamer({"check", file.string(), "--set", "/record/nodes=none"}).prints("\"nodes\": \"none\""));
  CHECK(answer.warns("samples per node            10 each\n"));
  CHECK(answer.warns("node weights                equal\n"));
  CHECK_FALSE(answer.warns("shares are unequal"));
  CHECK(answer.warns("parameters d                21\n"));
  CHECK(answer.warns("payload                     84 B\n"));
  CHECK(parse_experiment(answer.out, "b.json").configuration == read_experiment(file, {"/seed=4"}).configuration);
}

TEST_CASE("check ends with the warnings about misleading results") {
  const TemporaryFolder folder;
  const std::string file =
      folder
          .write("a.json",
                 R"({"topology": {"kind": "ring", "nodes": 4}, "algorithm": "gossip", "stop": {"node_steps": 7},
                               "model": "quadratic"})")
          .string();
  CHECK(
      run_gossamer({"check", file})
          .err.ends_with("\nwarnings\n"
                         "  /model/initial: all nodes start from the same model, so gossip has nothing to average\n"));
  CHECK_FALSE(run_gossamer({"check", file, "--set", R"(/model/initial={"kind": "normal", "per_node": true})"})
                  .warns("warnings"));
}

TEST_CASE("check prints how unequal shares are, and the consequences for the measures") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.write("a.json", R"({
    "topology": {"kind": "complete", "nodes": 3}, "algorithm": "d_psgd", "stop": {"node_steps": 7},
    "model": {"kind": "softmax_regression", "partition": {"kind": "dirichlet", "alpha": 0.1},
              "data": {"kind": "synthetic_classification", "samples": 90, "features": 4, "classes": 5}}})");
  const std::string file = path.string();
  const CommandResult equal = run_gossamer({"check", file}),
                      samples = run_gossamer({"check", file, "--set", "/model/node_weights=samples"});
  CHECK(equal.warns(" times the mean\n"));
  CHECK(equal.prints("\"node_weights\": \"equal\""));
  CHECK(equal.warns("pooled_train_loss that over all samples\n"));
  CHECK(samples.warns("node weights                samples\n"));
  CHECK(samples.warns("gradients are scaled by a node's share, and train_loss is the mean over all samples\n"));
  CHECK(run_gossamer({"check", file, "--set", "/model/node_weights=sample"}).err.find("did you mean \"samples\"?") !=
        std::string::npos);
  // Quadratics have no samples to count.
  CHECK(run_gossamer({"check", file, "--set", "/model={\"kind\": \"quadratic\", \"node_weights\": \"samples\"}"})
            .err.find("/model/node_weights: ") != std::string::npos);
}

}  // namespace
}  // namespace gossamer
