#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "sim/node.hpp"
#include "sim/numerics/summaries/ams_sketch.hpp"
#include "sim/numerics/vector_function.hpp"

namespace gossamer {

/// Decides on all nodes alike whether the variance of their models, or of the layers of their models, may exceed a
/// threshold: see `Fda`.
class VarianceMonitor {
 public:
  enum class Kind { naive, linear, sketch, exact, geometric };
  struct Settings {
    double threshold = 1;  ///< Θ ≥ 0
    Kind kind = Kind::linear;
    int sketch_rows = 5;       ///< l ≥ 1
    int sketch_buckets = 250;  ///< m ≥ 1
    bool per_layer = false;    ///< a layer of d_l coordinates has the threshold Θ d_l/d
  };

  /// All nodes have the model w0.
  VarianceMonitor(Node& node, const Settings& settings, Params w0);

  /// The layers whose estimates at the nodes' models x exceed their thresholds. A model without layers is one layer. A
  /// barrier.
  Part<std::vector<std::size_t>> exceeded(Params x);

  /// All nodes have the same model x again in these layers.
  Part<bool> restart(std::vector<std::size_t> layers, Params x);

  std::size_t layers() const { return thresholds_.size(); }
  /// The coordinates of some layers, if there are several.
  std::vector<CoordinateRange> ranges(std::span<const std::size_t> layers) const;

 private:
  /// The function for each layer.
  std::shared_ptr<const VectorSummary> in_layers(std::shared_ptr<const VectorSummary> function) const;
  /// The numbers whose means give the estimates, as a function of models.
  Part<Summary> state(Params x);
  /// The estimate for one layer, by the means of its numbers.
  double estimate(std::size_t layer, std::span<const double> mean) const;

  Node& node_;
  Kind kind_;
  AmsSketch sketch_;
  std::vector<double> thresholds_;
  std::vector<CoordinateRange> ranges_;              ///< empty if there is one layer
  std::shared_ptr<const VectorSummary> norms_;       ///< squared norms
  std::shared_ptr<const VectorSummary> of_drift_;    ///< a node's state, of the drift and perhaps a direction
  Params w0_;
  Params direction_;             ///< a multiple of ζ, in each layer
  std::vector<double> squares_;  ///< its squared norms
};

}  // namespace gossamer
