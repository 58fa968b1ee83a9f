#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "experiments/configuration/manual.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/experiments/standard.hpp"

// Every entry is listed, and explained with all its settings.
namespace gossamer {
namespace {

using testing::CommandResult;
using testing::run_gossamer;

TEST_CASE("list shows everything, or one registry under its singular or plural") {
  const CommandResult all = run_gossamer({"list"});
  CHECK(all.code == 0);
  for (const Section& section : testing::words().manual().sections)
    for (const Description& entry : section.entries) CHECK_MESSAGE(all.prints("\n  " + entry.name + " "), entry.name);
  CHECK(run_gossamer({"list", "topologies"}).out == run_gossamer({"list", "topology"}).out);
  CHECK_FALSE(run_gossamer({"list", "topologies"}).prints("swarm_sgd"));
  const CommandResult mistyped = run_gossamer({"list", "topologys"});
  CHECK(mistyped.code == 2);
  CHECK(
      mistyped.err ==
      "list: unknown kind \"topologys\"\n"
      "  expected one of: topologies, models, data, partitions, initial, algorithms, compressors, schedules, periods, "
      "optimizers, outer_optimizers, samplers, aggregations, monitors, network, collectives, platforms, compute, "
      "stragglers, faults, "
      "blocks\n"
      "  did you mean \"topologies\"?\n");
}

TEST_CASE("list groups by families, each entry in one, with names at the same place of a line") {
  const CommandResult algorithms = run_gossamer({"list", "algorithms"});
  CHECK(algorithms.prints("algorithms: momentum\n  da_dmsgd "));
  CHECK(algorithms.out.find("algorithms: with all neighbors") < algorithms.out.find("algorithms: compressed messages"));
  CHECK(run_gossamer({"list", "topologies"}).prints("topologies: rounds that differ\n"));
  CHECK(run_gossamer({"list", "collectives"}).prints("collectives: all_reduce\n"));
  CHECK(run_gossamer({"list", "models"}).out.starts_with("models\n  "));
  CHECK(run_gossamer({"list", "schedules"}).out == run_gossamer({"list", "step_size"}).out);
  for (const Section& section : testing::words().manual().sections) {
    std::istringstream lines{run_gossamer({"list", section.name}).out};
    std::size_t entries = 0;
    for (std::string line; std::getline(lines, line);) entries += line.starts_with("  ") ? 1 : 0;
    CHECK_MESSAGE(entries == section.entries.size(), section.name);
  }
}

TEST_CASE("explain describes every name, with all its settings") {
  for (const Section& section : testing::words().manual().sections) {
    for (const Description& entry : section.entries) {
      const CommandResult answer = run_gossamer({"explain", entry.name});
      CHECK(answer.code == 0);
      CHECK_MESSAGE(answer.prints(entry.sentence), entry.name);
      for (const Setting& setting : entry.settings)
        CHECK_MESSAGE(answer.prints("\n  " + setting.name + " "), entry.name << ": " << setting.name);
    }
  }
  CHECK(run_gossamer({"explain", "d_psgd"}).prints("arXiv:1705.09056"));
  CHECK(run_gossamer({"explain", "gossip"}).prints("averages alone: nodes have to start from different models"));
  CHECK_FALSE(run_gossamer({"explain", "d_psgd"}).prints("averages alone"));
  CHECK(run_gossamer({"explain", "choco_sgd"})
            .prints("compressor      a compressor (`gossamer list compressors`); required"));
  CHECK(run_gossamer({"explain", "choco_sgd"}).prints(R"("compressor": {"kind": "…"})"));
  CHECK(run_gossamer({"explain", "slow_nodes"}).prints("a duration above 0 s such as \"2 ms\"; default \"10 ms\""));
  CHECK(run_gossamer({"explain", "stop"}).prints("target_loss"));
}

TEST_CASE("explain answers a mistyped name with the nearest") {
  const CommandResult answer = run_gossamer({"explain", "swarm_sdg"});
  CHECK(answer.code == 2);
  CHECK(answer.err ==
        "explain: nothing is called \"swarm_sdg\"\n"
        "  expected a name that `gossamer list` shows, a key of an experiment file or of a trace, or a symbol\n"
        "  did you mean \"swarm_sgd\"?\n");
}

TEST_CASE("explain states that matchings are those of another graph") {
  CHECK(run_gossamer({"explain", "matcha"})
            .prints("of  the block of another topology whose rounds are all the same; required"));
  CHECK(run_gossamer({"explain", "matcha"}).prints(R"("of": {"kind": "ring", "nodes": 8})"));
}

}  // namespace
}  // namespace gossamer
