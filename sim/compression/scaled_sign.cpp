#include "sim/compression/scaled_sign.hpp"

#include <algorithm>
#include <array>

#include "sim/compression/norms.hpp"
#include "sim/compression/raw_values.hpp"

namespace gossamer {

Bytes ScaledSign::room(Index dimension, std::size_t value_bytes) const {
  return (scale_ == Scale::mean ? static_cast<Bytes>(value_bytes) : 0) + code_.bytes(dimension);
}

MessageBits ScaledSign::bits(Index dimension) const {
  const auto all = static_cast<double>(dimension + (scale_ == Scale::mean ? 32 : 0));
  return {.nominal = all, .packed = all, .authors = all};
}

std::optional<RelativeError> ScaledSign::relative_error(Index dimension) const {
  if (scale_ != Scale::mean) return std::nullopt;
  return RelativeError{1 - 1 / static_cast<double>(dimension), false};
}

template <class Scalar>
EncodedSize ScaledSign::write(std::span<const Scalar> v, Draws, std::byte* out) const {
  if (scale_ == Scale::mean)
    out = put_value(out, v.empty() ? Scalar{0} : static_cast<Scalar>(norm1(v) / static_cast<Scalar>(v.size())));
  std::array<std::uint32_t, SymbolCode::chunk> negative;
  for (std::size_t at = 0; at < v.size(); at += SymbolCode::chunk) {
    const std::size_t count = std::min<std::size_t>(SymbolCode::chunk, v.size() - at);
    for (std::size_t k = 0; k < count; ++k) negative[k] = v[at + k] < 0 ? 1 : 0;
    out += code_.pack(std::span{negative}.first(count), out);
  }
  return full_size(v);
}

template <class Scalar>
void ScaledSign::read(std::span<const std::byte> message, Draws, std::span<const Scalar>, std::span<Scalar> v) const {
  const auto mean = scale_ == Scale::mean ? value_at<Scalar>(message.data()) : Scalar{1};
  const std::byte* in = message.data() + (scale_ == Scale::mean ? sizeof(Scalar) : 0);
  std::array<std::uint32_t, SymbolCode::chunk> negative;
  for (std::size_t at = 0; at < v.size(); at += SymbolCode::chunk) {
    const std::size_t count = std::min<std::size_t>(SymbolCode::chunk, v.size() - at);
    in += code_.unpack(in, std::span{negative}.first(count));
    for (std::size_t k = 0; k < count; ++k) v[at + k] = negative[k] == 0 ? mean : -mean;
  }
}

template EncodedSize ScaledSign::write(std::span<const float>, Draws, std::byte*) const;
template EncodedSize ScaledSign::write(std::span<const double>, Draws, std::byte*) const;
template void ScaledSign::read(std::span<const std::byte>, Draws, std::span<const float>, std::span<float>) const;
template void ScaledSign::read(std::span<const std::byte>, Draws, std::span<const double>, std::span<double>) const;

}  // namespace gossamer
