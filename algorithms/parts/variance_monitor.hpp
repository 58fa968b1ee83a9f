#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sim/ground/parts.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// The variances that a monitor compares with thresholds.
struct Watched {
  double threshold = 1;    ///< Θ ≥ 0
  bool per_layer = false;  ///< a layer of d_l coordinates has the threshold Θ d_l/d
};

/// Decides on all nodes alike whether the variance of their models, or of the layers of their models, may exceed a
/// threshold: see `Fda`. A monitor belongs to one node in one run.
class VarianceMonitor {
 public:
  /// All nodes have the model w0.
  VarianceMonitor(Node& node, const Watched& watched, Params w0);
  VarianceMonitor(const VarianceMonitor&) = delete;
  VarianceMonitor& operator=(const VarianceMonitor&) = delete;
  virtual ~VarianceMonitor() = default;

  /// The layers whose bounds at the nodes' models x exceed their thresholds. A model without layers is one layer. A
  /// barrier.
  Part<std::vector<std::size_t>> exceeded(Params x);
  /// All nodes have the same model x again in these layers.
  Part<bool> restart(std::vector<std::size_t> layers, Params x);

  std::size_t layers() const { return thresholds_.size(); }
  /// The coordinates of some layers, if there are several.
  std::vector<CoordinateRange> ranges(std::span<const std::size_t> layers) const;

 protected:
  /// Bounds of the variance (1/n) Σ_i ‖x_i − x̄‖² of each layer, the same on all nodes. A barrier.
  virtual Part<std::vector<double>> bounds(Params x) = 0;
  /// The common model has moved in these layers.
  virtual Part<bool> moved(Params move, std::vector<std::size_t> layers);

  /// A function of each layer.
  std::shared_ptr<const VectorSummary> in_layers(std::shared_ptr<const VectorSummary> function) const;
  /// a in these layers, and b in the others.
  Params choice(std::span<const std::size_t> layers, const Params& a, const Params& b) const;

  Node& node() const { return node_; }
  const Params& w0() const { return w0_; }
  std::span<const double> thresholds() const { return thresholds_; }

 private:
  Node& node_;
  std::vector<double> thresholds_;
  std::vector<CoordinateRange> ranges_;  ///< empty if there is one layer
  Params w0_;
};

/// A kind of monitor.
class VarianceMonitorKind {
 public:
  static const PartType& part_type();

  virtual ~VarianceMonitorKind() = default;
  virtual std::unique_ptr<VarianceMonitor> monitor(Node& node, const Watched& watched, Params w0) const = 0;
};

/// The state ‖u_i‖² of the drift u_i = x_i − w0; the bound is its mean.
struct NaiveMonitor {};
/// The state (‖u_i‖², ⟨ζ, u_i⟩), where ζ is the unit vector along the last move of w0; the bound is
/// mean ‖u_i‖² − (mean ⟨ζ, u_i⟩)².
struct LinearMonitor {};
/// The state (‖u_i‖², AMS sketch of u_i); the bound is mean ‖u_i‖² − M₂/(1 + 1/√m), where M₂ ≈ ‖ū‖² by the mean sketch.
struct SketchMonitor {
  int rows = 5;       ///< l ≥ 1
  int buckets = 250;  ///< m ≥ 1
};
/// The models themselves, whose variance is exact.
struct ExactMonitor {};
/// Whether ‖u_i‖² exceeds the threshold on any node.
struct GeometricMonitor {};

/// The monitor of an algorithm.
class MonitorChoice {
 public:
  using Part = VarianceMonitorKind;

  MonitorChoice(NaiveMonitor);      // NOLINT: settings of a monitor convert to the choice
  MonitorChoice(LinearMonitor);     // NOLINT
  MonitorChoice(SketchMonitor);     // NOLINT
  MonitorChoice(ExactMonitor);      // NOLINT
  MonitorChoice(GeometricMonitor);  // NOLINT
  explicit MonitorChoice(PartValue chosen) : chosen_{std::move(chosen)} {}

  std::shared_ptr<const VarianceMonitorKind> kind() const { return chosen_.as<VarianceMonitorKind>(); }
  const PartValue& value() const { return chosen_; }

 private:
  PartValue chosen_;
};

/// The kinds of monitors.
const std::vector<PartEntry<VarianceMonitorKind>>& variance_monitors();

}  // namespace gossamer
