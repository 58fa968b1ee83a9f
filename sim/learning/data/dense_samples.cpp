#include "sim/learning/data/dense_samples.hpp"

#include "sim/numerics/huge_pages.hpp"

namespace gossamer {

Samples unset_samples(Index features, Index count) {
  Samples samples;
  samples.dense.resize(features, count);
  prefer_huge_pages(
      std::as_writable_bytes(std::span{samples.dense.data(), static_cast<std::size_t>(features * count)}));
  samples.labels.resize(count);
  return samples;
}

}  // namespace gossamer
