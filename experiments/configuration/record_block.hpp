#pragma once
#include <optional>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/common_blocks.hpp"
#include "experiments/configuration/experiment.hpp"
#include "experiments/configuration/stop_block.hpp"

namespace gossamer {

/// The block "record".
struct RecordBlock {
  std::optional<Seconds> every;
  std::optional<double> every_node_steps;
  Index train_samples = 0;  ///< 0 for all
  bool test = true;
  bool gradient_norm = true;
  bool constants = false;
  NodeRecords nodes = NodeRecords::all;
  static constexpr Index all = -1;  ///< of `local_nodes` and `local_samples`
  Index local_nodes = 8;
  Index local_samples = 0;  ///< 0 for as many as are cheap
  Place place;

  /// Throws ExperimentError for samples that the data do not have. `data` is null for a model without data.
  RecordSettings settings(const TopLevelSettings& top_level, const Dataset* data, NodeId node_count) const;
};

/// The interval between records if none is given; at most one of the two.
struct UsualInterval {
  std::optional<double> every;  ///< seconds
  std::optional<double> every_node_steps;
};
std::vector<Field<RecordBlock>> record_fields(const UsualInterval& usual = {});

/// Reads the block. If it has no interval, the default is filled in, so that the resolved text contains it.
/// Throws ExperimentError, also for targets that these records do not measure.
RecordBlock read_record(BlockReader& block, const StopBlock& stop);

}  // namespace gossamer
