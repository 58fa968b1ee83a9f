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

/// What a data source needs beside its settings.
struct DataContext {
  std::uint64_t seed = 1;

  /// What the model learns: labels in files mean that unless a source says otherwise.
  Targets targets = Targets::classes;

  /// Turns a configured path into one that exists, or throws.
  std::function<std::filesystem::path(const std::string&)> resolve = {};
};

/// Where data come from: idx, libsvm, npy, synthetic_classification, synthetic_regression. Every source also has the
/// settings that prepare data: test_fraction, train_limit, test_limit and normalize, applied in this order.
const std::vector<Entry<Dataset(const DataContext&)>>& data_sources();

/// Who holds which sample: iid, contiguous, label_shards, dirichlet, dirichlet_mixture.
const std::vector<Entry<Partition(const Dataset&, NodeId nodes, std::uint64_t seed)>>& partitions();

}  // namespace gossamer
