#pragma once
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "sim/ground/random.hpp"
#include "sim/learning/data/dataset.hpp"
#include "sim/learning/data/partition.hpp"

namespace gossamer {

/// A matrix of standard normal elements.
inline Eigen::MatrixXd random_matrix(Index rows, Index columns, std::uint64_t seed) {
  Draws draws{seed, Purpose::data};
  Eigen::MatrixXd matrix(rows, columns);
  for (double& element : matrix.reshaped()) element = standard_normal(draws);
  return matrix;
}

/// Normal features, of which `zero_share` are exactly 0, and independent labels: normal targets if `classes` is 0.
inline Samples random_samples(Index features, Index count, int classes, std::uint64_t seed, double zero_share = 0) {
  Samples samples{.dense = random_matrix(features, count, seed), .sparse = {}, .labels = Eigen::VectorXd(count)};
  Draws draws{seed, Purpose::split};
  for (double& element : samples.dense.reshaped())
    if (draws.uniform() < zero_share) element = 0;
  for (double& label : samples.labels)
    label =
        classes == 0 ? standard_normal(draws) : static_cast<double>(draws.below(static_cast<std::uint64_t>(classes)));
  return samples;
}

inline std::shared_ptr<const Dataset> random_dataset(Index features, Index train, Index test, int classes,
                                                     std::uint64_t seed = 1) {
  return std::make_shared<const Dataset>(Dataset{.name = "random",
                                                 .classes = classes,
                                                 .train = random_samples(features, train, classes, seed),
                                                 .test = random_samples(features, test, classes, seed + 1000)});
}

/// The same data with sparse features.
inline std::shared_ptr<const Dataset> made_sparse(const Dataset& data) {
  Dataset result = data;
  for (Samples* part : {&result.train, &result.test}) {
    part->sparse = part->dense.sparseView().cast<double>();
    part->dense.resize(0, 0);
  }
  return std::make_shared<const Dataset>(std::move(result));
}

/// Sample k belongs to node k mod n.
inline std::shared_ptr<const Partition> dealt_partition(Index samples, NodeId nodes) {
  Partition partition;
  partition.samples.resize(static_cast<std::size_t>(nodes));
  for (Index k = 0; k < samples; ++k) partition.samples[static_cast<std::size_t>(k % nodes)].push_back(k);
  return std::make_shared<const Partition>(std::move(partition));
}

}  // namespace gossamer
