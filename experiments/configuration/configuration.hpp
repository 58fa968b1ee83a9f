#pragma once
#include <cstdint>
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
#include "experiments/configuration/record_block.hpp"
#include "experiments/configuration/seeds.hpp"
#include "experiments/configuration/stop_block.hpp"
#include "experiments/configuration/topology_block.hpp"

namespace gossamer {

/// An experiment file that has been read and checked key by key. Nothing is built yet, no other file has been touched. It
/// points to entries of the catalogue with which it has been read.
struct Configuration {
  TopLevelSettings top_level;
  TopologyBlock topology;
  std::optional<ModelBlock> model;  ///< absent only if numerics are off
  Choice<AlgorithmEntry> algorithm;
  NetworkBlock network;
  ComputeBlock compute;
  std::optional<FaultsBlock> faults;
  StopBlock stop;
  RecordBlock record;
  std::string name;      ///< of the file
  std::string resolved;  ///< JSON in canonical form, on one line, every default filled in

  Seeds seeds;  ///< `top_level.seed` is `seeds.all`
};

/// The keys of an experiment file, blocks and others.
const std::vector<std::string>& names_of_blocks();

/// Reads all blocks. Throws ExperimentError for the first key, kind or value that cannot be.
Configuration read_configuration(const Json& source, const std::string& name, const Catalogue& catalogue);

/// The same of a file's content, after the blocks of its machine have been inserted and overrides applied. Each
/// override is `/json/pointer=value`, see `apply_override`.
Configuration read_configuration(Json source, const std::string& name, const std::vector<std::string>& overrides,
                                 const Catalogue& catalogue);

}  // namespace gossamer
