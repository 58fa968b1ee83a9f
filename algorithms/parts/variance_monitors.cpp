#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "algorithms/parts/variance_monitor.hpp"
#include "sim/numerics/functions/normal_vector.hpp"
#include "sim/numerics/summaries/ams_sketch.hpp"
#include "sim/numerics/summaries/inner_products.hpp"

// The kinds of monitors.
namespace gossamer {
namespace {

class NaiveBounds final : public VarianceMonitor {
 public:
  using VarianceMonitor::VarianceMonitor;

 private:
  Part<std::vector<double>> bounds(Params x) override {
    Summary norms{in_layers(squared_norm_summary()), {x - w0()}};
    co_return co_await node().all_reduce_mean(std::move(norms));
  }
};

class LinearBounds final : public VarianceMonitor {
 public:
  LinearBounds(Node& node, const Watched& watched, Params w0)
      : VarianceMonitor{node, watched, std::move(w0)},
        direction_{
            this->node().apply(std::make_shared<const NormalVector>(node.common_draws(Purpose::sketch, 0)), {})} {}

 private:
  Part<std::vector<double>> bounds(Params x) override {
    if (squares_.empty()) squares_ = co_await squared_norms(direction_);
    Summary state{in_layers(inner_product_summary()), {x - w0(), direction_}};
    const std::vector<double> mean = co_await node().all_reduce_mean(std::move(state));
    std::vector<double> result;
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      const double product = mean[2 * layer + 1];
      result.push_back(mean[2 * layer] - product * product / squares_[layer]);
    }
    co_return result;
  }

  Part<bool> moved(Params move, std::vector<std::size_t> layers) override {
    const std::vector<double> squares = co_await squared_norms(move);
    std::erase_if(layers, [&](std::size_t layer) { return squares[layer] == 0; });
    for (const std::size_t layer : layers) squares_[layer] = squares[layer];
    if (!layers.empty()) direction_ = choice(layers, move, direction_);
    co_return true;
  }

  Part<std::vector<double>> squared_norms(Params v) {
    Summary norms{in_layers(squared_norm_summary()), {v}};
    co_return co_await node().value(norms);
  }

  Params direction_;             ///< a multiple of ζ, in each layer; a random vector before the first move
  std::vector<double> squares_;  ///< its squared norms
};

class SketchBounds final : public VarianceMonitor {
 public:
  SketchBounds(SketchMonitor settings, Node& node, const Watched& watched, Params w0)
      : VarianceMonitor{node, watched, std::move(w0)},
        sketch_{.rows = static_cast<std::size_t>(settings.rows), .buckets = static_cast<std::size_t>(settings.buckets)},
        of_drift_{in_layers(sketch_summary(sketch_))} {}

 private:
  Part<std::vector<double>> bounds(Params x) override {
    Summary state{of_drift_, {x - w0()}};
    const std::vector<double> mean = co_await node().all_reduce_mean(std::move(state));
    const std::size_t size = mean.size() / layers();
    const double allowance = 1 + 1 / std::sqrt(static_cast<double>(sketch_.buckets));
    std::vector<double> result;
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      const auto of_layer = std::span{mean}.subspan(layer * size, size);
      result.push_back(of_layer[0] - estimated_square(sketch_, of_layer) / allowance);
    }
    co_return result;
  }

  AmsSketch sketch_;
  std::shared_ptr<const VectorSummary> of_drift_;
};

class ExactVariances final : public VarianceMonitor {
 public:
  using VarianceMonitor::VarianceMonitor;

 private:
  Part<std::vector<double>> bounds(Params x) override {
    const Params mean = co_await node().all_reduce_mean(x);
    Summary norms{in_layers(squared_norm_summary()), {x - mean}};
    co_return co_await node().all_reduce_mean(std::move(norms));
  }
};

class GeometricTest final : public VarianceMonitor {
 public:
  using VarianceMonitor::VarianceMonitor;

 private:
  Part<std::vector<double>> bounds(Params x) override {
    const Summary norms{in_layers(squared_norm_summary()), {x - w0()}};
    std::vector<double> numbers = co_await node().value(norms);
    for (std::size_t layer = 0; layer < layers(); ++layer)
      numbers[layer] = numbers[layer] > thresholds()[layer] ? 1 : 0;
    std::vector<double> nodes = co_await node().all_reduce_mean(std::move(numbers));
    for (double& share : nodes) share = share > 0 ? std::numeric_limits<double>::infinity() : 0;
    co_return nodes;
  }
};

/// The kind whose monitors are objects of the class `Monitor`.
template <class Settings, class Monitor>
class KindOf final : public VarianceMonitorKind {
 public:
  explicit KindOf(Settings settings) : settings_{settings} {}
  std::unique_ptr<VarianceMonitor> monitor(Node& node, const Watched& watched, Params w0) const override {
    if constexpr (std::is_empty_v<Settings>)
      return std::make_unique<Monitor>(node, watched, std::move(w0));
    else
      return std::make_unique<Monitor>(settings_, node, watched, std::move(w0));
  }

 private:
  [[maybe_unused]] Settings settings_;
};

using Kind = std::shared_ptr<const VarianceMonitorKind>;

Kind kind_of(NaiveMonitor s) { return std::make_shared<const KindOf<NaiveMonitor, NaiveBounds>>(s); }
Kind kind_of(LinearMonitor s) { return std::make_shared<const KindOf<LinearMonitor, LinearBounds>>(s); }
Kind kind_of(SketchMonitor s) { return std::make_shared<const KindOf<SketchMonitor, SketchBounds>>(s); }
Kind kind_of(ExactMonitor s) { return std::make_shared<const KindOf<ExactMonitor, ExactVariances>>(s); }
Kind kind_of(GeometricMonitor s) { return std::make_shared<const KindOf<GeometricMonitor, GeometricTest>>(s); }

template <class Settings>
PartEntry<VarianceMonitorKind> kind(std::string name, std::string sentence, std::vector<Field<Settings>> fields = {},
                                    std::string source = {}) {
  return entry<Kind(), Settings>(
      std::move(name), std::move(sentence), [](Settings s) { return kind_of(s); }, std::move(fields),
      std::move(source));
}

}  // namespace

const std::vector<PartEntry<VarianceMonitorKind>>& variance_monitors() {
  static const std::vector<PartEntry<VarianceMonitorKind>> entries{
      kind<NaiveMonitor>("naive", "the mean of the drifts' squared norms, above the variance"),
      kind<LinearMonitor>("linear", "the same less the square of a mean projection, closer to the variance"),
      kind<SketchMonitor>("sketch", "the same less the squared norm of the mean drift, as sketches estimate it",
                          {{"rows", &SketchMonitor::rows, at_least(1), "rows l of a sketch"},
                           {"buckets", &SketchMonitor::buckets, at_least(1), "buckets m of a row"}},
                          "Cormode, Garofalakis, \"Sketching Streams Through the Net: Distributed Approximate Query "
                          "Tracking\", VLDB 2005"),
      kind<ExactMonitor>("exact", "the variance itself, by an all-reduce of the models"),
      kind<GeometricMonitor>("geometric", "whether the drift of any node exceeds the threshold", {},
                             "Kamp et al., \"Efficient Decentralized Deep Learning by Dynamic Model Averaging\", ECML "
                             "PKDD 2018")};
  return entries;
}

const PartType& VarianceMonitorKind::part_type() {
  static const PartType type{.name = "monitors",
                             .noun = "a variance monitor",
                             .note = "an upper bound of (1/n) Σ ‖x_i − x̄‖², the same on all nodes"};
  return type;
}

namespace {

const PartEntry<VarianceMonitorKind>& named(const std::string& name) {
  for (const auto& entry : variance_monitors())
    if (entry.name == name) return entry;
  throw std::logic_error{"no monitor \"" + name + "\""};
}
PartValue chosen(const std::string& name, Values values = {}) {
  return part_value(VarianceMonitorKind::part_type(), named(name), std::move(values));
}

}  // namespace

MonitorChoice::MonitorChoice(NaiveMonitor) : chosen_{chosen("naive")} {}
MonitorChoice::MonitorChoice(LinearMonitor) : chosen_{chosen("linear")} {}
MonitorChoice::MonitorChoice(SketchMonitor s)
    : chosen_{chosen("sketch", {{"rows", std::int64_t{s.rows}}, {"buckets", std::int64_t{s.buckets}}})} {}
MonitorChoice::MonitorChoice(ExactMonitor) : chosen_{chosen("exact")} {}
MonitorChoice::MonitorChoice(GeometricMonitor) : chosen_{chosen("geometric")} {}

}  // namespace gossamer
