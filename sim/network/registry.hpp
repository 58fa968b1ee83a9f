#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/ground/settings.hpp"
#include "sim/network/links/links.hpp"
#include "sim/network/platforms/platform.hpp"
#include "sim/network/shaper.hpp"

namespace gossamer {

/// Inputs of a network besides its settings.
struct NetworkContext {
  NodeId nodes = 0;
  std::uint64_t seed = 1;

  /// Returns the existing path for a configured one, or throws.
  std::function<std::filesystem::path(const std::string&)> resolve = {};

  std::shared_ptr<const Platform> platform = nullptr;  ///< for networks that need one
  std::function<LinkList()> edges = {};                ///< the links in the topology's graph file, or throws

  /// The cards of the nodes' devices; `up` and `down` replace unknown bandwidths. Or throws.
  std::function<NodeCards(double up, double down)> cards = {};
};

/// A network model as the registry offers it.
struct NetworkEntry : Entry<std::unique_ptr<Network>(const NetworkContext&)> {
  bool needs_platform = false;  ///< true if messages travel on a platform
  /// True if with these settings links or cards differ between nodes, so that an experiment has to describe the nodes.
  std::function<bool(const Values&)> describes_nodes = [](const Values&) { return false; };
};

/// All network models by name. `make` throws NetworkError for settings that cannot be used, and CsvError for such
/// files.
const std::vector<NetworkEntry>& networks();

/// The entry that describes networks as `gossamer calibrate` fits them.
NetworkEntry piecewise_network();

/// The setting for the number of a parameter server's shards.
Setting shards_setting();

}  // namespace gossamer
