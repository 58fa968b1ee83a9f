#pragma once
#include <memory>
#include <vector>

#include "sim/node.hpp"
#include "sim/numerics/summaries/ams_sketch.hpp"

namespace gossamer {

/// Decides on all nodes alike whether the variance of their models may exceed a threshold: see `Fda`.
class VarianceMonitor {
 public:
  enum class Kind { naive, linear, sketch, exact, geometric };
  struct Settings {
    double threshold = 1;  ///< Θ ≥ 0
    Kind kind = Kind::linear;
    int sketch_rows = 5;       ///< l ≥ 1
    int sketch_buckets = 250;  ///< m ≥ 1
  };

  /// All nodes have the model w0.
  VarianceMonitor(Node& node, const Settings& settings, Params w0);

  /// Whether the estimate at the nodes' models x exceeds the threshold. A barrier.
  Part<bool> exceeds(Params x);

  /// All nodes have the model w0 again.
  Part<bool> restart(Params w0);

 private:
  Part<double> estimate(Params x);
  /// The function of drifts that gives a node's state.
  Summary state(const Params& drift) const;

  Node& node_;
  Kind kind_;
  double threshold_;
  AmsSketch sketch_;
  std::shared_ptr<const VectorSummary> of_drift_;  ///< of a monitor that needs no vector but the drift
  Params w0_;
  Params direction_;  ///< ζ; empty before w0 has moved
};

}  // namespace gossamer
