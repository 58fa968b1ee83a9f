#pragma once
#include <optional>
#include <string>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/dataset.hpp"
#include "sim/learning/data/partition.hpp"
#include "sim/learning/data/sample_weights.hpp"

namespace gossamer {

/// The smallest value of a node, the median and the largest value.
struct Spread {
  double min = 0;
  double median = 0;
  double max = 0;
};

/// The differences between the nodes of a partition.
struct PartitionReport {
  NodeId nodes = 0;
  Index samples = 0;                          ///< of all nodes together
  Spread sizes;                               ///< samples of a node
  double largest_over_mean = 1;               ///< samples of the largest node over the mean of all
  std::optional<Spread> largest_class_share;  ///< share of a node's most frequent class; empty for regression
  std::optional<Spread> classes_per_node;     ///< classes that a node has samples of; empty for regression
};

/// Counts sizes and labels. Cost: one pass over the labels and n · classes steps.
PartitionReport describe_partition(const Dataset& data, const Partition& partition);

/// The numbers of samples of nodes: "12 to 460, median 190, largest 2.3 times the mean", or "200 each".
std::string describe_shares(const PartitionReport& report);

/// One sentence on the consequences of unequal shares for the measures. Empty if shares differ by at most one sample,
/// which is unavoidable if n does not divide m.
std::string remark_on_shares(const PartitionReport& report, NodeWeights weights);

}  // namespace gossamer
