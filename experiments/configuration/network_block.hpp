#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "sim/compute/device_trace.hpp"
#include "sim/network/platforms/platform_registry.hpp"
#include "sim/network/registry.hpp"
#include "topologies/topology.hpp"

namespace gossamer {

/// The kinds of blocks that are not given.
inline constexpr auto usual_network = "alpha_beta";
inline constexpr auto usual_platform = "star";

/// The block "platform" of a network as it has been read.
struct PlatformBlock {
  /// An element of "changes": from a given time on, links have another bandwidth.
  struct Change {
    Seconds at{0};
    std::string link;
    double bandwidth = 0;  ///< bytes per second; 0 if the links fail
  };
  struct PlacedChange {
    Change change;
    Place place;
  };

  Choice<PlatformEntry> choice;
  std::vector<PlacedChange> changes;
  const Catalogue* catalogue = nullptr;  ///< for messages about a platform file
};

/// The block "network" as it has been read. Nothing is built yet, no other file has been touched.
struct NetworkBlock {
  Choice<NetworkEntry> choice;
  std::optional<PlatformBlock> platform;  ///< of networks that need one
};

/// The settings of a change.
std::vector<Setting> change_settings();

/// Reads a network's settings, but not those of every network (`wire_fields`), and, if it needs one, its block
/// "platform": a star if not given. A text that ends in ".json" means {"kind": "platform_file", "path": text}.
/// Throws ExperimentError.
NetworkBlock read_network(BlockReader& block);

/// Builds the network in a context that lacks files and a platform. `find_data` finds files.
/// Throws ExperimentError.
std::unique_ptr<Network> build_network(const NetworkBlock& block, NetworkContext context);

/// The links that the edges of the topology's graph file describe (`links.md`). Throws ExperimentError if the topology
/// comes from no such file, if no edge describes a link, and for values that cannot be.
LinkList edge_links(const NetworkBlock& block, const Topology& topology);

/// The cards of the nodes' devices. Throws ExperimentError if the nodes are no devices, or if the devices' file has no
/// links.
NodeCards device_cards(const NetworkBlock& block, const std::optional<NodeDevices>& devices, double up, double down);

}  // namespace gossamer
