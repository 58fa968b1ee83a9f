#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sim/network/collectives/collectives.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/temporary_folder.hpp"

// Times of collectives on a network.
namespace gossamer {
namespace {

using testing::CommandResult;
using testing::run_gossamer;

TEST_CASE("collectives prints the time of each collective on a network, by formula and played") {
  // t(N) = 1 ms + N / (1 MB/s). Among four a ring takes 6 t(N/4), and all messages of a parameter server come to node
  // 0.
  const std::string block = "nic:latency=1 ms,bandwidth=8 Mbit/s,all_reduce=binomial_tree";
  const CommandResult answer = run_gossamer({"collectives", block, "--nodes", "4", "--size", "4 kB", "--size", "8 kB"});
  CHECK(answer.code == 0);
  CHECK(answer.prints("4 kB among 4 nodes by nic\n"));
  CHECK(answer.prints("  all_reduce      ring                       12 ms     12 ms     +0.0 %         6      6 kB\n"));
  CHECK(answer.prints("  all_reduce      binomial_tree *            20 ms     20 ms     +0.0 %         2      8 kB\n"));
  CHECK(answer.prints("  all_reduce      parameter_server           26 ms     26 ms     +0.0 %         3     12 kB\n"));
  CHECK(answer.prints("8 kB among 4 nodes by nic\n"));
  for (const CollectiveAlgorithm& algorithm : collective_algorithms())
    CHECK(answer.prints(fmt::format("  {:<15} {}", name(algorithm.collective), algorithm.name)));
  // Among five a tree is less deep on links than its formula says: 2 instead of 3 messages down.
  const CommandResult five =
      run_gossamer({"collectives", R"({"kind": "alpha_beta", "latency": "1 ms", "bandwidth": "1 MB/s"})", "--nodes",
                    "5", "--size", "4 kB"});
  CHECK(five.prints("  broadcast       binomial +                 15 ms     10 ms    -33.3 %         3     12 kB\n"));
  // Gathering by doubling ends with a whole vector for node 1: t(N/5) + t(2 N/5) + t(3 N/5) + t(N) by formula, of which
  // a chain of t(N/5), t(2 N/5) and t(N) is the longest.
  CHECK(five.prints("  all_gather      recursive_doubling +     12.8 ms    9.4 ms    -26.6 %         3      8 kB\n"));
}

TEST_CASE("collectives takes network, nodes and size from an experiment") {
  const TemporaryFolder folder;
  const std::string file = folder
                               .write("a.json", R"({"numerics": "off", "topology": {"kind": "ring", "nodes": 6},
    "algorithm": "d_psgd", "stop": {"node_steps": 7}, "network": {"kind": "nic", "payload": "30 kB"}})")
                               .string();
  CHECK(run_gossamer({"collectives", file}).prints("30 kB among 6 nodes by nic\n"));
  CHECK(run_gossamer({"collectives", file, "--nodes", "3"}).prints("30 kB among 3 nodes by nic\n"));
  CHECK(run_gossamer({"collectives", file, "--set", "/network/kind=alpha_beta"})
            .prints("30 kB among 6 nodes by alpha_beta\n"));
  CHECK(run_gossamer({"collectives", "nic:shards=2"}).err ==
        "collectives: /network: shards are given, but only the all_reduce \"parameter_server\" has shards\n");
  CHECK(run_gossamer({"collectives", "nic", "--size", "4"})
            .err.starts_with("gossamer collectives: --size: \"4\" has no unit"));
}

}  // namespace
}  // namespace gossamer
