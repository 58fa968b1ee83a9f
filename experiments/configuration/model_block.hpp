#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/dataset_cache.hpp"
#include "experiments/configuration/experiment.hpp"
#include "experiments/configuration/seeds.hpp"
#include "sim/learning/data/data_registry.hpp"
#include "sim/learning/models/initial_params.hpp"
#include "sim/learning/models/model_registry.hpp"

namespace gossamer {

/// The kind of a block "partition" that is not given.
inline constexpr auto usual_partition = "iid";

/// The objects built from a model block. All are empty if there is no model.
struct BuiltModel {
  std::shared_ptr<const Dataset> dataset;
  std::shared_ptr<const Partition> partition;
  std::unique_ptr<AnyProblem> problem;
  std::function<std::unique_ptr<Problem<double>>()> exact_problem;  ///< builds it in float64, whatever the numerics
  InitialParams initial_params;
  Index dimension = 0;
  std::vector<Layer> layers;
  std::optional<double> steps_per_epoch;
  std::optional<NodeWeights> node_weights;  ///< how much nodes count in f; empty without data
  std::vector<Work> step_work;              ///< of one gradient at each node
};

/// The number of nodes, and of those that train.
struct NodeCounts {
  NodeId all = 0;
  NodeId workers = 0;
};

/// The block "model" as it has been read. Nothing is built yet.
struct ModelBlock {
  /// The data, and their partition over the nodes.
  struct Data {
    Choice<DataSourceEntry> source;
    Choice<PartitionEntry> partition;
    Targets targets = Targets::classes;  ///< the kind of targets that the model learns
  };

  Choice<ModelEntry<float>> in_float32;
  Choice<ModelEntry<double>> in_float64;  ///< the same model
  Start start;
  std::optional<Data> data;  ///< absent if the model needs none
  Choice<InitialParamsEntry> initial;

  /// Loads or draws the data, distributes them over the nodes and builds the problem. With numerics off, only the
  /// problem's dimension is kept. Data are shared through the cache, if there is one. Throws ExperimentError, also for a
  /// start from zero that the model cannot leave.
  BuiltModel build(Numerics numerics, NodeCounts nodes, const Seeds& seeds, DatasetCache* cache = nullptr) const;
};

/// Reads a model's settings and its blocks "data", "partition" (iid if not given) and "initial" (if not given, the
/// model's usual kind). Throws ExperimentError.
ModelBlock read_model(BlockReader& block);

}  // namespace gossamer
