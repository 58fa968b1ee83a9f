#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/ground/settings.hpp"
#include "sim/learning/data/dataset.hpp"
#include "sim/learning/data/partition.hpp"

namespace gossamer {

/// Inputs of a data source besides its settings.
struct DataContext {
  std::uint64_t seed = 1;

  /// The kind of targets that the model learns. Labels in files have this meaning unless a source's settings give
  /// another.
  Targets targets = Targets::classes;

  /// Returns the existing path for a configured one, or throws.
  std::function<std::filesystem::path(const std::string&)> resolve = {};
};

using DataSourceEntry = Entry<Dataset(const DataContext&)>;
using PartitionEntry = Entry<Partition(const Dataset&, NodeId nodes, std::uint64_t seed)>;

/// The sources of data: idx, libsvm, npy, synthetic_classification, synthetic_regression. Every source also has the
/// settings that prepare data: test_fraction, train_limit, test_limit and normalize, applied in this order.
const std::vector<DataSourceEntry>& data_sources();

/// The rules that assign samples to nodes: iid, contiguous, label_shards, dirichlet, dirichlet_mixture.
const std::vector<PartitionEntry>& partitions();

}  // namespace gossamer
