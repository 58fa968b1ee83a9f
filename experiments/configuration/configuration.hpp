#pragma once
#include <optional>
#include <string>
#include <vector>

#include "algorithms/registry.hpp"
#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/common_blocks.hpp"
#include "experiments/configuration/compute_block.hpp"
#include "experiments/configuration/faults_block.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/model_block.hpp"
#include "experiments/configuration/network_block.hpp"
#include "topologies/registry.hpp"

namespace gossamer {

/// The block "topology".
struct TopologyBlock {
  Choice<TopologyEntry> kind;
  Values weighting;                           ///< common to all kinds
  std::optional<Choice<TopologyEntry>> base;  ///< the block "of", for kinds that make rounds of another graph
};

/// An experiment file that has been read and checked key by key. Nothing is built yet, no other file has been touched. It
/// points to entries of the catalogue with which it has been read.
struct Configuration {
  Heading heading;
  TopologyBlock topology;
  std::optional<ModelBlock> model;  ///< absent only if numerics are off
  Choice<AlgorithmEntry> algorithm;
  NetworkBlock network;
  Wire wire;
  ComputeBlock compute;
  std::optional<FaultsBlock> faults;
  Stop stop;
  Record record;
  std::string name;      ///< of the file
  std::string resolved;  ///< JSON in canonical form, on one line, every default filled in
};

/// The keys of an experiment file, blocks and others.
const std::vector<std::string>& names_of_blocks();

/// Reads all blocks. Throws ExperimentError for the first key, kind or value that cannot be.
Configuration read_configuration(const Json& source, const std::string& name, const Catalogue& catalogue);

/// The same of a file's content, after the blocks of its machine have been inserted and overrides applied. Each
/// override is `/json/pointer=value`, see `apply_override`.
Configuration read_configuration(Json source, const std::string& name, const std::vector<std::string>& overrides,
                                 const Catalogue& catalogue);

/// The topology that a block names.
TopologyBlock read_topology(BlockReader& block);

/// Builds the graph and its mixing matrix. `find_data` finds files. Throws ExperimentError.
Topology build_topology(const TopologyBlock& block, std::uint64_t seed);

/// The network between so many nodes. It may need other blocks for its cards and the graph for its links; `topology` is
/// null if there is no graph of these nodes. Throws ExperimentError.
std::unique_ptr<Network> build_network(const Configuration& configuration, NodeId nodes, const Topology* topology);

}  // namespace gossamer
