#include "sim/learning/models/sample_table.hpp"

#include <span>
#include <type_traits>

#include "sim/numerics/huge_pages.hpp"

namespace gossamer {

template <class Scalar>
SampleTable<Scalar>::SampleTable(const Samples& samples)
    : count_{samples.count()}, features_{samples.features()}, labels_{&samples.labels} {
  if (samples.is_sparse()) {
    sparse_ = samples.sparse.template cast<Scalar>();
  } else if constexpr (std::is_same_v<Scalar, double>) {
    dense_ = samples.dense.data();
  } else {
    converted_.resize(features_, count_);
    prefer_huge_pages(
        std::as_writable_bytes(std::span{converted_.data(), static_cast<std::size_t>(converted_.size())}));
#pragma omp parallel for schedule(static)
    for (Index k = 0; k < count_; ++k) converted_.col(k) = samples.dense.col(k).template cast<Scalar>();
    dense_ = converted_.data();
  }
}

template <class Scalar>
std::span<const Scalar* const> SampleTable<Scalar>::rows(std::span<const Index> samples, Workspace& workspace) const {
  const Scalar** const pointers = workspace.take<const Scalar*>(static_cast<Index>(samples.size()));
  for (std::size_t b = 0; b < samples.size(); ++b) pointers[b] = row(samples[b]);
  return {pointers, samples.size()};
}

template <class Scalar>
std::span<const std::int32_t> SampleTable<Scalar>::classes(std::span<const Index> samples, Workspace& workspace) const {
  std::int32_t* const classes = workspace.take<std::int32_t>(static_cast<Index>(samples.size()));
  for (std::size_t b = 0; b < samples.size(); ++b) classes[b] = static_cast<std::int32_t>(label(samples[b]));
  return {classes, samples.size()};
}

template class SampleTable<float>;
template class SampleTable<double>;

}  // namespace gossamer
