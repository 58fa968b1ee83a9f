#include "algorithms/periodic/fda.hpp"

#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/parts/heavy_ball.hpp"
#include "sim/numerics/functions/choice.hpp"

namespace gossamer {
namespace {

/// The models of all nodes with the means of some layers.
Part<Params> averaged(Node& node, const VarianceMonitor& monitor, std::vector<std::size_t> layers, Params x) {
  if (monitor.layers() == 1) co_return co_await node.all_reduce_mean(x);
  Index all = 0, size = 0;
  for (const Layer& layer : node.layers()) all += layer.size();
  for (const std::size_t layer : layers) size += node.layers()[layer].size();
  const auto share = static_cast<double>(size) / static_cast<double>(all);
  const Encoded part{x, static_cast<Bytes>(std::ceil(static_cast<double>(node.payload()) * share))};
  const Params mean = co_await node.all_reduce_mean(part);
  co_return node.apply(std::make_shared<const RangeChoice>(monitor.ranges(layers)), {mean, x});
}

}  // namespace

Task fda(Node& node, Fda settings) {
  Params x = node.initial_params();
  HeavyBall momentum{settings.momentum};
  const std::shared_ptr<const VarianceMonitorKind> kind = settings.monitor.kind();
  const Watched watched{settings.threshold, settings.per_layer};
  const std::unique_ptr<VarianceMonitor> monitor = kind->monitor(node, watched, x);
  while (node.running()) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(x);
    x = momentum.step(x, eta, g);
    const std::vector<std::size_t> layers = co_await monitor->exceeded(x);
    if (!layers.empty()) {
      x = co_await averaged(node, *monitor, layers, x);
      co_await monitor->restart(layers, x);
    }
    node.report(x);
  }
}

namespace {

std::vector<Field<Fda>> monitoring() {
  return {
      {"threshold", &Fda::threshold, at_least(0), "Θ: the variance (1/n) Σ ‖x_i − x̄‖² above which models are averaged"},
      {"monitor", &Fda::monitor, "how the variance is bounded"},
      {"per_layer", &Fda::per_layer,
       "whether each layer has its share of the threshold, by its size, and is averaged alone"}};
}

}  // namespace

AlgorithmEntry fda_entry() {
  return algorithm<Fda>(
      "fda", "average all models when an estimate of their variance exceeds a threshold (Theologitis et al. 2025)", fda,
      {step_size<Fda>(), monitoring(), momentum<Fda>()},
      "Theologitis, Frangias, Anestis, Samoladas, Deligiannakis, \"Communication-Efficient Distributed Deep Learning "
      "via "
      "Federated Dynamic Averaging\", EDBT 2025, arXiv:2405.20988",
      {.cost = "one gradient; an all-reduce of a few numbers, and one of a payload if they exceed the threshold",
       .vectors = 3,
       .agrees = false,
       .all_reduces = true,
       .decides_by_values = true,
       .sums = {},
       .steps_per_averaging = {}});
}

}  // namespace gossamer
