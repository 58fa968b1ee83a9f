#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "experiments/configuration/manual.hpp"
#include "tests/experiments/commands/answers.hpp"
#include "tests/experiments/standard.hpp"

// Every entry is listed, and explained with all its settings.
namespace gossamer {
namespace {

using testing::Answer;
using testing::ask;

TEST_CASE("list shows everything, or one registry under its singular or plural") {
  const Answer all = ask({"list"});
  CHECK(all.code == 0);
  for (const Section& section : testing::words().manual().sections)
    for (const Description& entry : section.entries) CHECK_MESSAGE(all.says("\n  " + entry.name + " "), entry.name);
  CHECK(ask({"list", "topologies"}).out == ask({"list", "topology"}).out);
  CHECK_FALSE(ask({"list", "topologies"}).says("swarm_sgd"));
  const Answer mistyped = ask({"list", "topologys"});
  CHECK(mistyped.code == 2);
  CHECK(mistyped.err ==
        "list: unknown kind \"topologys\"\n"
        "  expected one of: topologies, models, data, partitions, initial, algorithms, compressors, network, "
        "collectives, platforms, compute, stragglers, faults, blocks\n"
        "  did you mean \"topologies\"?\n");
}

TEST_CASE("list groups by families, each entry in one, with names at the same place of a line") {
  const Answer algorithms = ask({"list", "algorithms"});
  CHECK(algorithms.says("algorithms: momentum\n  da_dmsgd "));
  CHECK(algorithms.out.find("algorithms: with all neighbors") < algorithms.out.find("algorithms: compressed messages"));
  CHECK(ask({"list", "topologies"}).says("topologies: rounds that differ\n"));
  CHECK(ask({"list", "collectives"}).says("collectives: all_reduce\n"));
  CHECK(ask({"list", "models"}).out.starts_with("models\n  "));
  for (const Section& section : testing::words().manual().sections) {
    std::istringstream lines{ask({"list", section.name}).out};
    std::size_t entries = 0;
    for (std::string line; std::getline(lines, line);) entries += line.starts_with("  ") ? 1 : 0;
    CHECK_MESSAGE(entries == section.entries.size(), section.name);
  }
}

TEST_CASE("explain describes every name, with all its settings") {
  for (const Section& section : testing::words().manual().sections) {
    for (const Description& entry : section.entries) {
      const Answer answer = ask({"explain", entry.name});
      CHECK(answer.code == 0);
      CHECK_MESSAGE(answer.says(entry.sentence), entry.name);
      for (const Setting& setting : entry.settings)
        CHECK_MESSAGE(answer.says("\n  " + setting.name + " "), entry.name << ": " << setting.name);
    }
  }
  CHECK(ask({"explain", "d_psgd"}).says("arXiv:1705.09056"));
  CHECK(ask({"explain", "gossip"}).says("averages alone: nodes have to start from different models"));
  CHECK_FALSE(ask({"explain", "d_psgd"}).says("averages alone"));
  CHECK(ask({"explain", "choco_sgd"}).says("compressor      a compressor (`gossamer list compressors`); required"));
  CHECK(ask({"explain", "choco_sgd"}).says(R"("compressor": {"kind": "…"})"));
  CHECK(ask({"explain", "slow_nodes"}).says("a duration above 0 s such as \"2 ms\"; default \"10 ms\""));
  CHECK(ask({"explain", "stop"}).says("target_loss"));
}

TEST_CASE("explain answers a mistyped name with the nearest") {
  const Answer answer = ask({"explain", "swarm_sdg"});
  CHECK(answer.code == 2);
  CHECK(answer.err ==
        "explain: nothing is called \"swarm_sdg\"\n"
        "  expected a name that `gossamer list` shows, a key of an experiment file or of a trace, or a symbol\n"
        "  did you mean \"swarm_sgd\"?\n");
}

TEST_CASE("explain states that matchings are those of another graph") {
  CHECK(ask({"explain", "matcha"}).says("of  the block of another topology whose rounds are all the same; required"));
  CHECK(ask({"explain", "matcha"}).says(R"("of": {"kind": "ring", "nodes": 8})"));
}

}  // namespace
}  // namespace gossamer
