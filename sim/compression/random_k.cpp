#include "sim/compression/random_k.hpp"

#include <algorithm>
#include <cstring>

#include "sim/compression/raw_values.hpp"
#include "sim/ground/random_set.hpp"

namespace gossamer {

Bytes RandomK::room(Index dimension, std::size_t value_bytes) const {
  return sparsity_.kept(dimension) * static_cast<Bytes>(value_bytes);
}

MessageBits RandomK::bits(Index dimension) const {
  const auto k = static_cast<double>(sparsity_.kept(dimension));
  return {.nominal = 32 * k + k * position_bits(dimension), .packed = 32 * k, .authors = 64 * k};
}

std::optional<RelativeError> RandomK::relative_error(Index dimension) const {
  const double share = static_cast<double>(sparsity_.kept(dimension)) / static_cast<double>(dimension);
  return unbiased_ ? RelativeError{1 / share - 1, true} : RelativeError{1 - share, false};
}

template <class Scalar>
EncodedSize RandomK::write(std::span<const Scalar> v, Draws draws, std::byte* out) const {
  const auto d = static_cast<Index>(v.size());
  for_each_member(random_set(sparsity_.kept(d), d, draws), [&](std::size_t i) { out = put_value(out, v[i]); });
  return full_size(v);
}

template <class Scalar>
void RandomK::read(std::span<const std::byte> message, Draws draws, std::span<const Scalar>,
                   std::span<Scalar> v) const {
  const auto d = static_cast<Index>(v.size());
  const Index k = sparsity_.kept(d);
  const auto scale = unbiased_ ? static_cast<Scalar>(static_cast<double>(d) / static_cast<double>(k)) : Scalar{1};
  std::fill(v.begin(), v.end(), Scalar{0});
  const std::byte* in = message.data();
  for_each_member(random_set(k, d, draws), [&](std::size_t i) {
    v[i] = scale * value_at<Scalar>(in);
    in += sizeof(Scalar);
  });
}

template EncodedSize RandomK::write(std::span<const float>, Draws, std::byte*) const;
template EncodedSize RandomK::write(std::span<const double>, Draws, std::byte*) const;
template void RandomK::read(std::span<const std::byte>, Draws, std::span<const float>, std::span<float>) const;
template void RandomK::read(std::span<const std::byte>, Draws, std::span<const double>, std::span<double>) const;

}  // namespace gossamer
