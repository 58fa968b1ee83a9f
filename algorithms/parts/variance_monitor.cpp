#include "algorithms/parts/variance_monitor.hpp"

#include "sim/numerics/functions/choice.hpp"
#include "sim/numerics/summaries/by_ranges.hpp"

namespace gossamer {

VarianceMonitor::VarianceMonitor(Node& node, const Watched& watched, Params w0)
    : node_{node}, thresholds_{watched.threshold}, w0_{std::move(w0)} {
  const std::span<const Layer> layers = node.layers();
  if (!watched.per_layer || layers.size() < 2) return;
  for (const Layer& layer : layers) {
    const Index begin = ranges_.empty() ? 0 : ranges_.back().end;
    ranges_.push_back({begin, begin + layer.size()});
  }
  const auto d = static_cast<double>(ranges_.back().end);
  thresholds_.clear();
  for (const Layer& layer : layers) thresholds_.push_back(watched.threshold * (static_cast<double>(layer.size()) / d));
}

Part<std::vector<std::size_t>> VarianceMonitor::exceeded(Params x) {
  const std::vector<double> found = co_await bounds(std::move(x));
  std::vector<std::size_t> result;
  for (std::size_t layer = 0; layer < layers(); ++layer)
    if (found[layer] > thresholds_[layer]) result.push_back(layer);
  co_return result;
}

Part<bool> VarianceMonitor::restart(std::vector<std::size_t> layers, Params x) {
  const Params before = w0_;
  w0_ = choice(layers, x, before);
  co_return co_await moved(w0_ - before, std::move(layers));
}

Part<bool> VarianceMonitor::moved(Params, std::vector<std::size_t>) { co_return false; }

std::vector<CoordinateRange> VarianceMonitor::ranges(std::span<const std::size_t> layers) const {
  std::vector<CoordinateRange> result;
  for (const std::size_t layer : layers) result.push_back(ranges_[layer]);
  return result;
}

std::shared_ptr<const VectorSummary> VarianceMonitor::in_layers(std::shared_ptr<const VectorSummary> function) const {
  return ranges_.empty() ? function : summary_by_ranges(std::move(function), ranges_);
}

Params VarianceMonitor::choice(std::span<const std::size_t> layers, const Params& a, const Params& b) const {
  return ranges_.empty() ? a : node_.apply(std::make_shared<const RangeChoice>(ranges(layers)), {a, b});
}

}  // namespace gossamer
