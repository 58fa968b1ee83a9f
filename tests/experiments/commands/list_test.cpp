#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/json.hpp"
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
        "  expected a name that `gossamer list` shows, a key of an experiment file, a sweep file or a trace, or a symbol\n"
        "  did you mean \"swarm_sgd\"?\n");
}

Json json_answer(const std::vector<std::string>& words) {
  const CommandResult answer = run_gossamer(words);
  CHECK(answer.code == 0);
  return Json::parse(answer.out);
}

TEST_CASE("list --json has every section with every entry, and the folder of the examples") {
  const Json all = json_answer({"list", "--json"});
  CHECK(all["home"] == ".");
  const auto& [sections, blocks] = testing::words().manual();
  REQUIRE(all["sections"].size() == sections.size() + 1);
  for (std::size_t k = 0; k < sections.size(); ++k) {
    CHECK(all["sections"][k]["name"] == sections[k].name);
    REQUIRE(all["sections"][k]["entries"].size() == sections[k].entries.size());
    for (std::size_t e = 0; e < sections[k].entries.size(); ++e)
      CHECK(all["sections"][k]["entries"][e]["name"] == sections[k].entries[e].name);
  }
  CHECK(all["sections"].back()["name"] == blocks.name);
  const Json data = json_answer({"list", "data", "--json"});
  CHECK(data["sections"].size() == 1);
  CHECK(data["sections"][0]["at"] == "/model/data");
  CHECK(run_gossamer({"list", "topologys", "--json"}).err == run_gossamer({"list", "topologys"}).err);
}

/// The meaning of a name that is one of this kind.
Json meaning_of(const std::string& name, const char* is) {
  const Json answer = json_answer({"explain", name, "--json"});
  CHECK(answer["text"] == run_gossamer({"explain", name}).out);
  for (const Json& meaning : answer["meanings"])
    if (meaning["is"] == is) return meaning;
  FAIL("nothing called " << name << " is a " << is);
  return {};
}

TEST_CASE("explain --json has every setting of every entry") {
  for (const Section& section : testing::words().manual().sections) {
    for (const Description& entry : section.entries) {
      const Json answer = json_answer({"explain", entry.name, "--json"});
      const auto is_it = [&](const Json& meaning) {
        return meaning["is"] == "entry" && meaning["section"] == section.name;
      };
      const auto found = std::find_if(answer["meanings"].begin(), answer["meanings"].end(), is_it);
      REQUIRE_MESSAGE(found != answer["meanings"].end(), entry.name);
      CHECK((*found)["settings"].size() == entry.settings.size());
    }
  }
}

TEST_CASE("explain --json gives types, limits, units, defaults and rules of settings") {
  const Json entry = meaning_of("swarm_sgd", "entry");
  std::map<std::string, Json> settings;
  for (const Json& setting : entry["settings"]) settings[setting["name"]] = setting;
  CHECK(settings["step_size"]["number"]["exclusive_minimum"] == 0);
  CHECK(settings["local_steps"]["minimum"] == 1);
  CHECK(settings["step_size"]["default"] == 0.1);
  CHECK(settings["step_size"]["kinds"] == "schedules");
  CHECK(settings["variant"]["type"] == "choice");
  CHECK(entry["example"]["kind"] == "swarm_sgd");
  CHECK(entry["at"] == "/algorithm");
  for (const Json& setting : meaning_of("slow_nodes", "entry")["settings"])
    if (setting["name"] == "step") {
      CHECK(setting["unit"] == "s");
      CHECK(setting["default"] == "10 ms");
    }
  CHECK(meaning_of("choco_sgd", "entry")["settings"][0].contains("accepts"));
  CHECK(meaning_of("matcha", "entry")["needs_of"] == true);
}

TEST_CASE("explain --json gives blocks, keys, values, columns of traces, and symbols") {
  CHECK(meaning_of("compute", "block")["at"] == "/compute");
  CHECK(meaning_of("target_loss", "key")["places"][0]["at"] == "/stop/target_loss");
  CHECK(meaning_of("float64", "value")["places"][0]["setting"]["name"] == "numerics");
  CHECK(meaning_of("idle_s", "trace_key")["records"][0]["record"] == "node");
  CHECK(meaning_of("Gamma", "a symbol of papers and pages")["here"][0] == "consensus_distance");
  CHECK(run_gossamer({"explain", "swarm_sdg", "--json"}).code == 2);
}

TEST_CASE("explain states that matchings are those of another graph") {
  CHECK(run_gossamer({"explain", "matcha"})
            .prints("of  the block of another topology whose rounds are all the same; required"));
  CHECK(run_gossamer({"explain", "matcha"}).prints(R"("of": {"kind": "ring", "nodes": 8})"));
}

}  // namespace
}  // namespace gossamer
