#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/experiment.hpp"
#include "experiments/configuration/model_block.hpp"

namespace gossamer {

/// The block "stop".
struct StopBlock {
  std::optional<Seconds> virtual_time;
  std::optional<std::int64_t> node_steps;
  std::optional<double> epochs;
  std::optional<double> target_loss;
  std::optional<double> target_accuracy;
  std::optional<double> target_local_loss;
  std::optional<double> target_local_accuracy;
  std::optional<double> target_consensus_distance;
  Judge judge = Judge::records;
  std::optional<Bytes> sent_bytes;
  Place place;

  /// The first key of a target that needs models; null if there is no such target.
  const char* target_of_models() const;
  Limits limits() const;
  /// Throws ExperimentError for a target that this model does not have.
  StopTargets targets(const BuiltModel& built_model) const;
};
const std::vector<Field<StopBlock>>& stop_fields();

/// Reads the block, which must have an end. `has_model` is false without a model, which `epochs` needs.
/// Throws ExperimentError.
StopBlock read_stop(BlockReader& block, Numerics numerics, bool has_model);

}  // namespace gossamer
