#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/learning/data/dataset.hpp"
#include "sim/learning/models/model.hpp"

namespace gossamer {

/// The activation function after a hidden layer.
enum class Activation { relu, tanh };

/// A multilayer perceptron with a softmax output.
///
///     h_0 = a_k;   h_l = φ(W_l h_{l−1} + c_l);   z = W_out h + c_out
///     F(x; B) = 1/|B| Σ_{k ∈ B} [log Σ_u exp(z_u) − z_{y_k}] + λ/2 ‖x‖²        (a mean over the batch)
///
/// The derivative of relu at 0 is taken as 0.
/// Shapes  x = (W_1, c_1, …, W_out, c_out): W_l is outputs × inputs, each output's weights contiguous.
/// Cost    4 |B| Σ_l outputs_l · inputs_l flops, and 2 |B| outputs_l · inputs_l more for every layer but the first.
/// Errors  LearningError for data that are sparse or not classes. At x = 0 all hidden units of a layer are equal and
///         remain so: start elsewhere.
struct Mlp {
  std::vector<std::int64_t> hidden = {64};   ///< widths of the hidden layers, each ≥ 1
  Activation activation = Activation::relu;  ///< φ
  double l2 = 0;                             ///< λ ≥ 0
};
template <class Scalar>
std::unique_ptr<Model<Scalar>> mlp(const Dataset& data, const Mlp& settings);

}  // namespace gossamer
