#include "experiments/configuration/configuration.hpp"

#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/machine_file.hpp"
#include "experiments/configuration/overrides.hpp"

namespace gossamer {
namespace {

constexpr auto block_example = "a block such as {\"kind\": \"…\"}";

TopLevelSettings read_top_level(BlockReader& root, const std::string& name) {
  return root.fill(top_level_fields(std::filesystem::path{name}.stem().string()));
}

/// Names a block that is missing, then a key that is no block, before the content of any block.
void check_blocks(BlockReader& root, Numerics numerics) {
  root.expect(names_of_blocks());
  for (const char* const key : {"topology", "model", "algorithm"})
    if (key != std::string_view{"model"} || numerics != Numerics::off) root.required_block(key, block_example);
  root.required_block("stop", "a block such as {\"virtual_time\": \"60 s\"}");
  root.refuse_unknown();
}

/// Without a model, the network's block has to give the payload.
void check_payload(BlockReader& network, const CommonNetworkSettings& common_network, bool has_model) {
  if (common_network.payload > 0 || has_model) return;
  network.refuse_unknown();
  refuse(network.place().at("payload"), "there is no model to take the size from", "a size such as \"100 kB\"");
}

}  // namespace

const std::vector<std::string>& names_of_blocks() {
  static const std::vector<std::string> names{"title",     "seed",    "numerics", "topology", "model",
                                              "algorithm", "network", "compute",  "faults",   "stop",
                                              "record",    "expect",  "machine"};
  return names;
}

Configuration read_configuration(const Json& source, const std::string& name, const Catalogue& catalogue) {
  Configuration result;
  result.name = name;
  Json with_one_seed = source;
  result.seeds = take_seeds(with_one_seed, name, catalogue);
  BlockReader root{&with_one_seed, {name, ""}, catalogue};
  result.top_level = read_top_level(root, name);
  result.seeds.all = result.top_level.seed;
  check_blocks(root, result.top_level.numerics);

  const auto read = [&root](const char* key, auto&& read_settings) {
    BlockReader block = root.inner(root.block(key), key);
    read_settings(block);
    root.keep(key, block);
  };
  read("topology", [&](BlockReader& block) { result.topology = read_topology(block); });
  if (root.block("model")) read("model", [&](BlockReader& block) { result.model = read_model(block); });
  read("algorithm", [&](BlockReader& block) { result.algorithm = block.choice(catalogue.algorithms()); });
  const bool has_model = result.model.has_value();
  read("network", [&](BlockReader& block) {
    result.network = read_network(block);
    check_payload(block, result.network.common_network, has_model);
  });
  read("compute", [&](BlockReader& block) { result.compute = read_compute(block); });
  result.faults = read_faults(root);
  read("stop", [&](BlockReader& block) { result.stop = read_stop(block, result.top_level.numerics, has_model); });
  read("record", [&](BlockReader& block) { result.record = read_record(block, result.stop); });
  if (root.block("expect")) read("expect", [](BlockReader& block) { block.fill(expectation_fields()); });
  Json resolved = root.finish();
  resolved["seed"] = json_of(result.seeds);
  result.resolved = compact(resolved);
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

}  // namespace gossamer
