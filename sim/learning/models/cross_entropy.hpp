#pragma once
#include <cstdint>
#include <span>

#include "sim/learning/data/dataset.hpp"
#include "sim/learning/models/kernels.hpp"
#include "sim/learning/models/model.hpp"

/// Common parts of classifiers with a softmax output.
namespace gossamer {

/// The outputs z(u, b) of a layer of classes u for samples b, padded as `softmax_residuals` requires.
template <class Scalar>
struct Logits {
  Scalar* data = nullptr;
  Index classes = 0;
  Index stride = 0;

  Grid<Scalar> grid() const { return {data, stride, 1}; }
};

/// Memory for the logits of `samples` samples, with zeros behind them.
template <class Scalar>
Logits<Scalar> take_logits(Index classes, Index samples, Workspace& workspace);

/// Σ_b log Σ_u exp(z(u, b) − z(label_b, b)), and the number of samples whose largest logit is the label's (of equal
/// logits, the first).
template <class Scalar>
Score cross_entropy(const Logits<Scalar>& z, std::span<const std::int32_t> labels);

/// bias_gradient(u) ← Σ_b c(u, b) + decay · biases(u).
template <class Scalar>
void bias_gradient(Grid<const Scalar> c, Index units, Index samples, Scalar decay, const Scalar* biases, Scalar* g);

/// Throws LearningError if the data are not dense samples of classes; the message begins with `model`.
void require_dense_classes(const char* model, const Dataset& data);

}  // namespace gossamer
