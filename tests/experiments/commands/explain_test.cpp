#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/configuration.hpp"
#include "experiments/configuration/glossary.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/manual.hpp"
#include "experiments/configuration/overrides.hpp"
#include "experiments/configuration/setting_text.hpp"
#include "experiments/configuration/vocabulary.hpp"
#include "experiments/sweep/sweep_keys.hpp"
#include "experiments/trace/trace_columns.hpp"
#include "sim/learning/models/model_registry.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/experiments/standard.hpp"
#include "tests/temporary_folder.hpp"

// Every name is explained: entries, blocks, keys, keys of traces, symbols, and words of other tools.
namespace gossamer {
namespace {

using testing::CommandResult;
using testing::run_gossamer;

/// A value that a required setting accepts.
Json some_value(const Setting& setting) {
  const double least = std::max(setting.range.low, -1e6);
  const double number = setting.range.low_included ? least : std::min(least + 1, (least + setting.range.high) / 2);
  const auto integer = static_cast<std::int64_t>(std::ceil(number));
  switch (setting.type) {
    case Setting::Type::integer:
      return written(Value{integer}, setting);
    case Setting::Type::number:
      return written(Value{number}, setting);
    case Setting::Type::integers:
      return written(Value{std::vector<std::int64_t>{integer}}, setting);
    case Setting::Type::numbers:
      return written(Value{std::vector<double>{number}}, setting);
    case Setting::Type::choice:
      return setting.choices.front();
    case Setting::Type::part:
      return testing::standard().parts(*setting.part_type).front().name;
    case Setting::Type::boolean:
      return true;
    case Setting::Type::text:
      break;
  }
  return "file";
}

/// An experiment with all blocks, and all blocks within blocks.
const std::string full = R"({
  "topology": {"kind": "ring", "nodes": 8},
  "model": {"kind": "softmax_regression", "data": {"kind": "synthetic_classification", "samples": 64, "features": 4,
            "classes": 3}, "partition": "iid", "initial": "zeros"},
  "algorithm": {"kind": "choco_sgd", "compressor": "identity"},
  "network": {"kind": "max_min", "platform": {"kind": "star", "changes": [
              {"at": "1 s", "link": "node0", "bandwidth": "1 kB/s"}]}},
  "compute": {"kind": "constant", "stragglers": "none"},
  "faults": {"kinds": [{"kind": "loss"}]},
  "stop": {"node_steps": 3}, "record": {}, "expect": {}})";

/// A block of the first algorithm in which this setting is a part.
Json algorithm_with(const std::string& key) {
  Json block = Json::object();
  for (const AlgorithmEntry& algorithm : testing::standard().algorithms()) {
    const auto is_it = [&](const Setting& setting) {
      return setting.name == key && setting.type == Setting::Type::part;
    };
    if (std::none_of(algorithm.settings.begin(), algorithm.settings.end(), is_it)) continue;
    block["kind"] = algorithm.name;
    for (const Setting& setting : algorithm.settings)
      if (setting.required) block[setting.name] = some_value(setting);
    break;
  }
  return block;
}

/// The keys that the reader of a block accepts, from its message about a key that no block has.
std::set<std::string> known_keys(const std::string& block, const std::string& kind_block) {
  Json experiment = parse_json(full, "");
  const std::string part = "/algorithm/";
  if (block.starts_with(part)) experiment["algorithm"] = algorithm_with(block.substr(part.size()));
  if (!kind_block.empty()) apply_override(experiment, block + "=" + kind_block, testing::standard());
  apply_override(experiment, block + "/nobody's key=1", testing::standard());
  std::string message;
  try {
    read_configuration(experiment, "a.json", testing::standard());
  } catch (const ExperimentError& error) {
    message = error.what();
  }
  const std::string before = "\n  expected one of: ";
  REQUIRE_MESSAGE(message.starts_with("a.json: " + block + "/nobody's key: "), message);
  const std::size_t start = message.find(before) + before.size();
  std::istringstream list{message.substr(start, message.find('\n', start) - start)};
  std::set<std::string> keys;
  for (std::string key; std::getline(list >> std::ws, key, ',');) keys.insert(key);
  return keys;
}

std::string block_of(const Description& entry) {
  Json block = Json::object({{"kind", entry.name}});
  for (const Setting& setting : entry.settings)
    if (setting.required) block[setting.name] = some_value(setting);
  if (entry.of_graph) block["of"] = Json::object({{"kind", "ring"}, {"nodes", 8}});
  return compact(block);
}

/// The block of a model that learns from data.
std::string with_data(std::string block) {
  block.pop_back();
  return block + R"(, "data": {"kind": "synthetic_classification", "samples": 64, "features": 4, "classes": 3}})";
}

/// The keys that the vocabulary has of a block and its kind.
std::set<std::string> listed_keys(const std::string& block, const std::string& kind) {
  std::set<std::string> keys;
  for (const KeyPlace& place : testing::words().keys())
    if (place.block == block && (place.kind.empty() || place.kind == kind)) keys.insert(place.setting->name);
  return keys;
}

/// Keys that hold a block, or a list of blocks.
bool is_block(const std::string& key) {
  for (const Description& block : testing::words().manual().blocks.entries)
    if (block.name == key) return true;
  return false;
}

bool needs_data(const std::string& model) {
  const auto& all = models<double>();
  return std::any_of(all.begin(), all.end(), [&](const auto& entry) { return entry.name == model && entry.targets; });
}

void check_keys(const std::string& block, const std::string& pointer, const std::string& kind,
                const std::string& kind_block) {
  CAPTURE(pointer);
  CAPTURE(kind);
  const std::set<std::string> known = known_keys(pointer, kind_block), listed = listed_keys(block, kind);
  for (const std::string& key : listed) CHECK_MESSAGE(known.contains(key), key);
  for (const std::string& key : known) {
    CHECK_MESSAGE((listed.contains(key) || is_block(key)), key);
    const CommandResult answer = run_gossamer({"explain", key});
    CHECK_MESSAGE(answer.code == 0, key);
    CHECK_MESSAGE(answer.prints(key + ": "), key);
  }
}

TEST_CASE("explain describes every key that the reader of any block accepts, and no other") {
  for (const Section& section : testing::words().manual().sections) {
    if (section.key.empty()) continue;
    const std::string block = "/" + section.key;
    for (const Description& entry : section.entries)
      check_keys(block, section.listed ? block + "/0" : block, entry.name,
                 section.key == "model" && needs_data(entry.name) ? with_data(block_of(entry)) : block_of(entry));
  }
}

TEST_CASE("explain describes every key of the blocks without kinds, and no other") {
  for (const std::string block : {"", "/faults", "/stop", "/record", "/expect"}) check_keys(block, block, "", "");
  check_keys("/network/platform/changes", "/network/platform/changes/0", "", "");
}

TEST_CASE("explain prints all places of a key, and its meaning at each") {
  const CommandResult nodes = run_gossamer({"explain", "nodes"});
  CHECK(nodes.prints("at /topology/nodes of barabasi_albert, "));
  CHECK(nodes.prints("at /record/nodes\n    one of: all, none; default \"all\"\n"));
  const CommandResult step_size = run_gossamer({"explain", "step_size"});
  CHECK(step_size.prints("at /algorithm/step_size of a2cid2, actc, ad_psgd, "));
  CHECK(
      step_size.prints("    a number above 0, or a step-size schedule (`gossamer list schedules`); default 0.1\n"
                       "    step size η, or a schedule of step sizes η_k\n"));
  CHECK(run_gossamer({"explain", "cooling"}).prints("has an effect only if cold_averaging is not left out\n"));
  CHECK(run_gossamer({"explain", "seed"}).prints("at /seed\n"));
  CHECK(run_gossamer({"explain", "payload"}).prints("at /network/payload\n"));
  CHECK(run_gossamer({"explain", "/stop/target_loss"}).out == run_gossamer({"explain", "target_loss"}).out);
}

TEST_CASE("explain describes every block: where it is, its keys and its kinds") {
  for (const Description& block : testing::words().manual().blocks.entries) {
    const CommandResult answer = run_gossamer({"explain", block.name});
    CHECK_MESSAGE(answer.prints(block.name + ": part of an experiment file"), block.name);
    CHECK_MESSAGE(answer.prints(block.sentence), block.name);
    if (!block.pointer.empty()) CHECK_MESSAGE(answer.prints("at " + block.pointer + "\n"), block.name);
    CHECK_MESSAGE(answer.prints("experiments/formats/experiment.md"), block.name);
  }
  CHECK(run_gossamer({"explain", "topology"}).prints("\n  ring\n"));
  CHECK(run_gossamer({"explain", "step_size"}).prints("\n  cosine\n"));
  CHECK(run_gossamer({"explain", "compute"}).prints("\"constant\" if not given"));
  CHECK(run_gossamer({"explain", "machine"}).prints("gossamer calibrate"));
}

/// The kinds of blocks that are not given are those that `explain` names.
TEST_CASE("Blocks that are not given have the kind that explain prints") {
  const Configuration configuration =
      read_configuration(parse_json(R"({"topology": {"kind": "ring", "nodes": 4}, "stop": {"node_steps": 1},
    "model": {"kind": "softmax_regression", "data": {"kind": "synthetic_classification", "samples": 64, "features": 4,
    "classes": 3}}, "algorithm": "d_psgd"})",
                                    ""),
                         "a.json", testing::standard());
  const Json resolved = parse_json(configuration.resolved, "");
  const auto kind = [](const Json& block) { return block.at("kind").get<std::string>(); };
  CHECK(run_gossamer({"explain", "network"}).prints(fmt::format("\"{}\" if not given", kind(resolved["network"]))));
  CHECK(run_gossamer({"explain", "compute"}).prints(fmt::format("\"{}\" if not given", kind(resolved["compute"]))));
  CHECK(run_gossamer({"explain", "stragglers"})
            .prints(fmt::format("\"{}\" if not given", kind(resolved["compute"]["stragglers"]))));
  CHECK(run_gossamer({"explain", "partition"})
            .prints(fmt::format("\"{}\" if not given", kind(resolved["model"]["partition"]))));
}

/// The keys of all objects within a value.
void collect(const Json& json, std::set<std::string>& keys) {
  if (json.is_array())
    for (const Json& element : json) collect(element, keys);
  if (!json.is_object()) return;
  for (const auto& [key, value] : json.items()) {
    keys.insert(key);
    if (key != "configuration") collect(value, keys);
  }
}

TEST_CASE("explain describes every key of a trace") {
  const TemporaryFolder folder;
  const std::string trace = (folder.path() / "t.jsonl").string();
  const std::string file = folder.write("a.json", full).string();
  std::set<std::string> keys;
  for (const std::string algorithm :
       {R"({"kind": "choco_sgd", "compressor": {"kind": "qsgd", "levels": 4}})", R"("swarm_sgd")", R"("local_sgd")"}) {
    REQUIRE(run_gossamer({"run", file, "--quiet", "--theory", "--force", "--out", trace, "--set",
                          "/algorithm=" + algorithm, "--set", "/network/platform=star"})
                .err == "");
    std::ifstream lines{trace};
    for (std::string line; std::getline(lines, line);) collect(parse_json(line, trace), keys);
  }
  CHECK(keys.size() > 80);
  const std::set<std::string> of_spreads{"min", "median", "max"};
  for (const std::string& key : keys) {
    if (of_spreads.contains(key)) continue;
    CHECK_MESSAGE(run_gossamer({"explain", key}).prints(key + ": a key of a trace"), key);
  }
}

TEST_CASE("explain describes the constants of theory") {
  CHECK(run_gossamer({"explain", "zeta_star_squared"}).prints("in `theory of the header`: ζ*² = (1/n)"));
  CHECK(run_gossamer({"explain", "ζ*²"}).prints("called here: zeta_star_squared"));
  CHECK(run_gossamer({"explain", "consensus_factor"}).prints("in `topology of the header`"));
  CHECK(run_gossamer({"explain", "L"}).prints("in `theory of the header`"));
}

TEST_CASE("Every key of a sweep file is explained, and the page on sweeps has all keys of the file itself") {
  for (const SweepKey& key : sweep_keys()) {
    const CommandResult result = run_gossamer({"explain", key.name});
    CHECK_MESSAGE(result.prints(key.name + ": a key of a sweep file"), key.name);
    CHECK_MESSAGE(result.prints("  at " + key.block + "/" + key.name + "\n    " + key.sentence), key.name);
  }
  std::ifstream page{"experiments/formats/sweep.md"};
  std::vector<std::string> rows;
  bool in_file = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) in_file = line == "## The file";
    if (in_file && line.starts_with("| `")) rows.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  CHECK(rows == sweep_keys_of(""));
  CHECK(sweep_keys_of("/axes").size() == 5);
  CHECK(run_gossamer({"explain", "exclud"}).err.find("did you mean \"exclude\"?") != std::string::npos);
}

TEST_CASE("The tables of the page on traces name every key by its whole name, and describe it") {
  const char* const letters = "abcdefghijklmnopqrstuvwxyzLM_2";
  CHECK(trace_columns().size() > 100);
  for (const TraceColumn& column : trace_columns()) {
    CHECK_MESSAGE(column.meaning.size() > 3, column.name);
    CHECK_MESSAGE(column.name.find_first_not_of(letters) == std::string::npos, column.name);
    CHECK_MESSAGE(!column.name.starts_with('_'), column.name);
  }
}

std::string page(const std::filesystem::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

TEST_CASE("explain describes every Greek letter of the pages and of its own sentences") {
  std::string all;
  for (const char* const folder :
       {".", "experiments", "experiments/papers", "experiments/crosscheck", "sim/faults", "sim/network", "sim/compute"})
    for (const auto& entry : std::filesystem::directory_iterator{folder})
      if (entry.path().extension() == ".md") all += page(entry.path());
  for (const KeyPlace& place : testing::words().keys()) all += place.setting->sentence;
  int letters = 0;
  for (std::size_t k = 0; k + 1 < all.size(); ++k) {
    const auto lead = static_cast<unsigned char>(all[k]);
    if (lead != 0xCE && lead != 0xCF) continue;  // Greek in UTF-8
    ++letters;
    const std::string letter = all.substr(k, 2);
    CHECK_MESSAGE(run_gossamer({"explain", letter}).code == 0, letter);
  }
  CHECK(letters > 20);
}

TEST_CASE("explain describes the Latin symbols of the pages, and Greek ones spelled in Latin letters") {
  for (const std::string symbol :
       {"n",     "d",   "x",   "g",     "f",    "H",      "W",  "L",   "D",    "A",     "Q",     "λ₂",    "x̄",
        "Gamma", "eta", "rho", "sigma", "zeta", "lambda", "mu", "tau", "beta", "alpha", "theta", "kappa", "xi"})
    CHECK_MESSAGE(run_gossamer({"explain", symbol}).prints(symbol + ": a symbol of papers and pages"), symbol);
  CHECK(run_gossamer({"explain", "Gamma"}).prints("consensus_distance"));
  CHECK(run_gossamer({"explain", "gamma"}).prints("consensus_step"));
}

TEST_CASE("A foreign word is followed by the explanation of its name here") {
  for (const auto* const terms : {&symbols(), &foreign_names()})
    for (const GlossaryEntry& term : *terms)
      for (const std::string& here : term.here) CHECK_MESSAGE(run_gossamer({"explain", here}).code == 0, here);
  const CommandResult rate = run_gossamer({"explain", "lr"});
  CHECK(rate.prints("lr: another name\n  called here: step_size\n\nstep_size: part of an experiment file, at "));
  CHECK(rate.prints("\nstep_size: a key of an experiment file\n"));
  CHECK(run_gossamer({"explain", "learning_rate"}).prints("step size η"));
  CHECK(run_gossamer({"explain", "world_size"}).prints("nodes: a key of an experiment file\n"));
  CHECK(run_gossamer({"explain", "H"}).prints("averaging_period: a key of an experiment file\n"));
  CHECK(run_gossamer({"explain", "local_steps"}).prints("local_steps: see also averaging_period\n"));
  CHECK(run_gossamer({"explain", "averaging_period"}).prints("averaging_period: see also local_steps\n"));
}

TEST_CASE("No name is in two rows of the glossary") {
  std::set<std::string> names;
  for (const auto* const terms : {&symbols(), &foreign_names()})
    for (const GlossaryEntry& term : *terms)
      for (const std::string& name : term.names) CHECK_MESSAGE(names.insert(name).second, name);
}

TEST_CASE("Names are found however people write them") {
  CHECK(run_gossamer({"explain", "D-PSGD"}).out.starts_with(run_gossamer({"explain", "d_psgd"}).out));
  CHECK(run_gossamer({"explain", "SwarmSGD"}).out == run_gossamer({"explain", "swarm_sgd"}).out);
  CHECK(run_gossamer({"explain", "spectral gap"}).out == run_gossamer({"explain", "spectral_gap"}).out);
  CHECK(run_gossamer({"explain", "Train_Loss"}).out == run_gossamer({"explain", "train_loss"}).out);
}

TEST_CASE("A mistyped name is answered with a near one, whatever it names") {
  for (const std::string& name : testing::words().names()) {
    if (name.size() < 6) continue;
    std::string mistyped = name;
    std::swap(mistyped[2], mistyped[3]);
    if (testing::words().is_known_name(mistyped) || mistyped == name) continue;
    const CommandResult answer = run_gossamer({"explain", mistyped});
    if (answer.code != 0) CHECK_MESSAGE(answer.warns("\n  did you mean \""), mistyped);
  }
  CHECK(run_gossamer({"explain", "consensus_distence"}).warns("did you mean \"consensus_distance\"?"));
  CHECK(run_gossamer({"explain", "virtual_tim"}).warns("did you mean \"virtual_time\"?"));
  CHECK(run_gossamer({"explain", "leraning_rate"}).warns("did you mean \"learning_rate\"?"));
}

TEST_CASE("The counterpart of an algorithm has the setting that the algorithm lacks") {
  const auto& entries = [] {
    for (const Section& section : testing::words().manual().sections)
      if (section.name == "algorithms") return section.entries;
    return std::vector<Description>{};
  }();
  const auto has = [&](const std::string& name, const std::string& key) {
    for (const Description& entry : entries)
      for (const Setting& setting : entry.settings)
        if (entry.name == name && setting.name == key) return true;
    return false;
  };
  int counterparts = 0;
  for (const Description& entry : entries) {
    for (const auto& [key, counterpart] : entry.counterparts) {
      ++counterparts;
      const std::string message = entry.name + ": " + key;
      CHECK_MESSAGE(!has(entry.name, key), message);
      CHECK_MESSAGE(has(counterpart, key), message);
    }
  }
  CHECK(counterparts > 3);
}

}  // namespace
}  // namespace gossamer
