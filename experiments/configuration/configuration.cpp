#include "experiments/configuration/configuration.hpp"

#include <cmath>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/building.hpp"
#include "experiments/configuration/machine_file.hpp"
#include "experiments/configuration/overrides.hpp"
#include "experiments/configuration/source_file.hpp"

namespace gossamer {
namespace {

constexpr auto block_example = "a block such as {\"kind\": \"…\"}";

/// The end that a default interval divides: a hundredth of the virtual time or of the node-steps.
constexpr double records_of_a_run = 100;
constexpr double node_steps_between_records = 10;  // if neither is limited

Heading read_heading(BlockReader& root, const std::string& name) {
  return filled(root, heading_fields(std::filesystem::path{name}.stem().string()));
}

/// Names a block that is missing, then a key that is no block, before the content of any block.
void check_blocks(BlockReader& root, Numerics numerics) {
  root.expect(names_of_blocks());
  for (const char* const key : {"topology", "model", "algorithm"})
    if (key != std::string_view{"model"} || numerics != Numerics::off) root.required_block(key, block_example);
  root.required_block("stop", "a block such as {\"virtual_time\": \"60 s\"}");
  root.refuse_unknown();
}

std::optional<ModelBlock> read_model_block(BlockReader& root) {
  const Json* const given = root.block("model");
  if (!given) return std::nullopt;
  BlockReader block = root.inner(given, "model");
  ModelBlock model = read_model(block);
  root.keep("model", block);
  return model;
}

Wire read_wire(BlockReader& block, bool has_model) {
  const Wire wire = filled(block, wire_fields());
  if (wire.payload > 0 || has_model) return wire;
  block.refuse_unknown();
  refuse(block.place().at("payload"), "there is no model to take the size from", "a size such as \"100 kB\"");
}

/// The first key of a target that needs models; null if the block has no such target.
const char* target_of_models(const Stop& stop) {
  if (stop.target_loss) return "target_loss";
  if (stop.target_accuracy) return "target_accuracy";
  if (stop.target_local_loss) return "target_local_loss";
  if (stop.target_local_accuracy) return "target_local_accuracy";
  return stop.target_consensus_distance ? "target_consensus_distance" : nullptr;
}

Stop read_stop(BlockReader& block, const Configuration& configuration) {
  const Stop stop = filled(block, stop_fields());
  block.refuse_unknown();
  const char* const target = target_of_models(stop);
  if (!target && !stop.virtual_time && !stop.node_steps && !stop.epochs && !stop.sent_bytes)
    refuse(block.place(), "says no end",
           "at least one of: epochs, node_steps, sent_bytes, target_accuracy, target_consensus_distance, "
           "target_local_accuracy, target_local_loss, target_loss, virtual_time");
  if (configuration.heading.numerics == Numerics::off && target)
    refuse(block.place().at(target), "needs models, and \"numerics\" is \"off\"",
           "\"float32\" or \"float64\" at /numerics, or another end");
  if (stop.judge == Judge::steps && !target)
    refuse(block.place().at("judge"), "has no effect, since there is no target to judge", "a target");
  if (stop.epochs && !configuration.model)
    refuse(block.place().at("epochs"), "needs a model with data", "a model block, or another end");
  return stop;
}

/// Refuses targets that the records of the run do not measure.
void check_targets(const Stop& stop, const Record& record, const std::string& file) {
  const auto refuse_target = [&file](const char* target, const char* found, const char* expected) {
    refuse({file, std::string{"/stop/"} + target}, found, expected);
  };
  for (const auto& [target, name] :
       {std::pair{stop.target_local_loss, "target_local_loss"}, {stop.target_local_accuracy, "target_local_accuracy"}})
    if (target && record.local_nodes == 0)
      refuse_target(name, "needs scores of nodes' own models, and \"local_nodes\" is 0",
                    "at least one node, or \"all\", at /record/local_nodes");
  for (const auto& [target, name] :
       {std::pair{stop.target_accuracy, "target_accuracy"}, {stop.target_local_accuracy, "target_local_accuracy"}})
    if (target && !record.test)
      refuse_target(name, "is judged by the test part, and \"test\" is false", "true at /record/test");
}

bool says(const Json& block, const char* key) {
  const Json* const value = find_key(block, key);
  return value && !value->is_null();
}

UsualInterval usual_interval(const Stop& stop) {
  if (stop.virtual_time) return {.every = stop.virtual_time->count() / records_of_a_run, .every_node_steps = {}};
  if (!stop.node_steps) return {.every = {}, .every_node_steps = node_steps_between_records};
  return {.every = {}, .every_node_steps = std::ceil(static_cast<double>(*stop.node_steps) / records_of_a_run)};
}

/// Reads the block. If it has no interval, the default is filled in, so that the resolved text contains it.
Record read_record(BlockReader& block, const Json* given, const Stop& stop) {
  const bool says_every = given && says(*given, "every");
  const bool says_steps = given && says(*given, "every_node_steps");
  block.expect_settings(settings_of(record_fields()));
  block.refuse_unknown();
  if (says_every && says_steps)
    refuse(block.place(), "\"every\" and \"every_node_steps\" are both given", "one of them");
  return filled(block, record_fields(says_every || says_steps ? UsualInterval{} : usual_interval(stop)));
}

/// The graph from which rounds are made. Its weights do not matter, so its block has no keys for them.
Choice<TopologyEntry> read_base(BlockReader& block) {
  const Json& given = block.required_block("of", "a block such as {\"kind\": \"ring\", \"nodes\": 8}");
  const Choice<TopologyEntry> choice = read_inner(block, "of", &given, block.catalogue().topologies());
  if (choice.entry->takes_base)
    refuse(choice.place.at("kind"), fmt::format("\"{}\" has rounds of its own", choice.entry->name), "one graph");
  return choice;
}

Topology build(const Choice<TopologyEntry>& choice, const Values& weighting, std::uint64_t seed, const Topology* base) {
  return built(choice.place, [&] {
    Values values = choice.values;
    for (const char* const file : {"path", "matchings"})
      if (const auto given = values.find(file); given != values.end())
        if (const auto* const path = std::get_if<std::string>(&given->second))
          given->second = find_data(*path, choice.place.at(file)).string();
    return make_topology(*choice.entry, values, weighting, seed, base);
  });
}

}  // namespace

TopologyBlock read_topology(BlockReader& block) {
  block.expect({"of"});
  block.expect_settings(weighting_settings());
  TopologyBlock result{.kind = block.choice(block.catalogue().topologies()), .weighting = {}, .base = {}};
  if (result.kind.entry->takes_base)
    result.base = read_base(block);
  else if (block.block("of"))
    refuse(block.place().at("of"), fmt::format("\"{}\" is not made of another graph", result.kind.entry->name));
  result.weighting = block.settings(weighting_settings());
  return result;
}

Topology build_topology(const TopologyBlock& block, std::uint64_t seed) {
  if (!block.base) return build(block.kind, block.weighting, seed, nullptr);
  const Topology base = build(*block.base, defaults(weighting_settings()), seed, nullptr);
  return build(block.kind, block.weighting, seed, &base);
}

const std::vector<std::string>& names_of_blocks() {
  static const std::vector<std::string> names{"title",     "seed",    "numerics", "topology", "model",
                                              "algorithm", "network", "compute",  "faults",   "stop",
                                              "record",    "expect",  "machine"};
  return names;
}

Configuration read_configuration(const Json& source, const std::string& name, const Catalogue& catalogue) {
  Configuration result;
  result.name = name;
  BlockReader root{&source, {name, ""}, catalogue};
  result.heading = read_heading(root, name);
  check_blocks(root, result.heading.numerics);

  const auto read = [&](const char* key, const Json* given, auto&& read_settings) {
    BlockReader block = root.inner(given, key);
    read_settings(block);
    root.keep(key, block);
  };
  read("topology", root.block("topology"), [&](BlockReader& block) { result.topology = read_topology(block); });
  result.model = read_model_block(root);
  read("algorithm", root.block("algorithm"),
       [&](BlockReader& block) { result.algorithm = block.choice(catalogue.algorithms()); });
  read("network", root.block("network"), [&](BlockReader& block) {
    result.network = read_network(block);
    result.wire = read_wire(block, result.model.has_value());
  });
  read("compute", root.block("compute"), [&](BlockReader& block) { result.compute = read_compute(block); });
  result.faults = read_faults(root);
  read("stop", root.block("stop"), [&](BlockReader& block) { result.stop = read_stop(block, result); });
  const Json* const record = root.block("record");
  read("record", record, [&](BlockReader& block) { result.record = read_record(block, record, result.stop); });
  check_targets(result.stop, result.record, name);
  if (const Json* const expected = root.block("expect"))
    read("expect", expected, [](BlockReader& block) { filled(block, expectation_fields()); });
  result.resolved = compact(root.finish());
  return result;
}

Configuration read_configuration(Json source, const std::string& name, const std::vector<std::string>& overrides,
                                 const Catalogue& catalogue) {
  // An override may set a single key of a block that comes from the machine file, so "machine" is set first.
  const auto is_machine = [](const std::string& text) { return text.starts_with("/machine="); };
  return blaming_overrides(name, overrides, [&] {
    for (const std::string& text : overrides)
      if (is_machine(text)) apply_override(source, text, catalogue);
    include_machine(source, name, catalogue);
    for (const std::string& text : overrides)
      if (!is_machine(text)) apply_override(source, text, catalogue);
    return read_configuration(source, name, catalogue);
  });
}

std::unique_ptr<Network> build_network(const Configuration& configuration, NodeId nodes, const Topology* topology) {
  const auto seed = static_cast<std::uint64_t>(configuration.heading.seed);
  NetworkContext context{.nodes = nodes, .seed = seed};
  if (topology) context.edges = [&] { return edge_links(configuration.network, *topology); };
  context.cards = [&](double up, double down) {
    return device_cards(configuration.network, build_devices(configuration.compute, nodes, seed), up, down);
  };
  return build_network(configuration.network, std::move(context));
}

}  // namespace gossamer
