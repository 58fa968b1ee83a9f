#include "sim/learning/models/cross_entropy.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gossamer {

template <class Scalar>
Logits<Scalar> take_logits(Index classes, Index samples, Workspace& workspace) {
  const Index stride = (samples + softmax_padding - 1) / softmax_padding * softmax_padding;
  const Logits<Scalar> z{workspace.take<Scalar>(classes * stride), classes, stride};
  for (Index u = 0; u < classes; ++u) std::fill(z.data + u * stride + samples, z.data + (u + 1) * stride, Scalar{0});
  return z;
}

template <class Scalar>
Score cross_entropy(const Logits<Scalar>& z, std::span<const std::int32_t> labels) {
  const Grid<Scalar> logit = z.grid();
  Score score;
  for (std::size_t k = 0; k < labels.size(); ++k) {
    const auto b = static_cast<Index>(k);
    Index best = 0;
    for (Index u = 1; u < z.classes; ++u)
      if (logit(u, b) > logit(best, b)) best = u;
    double sum = 0;
    for (Index u = 0; u < z.classes; ++u) sum += std::exp(static_cast<double>(logit(u, b) - logit(best, b)));
    score.loss += std::log(sum) + static_cast<double>(logit(best, b) - logit(labels[k], b));
    if (best == labels[k]) ++score.correct;
  }
  return score;
}

template <class Scalar>
void bias_gradient(Grid<const Scalar> c, Index units, Index samples, Scalar decay, const Scalar* biases, Scalar* g) {
  for (Index u = 0; u < units; ++u) g[u] = decay == 0 ? Scalar{0} : decay * biases[u];
  if (c.unit_stride == 1) {  // each sample's values are contiguous
    for (Index b = 0; b < samples; ++b)
      for (Index u = 0; u < units; ++u) g[u] += c.data[b * c.row_stride + u];
    return;
  }
  for (Index u = 0; u < units; ++u)
    for (Index b = 0; b < samples; ++b) g[u] += c(u, b);
}

void require_dense_classes(const char* model, const Dataset& data) {
  if (data.classes == 0)
    throw LearningError{fmt::format("{}: data set \"{}\" has real targets, expected classes", model, data.name)};
  if (data.train.is_sparse())
    throw LearningError{fmt::format("{}: data set \"{}\" is sparse, expected dense features", model, data.name)};
}

template Logits<float> take_logits(Index, Index, Workspace&);
template Logits<double> take_logits(Index, Index, Workspace&);
template Score cross_entropy(const Logits<float>&, std::span<const std::int32_t>);
template Score cross_entropy(const Logits<double>&, std::span<const std::int32_t>);
template void bias_gradient(Grid<const float>, Index, Index, float, const float*, float*);
template void bias_gradient(Grid<const double>, Index, Index, double, const double*, double*);

}  // namespace gossamer
