#include "sim/learning/data/sample_weights.hpp"

namespace gossamer {

std::string_view name(NodeWeights weights) { return weights == NodeWeights::equal ? "equal" : "samples"; }

SampleWeights::SampleWeights(const Partition& partition, NodeWeights weights, Index samples)
    : node_scales(partition.samples.size(), 1.0), relative{Eigen::VectorXd::Zero(samples)} {
  // Products of counts are exact, so that equal shares give quotients of exactly 1.
  const auto n = static_cast<double>(partition.samples.size());
  const auto m = static_cast<double>(samples);
  double held = 0;
  for (const auto& own : partition.samples) held += static_cast<double>(own.size());
  for (std::size_t i = 0; i < partition.samples.size(); ++i) {
    const auto own = static_cast<double>(partition.samples[i].size());
    const bool by_samples = weights == NodeWeights::samples;
    if (by_samples) node_scales[i] = n * own / held;
    for (const Index k : partition.samples[i]) relative[k] = by_samples ? m / held : m / (n * own);
  }
  if ((relative.array() == 1).all()) relative.resize(0);
}

}  // namespace gossamer
