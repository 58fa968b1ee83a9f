#include "sim/learning/models/mlp.hpp"

#include <utility>

#include <Eigen/Core>

#include "sim/learning/models/cross_entropy.hpp"
#include "sim/learning/models/kernels.hpp"

namespace gossamer {
namespace {

template <class Scalar>
using MappedValues = Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>>;

/// A layer's shape and the beginning of its parameters.
struct PlacedLayer : Layer {
  Index weights = 0;
  Index biases() const { return weights + inputs * outputs; }
  Index end() const { return biases() + outputs; }
};

/// Pointers to `count` contiguous rows.
template <class Scalar>
RowList<Scalar> row_list(const Scalar* first, Index count, Index length, Workspace& workspace) {
  const Scalar** const rows = workspace.take<const Scalar*>(count);
  for (Index b = 0; b < count; ++b) rows[b] = first + b * length;
  return {{rows, static_cast<std::size_t>(count)}, length};
}

template <class Scalar>
class MlpModel final : public Model<Scalar> {
 public:
  MlpModel(Index features, Index classes, const Mlp& settings) : activation_{settings.activation}, l2_{settings.l2} {
    Index inputs = features;
    Index start = 0;
    const auto append = [&](Index outputs) {
      layers_.push_back({{.inputs = inputs, .outputs = outputs}, start});
      start = layers_.back().end();
      inputs = outputs;
    };
    for (const Index width : settings.hidden) append(width);
    append(classes);
  }

  Index dimension() const override { return layers_.back().end(); }
  double flops_per_sample(double) const override {
    double flops = 0;
    for (const PlacedLayer& layer : layers_)  // output and weights; no gradient is needed below the first layer
      flops += (layer.weights == 0 ? 4 : 6) * static_cast<double>(layer.inputs) * static_cast<double>(layer.outputs);
    return flops;
  }
  bool fetches_upcoming() const override { return layers_[0].inputs >= long_row; }
  bool classifies() const override { return true; }
  double l2() const override { return l2_; }
  std::vector<Layer> layers() const override { return {layers_.begin(), layers_.end()}; }

  void gradient(const Batch<Scalar>& batch, const Scalar* x, Scalar* g, Workspace& workspace) const override {
    const auto count = static_cast<Index>(batch.samples.size());
    std::vector<RowList<Scalar>> inputs(layers_.size());
    const Logits<Scalar> z = forward(batch, x, inputs, workspace);
    softmax_residuals<Scalar>(z.data, z.classes, z.stride, batch.table.classes(batch.samples, workspace),
                              Scalar{1} / static_cast<Scalar>(count));
    Grid<const Scalar> residuals{z.data, z.stride, 1};
    const auto decay = static_cast<Scalar>(l2_);
    for (std::size_t l = layers_.size(); l-- > 0;) {
      const PlacedLayer& layer = layers_[l];
      weighted_sums<Scalar>(inputs[l], residuals, decay, x + layer.weights, layer.outputs, g + layer.weights);
      bias_gradient<Scalar>(residuals, layer.outputs, count, decay, x + layer.biases(), g + layer.biases());
      if (l > 0) residuals = backward(layer, residuals, inputs[l], x, workspace);
    }
  }

  Score score(const Batch<Scalar>& batch, const Scalar* x, Workspace& workspace) const override {
    std::vector<RowList<Scalar>> inputs(layers_.size());
    const Logits<Scalar> z = forward(batch, x, inputs, workspace);
    return cross_entropy<Scalar>(z, batch.table.classes(batch.samples, workspace));
  }

 private:
  /// Returns the logits; `inputs[l]` becomes the input of layer l, one row for each sample.
  Logits<Scalar> forward(const Batch<Scalar>& batch, const Scalar* x, std::vector<RowList<Scalar>>& inputs,
                         Workspace& workspace) const {
    const auto count = static_cast<Index>(batch.samples.size());
    inputs[0] = {batch.table.rows(batch.samples, workspace), layers_[0].inputs,
                 batch.table.rows(batch.upcoming, workspace)};
    for (std::size_t l = 0; l + 1 < layers_.size(); ++l) {
      const PlacedLayer& layer = layers_[l];
      Scalar* const h = workspace.take<Scalar>(count * layer.outputs);
      inner_products<Scalar>(inputs[l], x + layer.weights, x + layer.biases(), layer.outputs, {h, 1, layer.outputs});
      activate({h, count * layer.outputs});
      inputs[l + 1] = row_list<Scalar>(h, count, layer.outputs, workspace);
    }
    const PlacedLayer& last = layers_.back();
    const auto z = take_logits<Scalar>(last.outputs, count, workspace);
    inner_products<Scalar>(inputs.back(), x + last.weights, x + last.biases(), last.outputs, z.grid());
    return z;
  }

  /// ∂F/∂(inputs of the activation below `layer`), whose outputs are `h`: (W_lᵀ residuals) ∘ φ'.
  Grid<const Scalar> backward(const PlacedLayer& layer, Grid<const Scalar> residuals, const RowList<Scalar>& h,
                              const Scalar* x, Workspace& workspace) const {
    const auto count = static_cast<Index>(h.rows.size());
    Scalar* const below = workspace.take<Scalar>(count * layer.inputs);
    const RowList<Scalar> weights = row_list<Scalar>(x + layer.weights, layer.outputs, layer.inputs, workspace);
    const Grid<const Scalar> transposed{residuals.data, residuals.row_stride, residuals.unit_stride};
    weighted_sums<Scalar>(weights, transposed, Scalar{0}, nullptr, count, below);
    const Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, 1>> value(h.rows[0], count * layer.inputs);
    MappedValues<Scalar> slope(below, count * layer.inputs);
    if (activation_ == Activation::relu) {
      slope = (value > 0).select(slope, Scalar{0});
    } else {
      slope *= 1 - value.square();
    }
    return {below, 1, layer.inputs};
  }

  void activate(MappedValues<Scalar> h) const {
    if (activation_ == Activation::relu) {
      h = (h < 0).select(Scalar{0}, h);  // a NaN remains a NaN
    } else {
      h = h.tanh();
    }
  }

  std::vector<PlacedLayer> layers_;
  Activation activation_;
  double l2_;
};

}  // namespace

template <class Scalar>
std::unique_ptr<Model<Scalar>> mlp(const Dataset& data, const Mlp& settings) {
  require_dense_classes("mlp", data);
  return std::make_unique<MlpModel<Scalar>>(data.train.features(), data.classes, settings);
}

template std::unique_ptr<Model<float>> mlp(const Dataset&, const Mlp&);
template std::unique_ptr<Model<double>> mlp(const Dataset&, const Mlp&);

}  // namespace gossamer
