#include "experiments/configuration/manual.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "experiments/configuration/common_blocks.hpp"
#include "experiments/configuration/compute_block.hpp"
#include "experiments/configuration/faults_block.hpp"
#include "experiments/configuration/model_block.hpp"
#include "experiments/configuration/network_block.hpp"
#include "experiments/configuration/parts_in_manual.hpp"
#include "experiments/configuration/record_block.hpp"
#include "experiments/configuration/setting_text.hpp"
#include "experiments/configuration/stop_block.hpp"
#include "sim/network/collectives/collectives.hpp"

namespace gossamer {
namespace {

template <class Registered>
std::vector<Description> descriptions_of(const std::vector<Registered>& entries) {
  std::vector<Description> result;
  for (const auto& entry : entries)
    result.push_back(
        {.name = entry.name, .sentence = entry.sentence, .source = entry.source, .settings = entry.settings});
  return result;
}

std::string plural(int count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::vector<std::string> facts_of(const AlgorithmEntry& algorithm) {
  std::string memory = plural(algorithm.vectors, "vector");
  if (algorithm.vectors_per_neighbor > 0)
    memory += fmt::format(", and {} more for each neighbor", algorithm.vectors_per_neighbor);
  std::vector<std::string> facts{fmt::format("costs {}; a node keeps {}", algorithm.cost, memory)};
  facts.push_back(algorithm.synchronous ? "synchronous: its models do not depend on who is faster"
                                        : "asynchronous: its models depend on who is faster");
  if (!algorithm.learns) facts.push_back("averages alone: nodes have to start from different models");
  if (algorithm.exact)
    facts.push_back(algorithm.exact_locally
                        ? "exact: without noise it ends at the minimum itself, with any number of local steps"
                        : "exact: without noise, and with one local step, it ends at the minimum itself");
  if (algorithm.sums) facts.push_back(fmt::format("needs a {} W", name(*algorithm.sums)));
  for (const auto& [what, where] : algorithm.needs)
    facts.push_back(where ? fmt::format("needs {} if {}", name(what), text(*where, algorithm.settings))
                          : fmt::format("needs {}", name(what)));
  if (!algorithm.without_matchings.empty()) facts.push_back("needs the topology \"matcha\"");
  if (algorithm.servers > 0)
    facts.push_back("needs a server: the last node, joined to all others, which are its workers");
  if (algorithm.decides_by_values) facts.push_back("needs numerics: values decide what it sends, or when");
  if (algorithm.needs_hessians) facts.push_back("needs a model with Newton directions");
  if (algorithm.needs_optimum) facts.push_back("needs a model whose minimum is known");
  return facts;
}

std::vector<Description> descriptions_of(const std::vector<AlgorithmEntry>& algorithms) {
  std::vector<Description> result;
  for (const AlgorithmEntry& algorithm : algorithms)
    result.push_back({.name = algorithm.name,
                      .sentence = algorithm.sentence,
                      .source = algorithm.source,
                      .settings = algorithm.settings,
                      .facts = facts_of(algorithm),
                      .family = algorithm.family,
                      .counterparts = algorithm.counterparts});
  return result;
}

std::vector<Description> descriptions_of(const std::vector<TopologyEntry>& topologies) {
  std::vector<Description> result;
  for (const TopologyEntry& topology : topologies)
    result.push_back({.name = topology.name,
                      .sentence = topology.sentence,
                      .source = topology.source,
                      .settings = topology.settings,
                      .of_graph = topology.takes_base,
                      .family = topology.family});
  return result;
}

/// The ways to do collectives. Those of all-reduces are choices of a network's block.
std::vector<Description> collectives() {
  std::vector<Description> result;
  for (const CollectiveAlgorithm& algorithm : collective_algorithms()) {
    const std::string less =
        algorithm.overestimate.text.empty()
            ? ""
            : fmt::format("; played on links {} less where n is no power of two", algorithm.overestimate.text);
    result.push_back({.name = std::string{algorithm.name},
                      .sentence = fmt::format("{}: {}{}", name(algorithm.collective), algorithm.formula, less),
                      .source = std::string{algorithm.source},
                      .family = std::string{name(algorithm.collective)}});
    if (algorithm.sharded) result.back().settings.push_back(shards_setting());
  }
  return result;
}

std::string otherwise(std::string_view usual) { return fmt::format("\"{}\" if not given", usual); }

constexpr auto required_block = "required";

/// The blocks that describe what is learned.
std::vector<Description> model_blocks() {
  return {{.name = "model",
           .sentence = "what is learned: an objective for each node",
           .facts = {"required unless numerics is off"},
           .pointer = "/model"},
          {.name = "data",
           .sentence = "the samples that a model learns from",
           .facts = {"required by models that learn from data"},
           .pointer = "/model/data"},
          {.name = "partition",
           .sentence = "which node holds which samples",
           .facts = {otherwise(usual_partition)},
           .pointer = "/model/partition"},
          {.name = "initial",
           .sentence = "the parameters that nodes start from",
           .facts = {"if not given, what is usual for the model"},
           .pointer = "/model/initial"}};
}

/// The blocks that describe what time things take.
std::vector<Description> time_blocks() {
  return {{.name = "network",
           .sentence = "what a message costs",
           .settings = settings_of(common_network_fields()),
           .facts = {otherwise(usual_network)},
           .pointer = "/network"},
          {.name = "platform",
           .sentence = "the hosts, switches and cables of a network that routes flows",
           .facts = {otherwise(usual_platform), "a text that ends in \".json\" is the path of a platform file"},
           .pointer = "/network/platform"},
          {.name = "changes",
           .sentence = "a list of links that get another bandwidth at some time; each element has these settings",
           .settings = change_settings(),
           .facts = {"no changes if not given"},
           .pointer = "/network/platform/changes"},
          {.name = "compute",
           .sentence = "what time a step takes",
           .settings = settings_of(common_law_fields()),
           .facts = {otherwise(usual_law)},
           .pointer = "/compute"},
          {.name = "stragglers",
           .sentence = "which nodes take longer than the law of step times draws, and when",
           .facts = {otherwise(usual_stragglers)},
           .pointer = "/compute/stragglers"}};
}

/// The keys that are neither blocks nor settings.
std::vector<Description> other_keys() {
  return {
      {.name = "of",
       .sentence = "the block of another topology, of whose graph rounds are made: of random_matchings, matcha and "
                   "their like",
       .pointer = "/topology/of"},
      {.name = "kinds",
       .sentence = "a list of blocks, each a kind of faults; a list in place of the block \"faults\" means the same",
       .pointer = "/faults/kinds"},
      {.name = "machine",
       .sentence = "the path of a file that `gossamer calibrate` has written: its blocks network and compute take the "
                   "place of those that the experiment does not have",
       .pointer = "/machine"},
      {.name = "kind",
       .sentence = "what a block is: a name that `gossamer list` shows. A text in place of a block is its kind: "
                   "\"algorithm\": \"d_psgd\""}};
}

/// The sections up to the algorithms, whose parts follow.
std::vector<Section> sections_of_learning(const Catalogue& catalogue) {
  return {{.name = "topologies",
           .noun = "a topology",
           .key = "topology",
           .entries = descriptions_of(catalogue.topologies()),
           .common = weighting_settings(),
           .families = topology_families()},
          {.name = "models", .noun = "a model", .key = "model", .entries = descriptions_of(catalogue.models<double>())},
          {.name = "data",
           .noun = "a data source",
           .key = "model/data",
           .entries = descriptions_of(catalogue.data_sources())},
          {.name = "partitions",
           .noun = "a partition",
           .key = "model/partition",
           .entries = descriptions_of(catalogue.partitions())},
          {.name = "initial",
           .noun = "a choice of initial parameters",
           .key = "model/initial",
           .entries = descriptions_of(catalogue.initializations())},
          {.name = "algorithms",
           .noun = "an algorithm",
           .key = "algorithm",
           .entries = descriptions_of(catalogue.algorithms()),
           .families = algorithm_families()}};
}

std::vector<Section> sections_of_time(const Catalogue& catalogue) {
  return {{.name = "network",
           .noun = "a network",
           .key = "network",
           .entries = descriptions_of(catalogue.networks()),
           .common = settings_of(common_network_fields())},
          {.name = "collectives", .noun = "a way to do a collective", .key = "", .entries = collectives()},
          {.name = "platforms",
           .noun = "a platform",
           .key = "network/platform",
           .entries = descriptions_of(catalogue.platforms())},
          {.name = "compute",
           .noun = "a law of step times",
           .key = "compute",
           .entries = descriptions_of(catalogue.step_time_laws()),
           .common = settings_of(common_law_fields())},
          {.name = "stragglers",
           .noun = "a kind of stragglers",
           .key = "compute/stragglers",
           .entries = descriptions_of(catalogue.stragglers())},
          {.name = "faults",
           .noun = "a kind of faults",
           .key = "faults/kinds",
           .entries = descriptions_of(catalogue.fault_kinds()),
           .common = {},
           .listed = true}};
}

/// One section for each registry.
std::vector<Section> sections_of(const Catalogue& catalogue) {
  std::vector<Section> sections;
  for (auto* const some : {&sections_of_learning, &sections_of_parts, &sections_of_time})
    for (Section& section : some(catalogue)) sections.push_back(std::move(section));
  return sections;
}

Section section_of_blocks(const Catalogue& catalogue) {
  Section blocks{
      .name = "blocks",
      .noun = "part of an experiment file",
      .key = "",
      .entries = {
          {.name = "experiment", .sentence = "what is outside all blocks", .settings = settings_of(top_level_fields())},
          {.name = "topology",
           .sentence = "the graph along whose edges nodes communicate, and its mixing matrix W",
           .settings = weighting_settings(),
           .facts = {required_block},
           .pointer = "/topology"}}};
  const auto add = [&](const std::vector<Description>& more) {
    blocks.entries.insert(blocks.entries.end(), more.begin(), more.end());
  };
  add(model_blocks());
  add({{.name = "algorithm",
        .sentence = "the program that every node runs",
        .facts = {required_block},
        .pointer = "/algorithm"}});
  add(blocks_of_parts(catalogue));
  add(time_blocks());
  add({{.name = "faults",
        .sentence = "what goes wrong: \"kinds\" is a list of blocks that `gossamer list faults` names",
        .settings = settings_of(fault_settings_fields()),
        .facts = {"nothing goes wrong if not given"},
        .pointer = "/faults"},
       {.name = "stop",
        .sentence = "when the run ends: at whichever comes first of what is given, at least one",
        .settings = settings_of(stop_fields()),
        .facts = {required_block},
        .pointer = "/stop"},
       {.name = "record",
        .sentence = "when the run is looked at, and how closely",
        .settings = settings_of(record_fields()),
        .pointer = "/record"},
       {.name = "expect",
        .sentence = "what gossamer crosscheck holds a run on real ranks to",
        .settings = settings_of(expectation_fields()),
        .pointer = "/expect"}});
  add(other_keys());
  return blocks;
}

}  // namespace

bool Section::is_at(std::string_view pointer) const {
  const auto is_here = [&](const std::string& one) { return !one.empty() && pointer == "/" + one; };
  return is_here(key) || std::any_of(other_keys.begin(), other_keys.end(), is_here);
}

Manual manual_of(const Catalogue& catalogue) {
  return {.sections = sections_of(catalogue), .blocks = section_of_blocks(catalogue)};
}

}  // namespace gossamer
