#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/compute_block.hpp"
#include "experiments/configuration/seeds.hpp"
#include "sim/network/network.hpp"
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

  std::shared_ptr<const Platform> build(NodeId nodes) const;
};

/// The settings that every network's block may have besides those of its kind.
struct CommonNetworkSettings {
  Bytes payload = 0;  ///< 0 for 4 bytes a parameter
  Collectives collectives = Collectives::formula;

  /// The bytes of one model of so many parameters: float32 on the wire, whatever the scalar type of the numerics.
  Bytes payload_of(Index parameters) const;
};
const std::vector<Field<CommonNetworkSettings>>& common_network_fields();

/// The other inputs of a network.
struct NetworkInputs {
  NodeId nodes = 0;
  Seeds seeds = {};
  const Topology* topology =
      nullptr;  ///< whose graph file may describe links; null if there is no graph of these nodes
  const ComputeBlock* compute = nullptr;  ///< whose devices may describe cards
};

/// The block "network" as it has been read. Nothing is built yet, no other file has been touched.
struct NetworkBlock {
  Choice<NetworkEntry> choice;
  std::optional<PlatformBlock> platform;  ///< of networks that need one
  CommonNetworkSettings common_network;

  /// Throws ExperimentError, also for inputs that the settings ask for and that are not there.
  std::unique_ptr<Network> build(const NetworkInputs& inputs) const;
};

/// The settings of a change.
std::vector<Setting> change_settings();

/// Reads a network's settings, those of every network, and, if it needs one, its block "platform": a star if not given.
/// A text that ends in ".json" means {"kind": "platform_file", "path": text}. Throws ExperimentError.
NetworkBlock read_network(BlockReader& block);

}  // namespace gossamer
