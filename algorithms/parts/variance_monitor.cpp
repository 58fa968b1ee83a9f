#include "algorithms/parts/variance_monitor.hpp"

#include <cmath>
#include <utility>

#include "sim/numerics/summaries/inner_products.hpp"
#include "sim/numerics/summaries/random_projection.hpp"

namespace gossamer {

VarianceMonitor::VarianceMonitor(Node& node, const Settings& settings, Params w0)
    : node_{node},
      kind_{settings.kind},
      threshold_{settings.threshold},
      sketch_{.rows = static_cast<std::size_t>(settings.sketch_rows),
              .buckets = static_cast<std::size_t>(settings.sketch_buckets)},
      w0_{std::move(w0)} {
  using enum Kind;
  of_drift_ = kind_ == sketch   ? sketch_summary(sketch_)
              : kind_ == linear ? random_projection_summary(sketch_.seed)
                                : squared_norm_summary();
}

Part<bool> VarianceMonitor::exceeds(Params x) {
  if (kind_ == Kind::geometric) {
    const double drift = co_await node_.value(squared_norm(x - w0_));
    co_return co_await node_.all_reduce_mean(drift > threshold_ ? 1.0 : 0.0) > 0;
  }
  co_return co_await estimate(std::move(x)) > threshold_;
}

Summary VarianceMonitor::state(const Params& drift) const {
  if (direction_) return {inner_product_summary(), {drift, direction_}};
  return {of_drift_, {drift}};
}

Part<double> VarianceMonitor::estimate(Params x) {
  using enum Kind;
  if (kind_ == exact) {
    const Params mean = co_await node_.all_reduce_mean(x);
    const std::vector<double> variance = co_await node_.all_reduce_mean(norm_of(x - mean));
    co_return variance[0];
  }
  const std::vector<double> mean = co_await node_.all_reduce_mean(state(x - w0_));
  if (kind_ == linear) co_return mean[0] - mean[1] * mean[1];
  if (kind_ == sketch) {
    const double allowance = 1 + 1 / std::sqrt(static_cast<double>(sketch_.buckets));
    co_return mean[0] - estimated_square(sketch_, mean) / allowance;
  }
  co_return mean[0];
}

Part<bool> VarianceMonitor::restart(Params w0) {
  const Params before = std::exchange(w0_, std::move(w0));
  if (kind_ != Kind::linear) co_return false;
  const double norm = std::sqrt(co_await node_.value(squared_norm(w0_ - before)));
  if (norm > 0) direction_ = (1 / norm) * (w0_ - before);
  co_return norm > 0;
}

}  // namespace gossamer
