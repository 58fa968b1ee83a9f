#include "experiments/catalogue.hpp"

#include <fmt/format.h>

#include "algorithms/registry.hpp"
#include "experiments/block_reader.hpp"
#include "experiments/common_blocks.hpp"
#include "experiments/faults_block.hpp"
#include "sim/compression/registry.hpp"
#include "sim/compute/registry.hpp"
#include "sim/faults/registry.hpp"
#include "sim/learning/data_registry.hpp"
#include "sim/learning/initial_params.hpp"
#include "sim/learning/model_registry.hpp"
#include "sim/network/collectives.hpp"
#include "sim/network/platform_registry.hpp"
#include "sim/network/registry.hpp"
#include "topologies/registry.hpp"

namespace gossamer {
namespace {

template <class Registered>
std::vector<Offer> offers_of(const std::vector<Registered>& entries) {
  std::vector<Offer> result;
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
                                        : "asynchronous: nobody waits for rounds");
  if (!algorithm.learns) facts.push_back("averages alone: nodes have to start from different models");
  if (algorithm.exact) facts.push_back("exact: without noise, and with one local step, it ends at the minimum itself");
  if (algorithm.sums) facts.push_back(fmt::format("needs a {} W", name(*algorithm.sums)));
  for (const auto& [what, where] : algorithm.needs)
    facts.push_back(where ? fmt::format("needs {} if {}", name(what), text(*where, algorithm.settings))
                          : fmt::format("needs {}", name(what)));
  if (!algorithm.topology.empty()) facts.push_back(fmt::format("needs the topology \"{}\"", algorithm.topology));
  return facts;
}

std::vector<Offer> algorithm_offers() {
  std::vector<Offer> result;
  for (const AlgorithmEntry& algorithm : algorithms())
    result.push_back({.name = algorithm.name,
                      .sentence = algorithm.sentence,
                      .source = algorithm.source,
                      .settings = algorithm.settings,
                      .facts = facts_of(algorithm)});
  return result;
}

std::vector<Offer> topology_offers() {
  std::vector<Offer> result = offers_of(topologies());
  for (std::size_t k = 0; k < result.size(); ++k) result[k].of_graph = topologies()[k].takes_base;
  return result;
}

/// The ways to do collectives. Those of all-reduces are choices of a network's block.
std::vector<Offer> collectives() {
  std::vector<Offer> result;
  for (const CollectiveAlgorithm& algorithm : collective_algorithms()) {
    const std::string less =
        algorithm.slack.text.empty()
            ? ""
            : fmt::format("; played on links {} less where n is no power of two", algorithm.slack.text);
    result.push_back({.name = std::string{algorithm.name},
                      .sentence = fmt::format("{}: {}{}", algorithm.collective, algorithm.formula, less),
                      .source = std::string{algorithm.source}});
    if (&algorithm == &algorithm_of(AllReduce::parameter_server))
      for (const Setting& setting : networks().front().settings)
        if (setting.name == "shards") result.back().settings.push_back(setting);
  }
  return result;
}

}  // namespace

const std::vector<Shelf>& catalogue() {
  static const std::vector<Shelf> shelves{
      {.name = "topologies",
       .noun = "a topology",
       .key = "topology",
       .offers = topology_offers(),
       .common = weighting_settings()},
      {.name = "models", .noun = "a model", .key = "model", .offers = offers_of(models<double>())},
      {.name = "data", .noun = "a data source", .key = "model/data", .offers = offers_of(data_sources())},
      {.name = "partitions", .noun = "a partition", .key = "model/partition", .offers = offers_of(partitions())},
      {.name = "initial",
       .noun = "a choice of initial parameters",
       .key = "model/initial",
       .offers = offers_of(initializations())},
      {.name = "algorithms", .noun = "an algorithm", .key = "algorithm", .offers = algorithm_offers()},
      {.name = "compressors",
       .noun = "a compressor",
       .key = "algorithm/compressor",
       .offers = offers_of(compressors())},
      {.name = "network",
       .noun = "a network",
       .key = "network",
       .offers = offers_of(networks()),
       .common = settings_of(wire_fields())},
      {.name = "collectives", .noun = "a way to do a collective", .key = "", .offers = collectives()},
      {.name = "platforms", .noun = "a platform", .key = "network/platform", .offers = offers_of(platforms())},
      {.name = "compute",
       .noun = "a law of step times",
       .key = "compute",
       .offers = offers_of(step_time_laws()),
       .common = settings_of(drawing_fields())},
      {.name = "stragglers",
       .noun = "a kind of stragglers",
       .key = "compute/stragglers",
       .offers = offers_of(stragglers())},
      {.name = "faults",
       .noun = "a kind of faults",
       .key = "faults/kinds",
       .offers = offers_of(fault_kinds()),
       .common = {},
       .listed = true}};
  return shelves;
}

const Shelf& plain_blocks() {
  static const Shelf shelf{
      .name = "blocks",
      .noun = "a block of an experiment file",
      .key = "",
      .offers = {{.name = "experiment",
                  .sentence = "what stands outside all blocks",
                  .settings = settings_of(heading_fields())},
                 {.name = "faults",
                  .sentence = "what goes wrong: \"kinds\" is a list of blocks that `gossamer list faults` names",
                  .settings = settings_of(fault_settings_fields())},
                 {.name = "stop",
                  .sentence = "when the run ends: at whichever comes first of what is given, at least one",
                  .settings = settings_of(stop_fields())},
                 {.name = "record",
                  .sentence = "when the run is looked at, and how closely",
                  .settings = settings_of(record_fields())},
                 {.name = "expect",
                  .sentence = "what gossamer crosscheck holds a run on real ranks to",
                  .settings = settings_of(expectation_fields())}}};
  return shelf;
}

}  // namespace gossamer
