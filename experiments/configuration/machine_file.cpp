#include "experiments/configuration/machine_file.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/compute_block.hpp"
#include "experiments/configuration/data_files.hpp"
#include "experiments/configuration/network_block.hpp"
#include "experiments/configuration/source_file.hpp"

namespace gossamer {
namespace {

constexpr auto what_it_holds = "a machine file, as `gossamer calibrate` writes it: the blocks network and compute";

/// A block whose kind and settings are such as can be built.
template <class Read>
void keep_checked(BlockReader& root, const char* key, Read read) {
  const Json* const given = root.block(key);
  if (!given) return;
  BlockReader block = root.inner(given, key);
  read(block);
  root.keep(key, block);
}

/// Whether the network needs an experiment: it is on a platform, or has links or cards for each node.
bool needs_nodes(const NetworkBlock& network) {
  return network.platform || network.choice.entry->describes_nodes(network.choice.values);
}

/// Builds the network between two nodes, over which shards are spread, if that is possible without an experiment.
void try_network(NetworkBlock network) {
  if (needs_nodes(network)) return;
  constexpr NodeId nodes = 2;
  const auto given = network.choice.values.find(shards_setting().name);
  if (given != network.choice.values.end())
    if (auto* const shards = std::get_if<std::int64_t>(&given->second))
      *shards = std::min<std::int64_t>(nodes, *shards);
  network.build({.nodes = nodes});
}

/// The blocks of a machine file, each of which could stand in an experiment.
Json checked_machine(const Json& source, const std::string& file, const Catalogue& catalogue) {
  BlockReader root{&source, {file, ""}, catalogue};
  keep_checked(root, "network", [](BlockReader& block) { try_network(read_network(block)); });
  keep_checked(root, "compute", [](BlockReader& block) { read_compute(block); });
  root.block("calibration");  // facts, which are not used here
  Json blocks = root.finish();
  if (blocks.empty()) refuse({file, ""}, "holds neither network nor compute", what_it_holds);
  return blocks;
}

}  // namespace

void include_machine(Json& experiment, const std::string& name, const Catalogue& catalogue) {
  const Json* const found = find_key(experiment, "machine");
  if (!found) return;
  const Json given = *found;
  experiment.erase("machine");
  if (given.is_null()) return;
  const Place place{name, "/machine"};
  if (!given.is_string()) refuse(place, fmt::format("{} is not a text", shown(given)), "the path of a machine file");
  const std::string file = find_data(given.get<std::string>(), place).string();
  const Json blocks = checked_machine(read_source_file(file), file, catalogue);
  for (const auto& [key, block] : blocks.items())
    if (Json& own = experiment[key]; own.is_null()) own = block;
}

}  // namespace gossamer
