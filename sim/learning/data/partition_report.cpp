#include "sim/learning/data/partition_report.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace gossamer {
namespace {

Spread spread(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  return {.min = values.front(), .median = median, .max = values.back()};
}

}  // namespace

PartitionReport describe_partition(const Dataset& data, const Partition& partition) {
  PartitionReport report;
  report.nodes = static_cast<NodeId>(partition.samples.size());
  std::vector<double> sizes, largest_shares, classes;
  std::vector<Index> histogram(static_cast<std::size_t>(data.classes));
  for (const auto& samples : partition.samples) {
    const auto size = static_cast<double>(samples.size());
    report.samples += static_cast<Index>(samples.size());
    sizes.push_back(size);
    if (data.classes == 0) continue;
    std::fill(histogram.begin(), histogram.end(), 0);
    for (const Index k : samples) ++histogram[static_cast<std::size_t>(data.train.labels[k])];
    largest_shares.push_back(static_cast<double>(*std::max_element(histogram.begin(), histogram.end())) / size);
    classes.push_back(static_cast<double>(histogram.size()) -
                      static_cast<double>(std::count(histogram.begin(), histogram.end(), 0)));
  }
  report.sizes = spread(std::move(sizes));
  if (report.samples > 0)
    report.largest_over_mean =
        report.sizes.max * static_cast<double>(report.nodes) / static_cast<double>(report.samples);
  if (data.classes > 0) {
    report.largest_class_share = spread(std::move(largest_shares));
    report.classes_per_node = spread(std::move(classes));
  }
  return report;
}

std::string describe_shares(const PartitionReport& report) {
  const Spread& sizes = report.sizes;
  if (sizes.min == sizes.max) return fmt::format("{} each", sizes.min);
  return fmt::format("{} to {}, median {}, largest {:.3g} times the mean", sizes.min, sizes.max, sizes.median,
                     report.largest_over_mean);
}

std::string remark_on_shares(const PartitionReport& report, NodeWeights weights) {
  if (report.sizes.max - report.sizes.min <= 1) return "";
  return weights == NodeWeights::equal ? "shares are unequal: train_loss is the mean of the nodes' losses, "
                                         "pooled_train_loss that over all samples"
                                       : "shares are unequal: gradients are scaled by a node's share, and train_loss "
                                         "is the mean over all samples";
}

}  // namespace gossamer
