#include "algorithms/parts/variance_monitor.hpp"

#include <cmath>
#include <utility>

#include "sim/numerics/functions/choice.hpp"
#include "sim/numerics/functions/normal_vector.hpp"
#include "sim/numerics/summaries/by_ranges.hpp"
#include "sim/numerics/summaries/inner_products.hpp"

namespace gossamer {

VarianceMonitor::VarianceMonitor(Node& node, const Settings& settings, Params w0)
    : node_{node},
      kind_{settings.kind},
      sketch_{.rows = static_cast<std::size_t>(settings.sketch_rows),
              .buckets = static_cast<std::size_t>(settings.sketch_buckets)},
      thresholds_{settings.threshold},
      w0_{std::move(w0)} {
  if (settings.per_layer && node.layers().size() > 1) {
    for (const Layer& layer : node.layers()) {
      const Index begin = ranges_.empty() ? 0 : ranges_.back().end;
      ranges_.push_back({begin, begin + layer.size()});
    }
    const auto d = static_cast<double>(ranges_.back().end);
    thresholds_.clear();
    for (const Layer& layer : node.layers())
      thresholds_.push_back(settings.threshold * (static_cast<double>(layer.size()) / d));
  }
  norms_ = in_layers(squared_norm_summary());
  using enum Kind;
  of_drift_ = kind_ == sketch   ? in_layers(sketch_summary(sketch_))
              : kind_ == linear ? in_layers(inner_product_summary())
                                : norms_;
}

std::shared_ptr<const VectorSummary> VarianceMonitor::in_layers(std::shared_ptr<const VectorSummary> function) const {
  return ranges_.empty() ? function : summary_by_ranges(std::move(function), ranges_);
}

Part<std::vector<std::size_t>> VarianceMonitor::exceeded(Params x) {
  std::vector<double> mean;
  if (kind_ == Kind::geometric) {
    const Summary drift{norms_, {x - w0_}};
    std::vector<double> beyond = co_await node_.value(drift);
    for (std::size_t l = 0; l < beyond.size(); ++l) beyond[l] = beyond[l] > thresholds_[l] ? 1 : 0;
    mean = co_await node_.all_reduce_mean(std::move(beyond));
  } else {
    Summary own = co_await state(std::move(x));
    mean = co_await node_.all_reduce_mean(std::move(own));
  }
  const std::size_t size = mean.size() / layers();
  std::vector<std::size_t> result;
  for (std::size_t l = 0; l < layers(); ++l) {
    const double allowed = kind_ == Kind::geometric ? 0 : thresholds_[l];
    if (estimate(l, std::span{mean}.subspan(l * size, size)) > allowed) result.push_back(l);
  }
  co_return result;
}

Part<Summary> VarianceMonitor::state(Params x) {
  if (kind_ == Kind::exact) {
    const Params mean = co_await node_.all_reduce_mean(x);
    Summary deviation{norms_, {x - mean}};
    co_return deviation;
  }
  Summary drift{of_drift_, {x - w0_}};
  if (kind_ != Kind::linear) co_return drift;
  if (!direction_) {
    direction_ = node_.apply(std::make_shared<const NormalVector>(node_.common_draws(Purpose::sketch, 0)), {});
    const Summary length{norms_, {direction_}};
    squares_ = co_await node_.value(length);
  }
  drift.of.push_back(direction_);
  co_return drift;
}

double VarianceMonitor::estimate(std::size_t layer, std::span<const double> mean) const {
  if (kind_ == Kind::linear) return mean[0] - mean[1] * mean[1] / squares_[layer];
  if (kind_ != Kind::sketch) return mean[0];
  const double allowance = 1 + 1 / std::sqrt(static_cast<double>(sketch_.buckets));
  return mean[0] - estimated_square(sketch_, mean) / allowance;
}

std::vector<CoordinateRange> VarianceMonitor::ranges(std::span<const std::size_t> layers) const {
  std::vector<CoordinateRange> result;
  for (const std::size_t layer : layers) result.push_back(ranges_[layer]);
  return result;
}

Part<bool> VarianceMonitor::restart(std::vector<std::size_t> layers, Params x) {
  const Params before = w0_;
  w0_ = ranges_.empty() ? x : node_.apply(std::make_shared<const RangeChoice>(ranges(layers)), {x, before});
  if (kind_ != Kind::linear) co_return false;
  const Params move = w0_ - before;
  const Summary length{norms_, {move}};
  const std::vector<double> squares = co_await node_.value(length);
  std::erase_if(layers, [&](std::size_t layer) { return squares[layer] == 0; });
  for (const std::size_t layer : layers) squares_[layer] = squares[layer];
  if (!layers.empty())
    direction_ = ranges_.empty() ? move
                                 : node_.apply(std::make_shared<const RangeChoice>(ranges(layers)), {move, direction_});
  co_return true;
}

}  // namespace gossamer
