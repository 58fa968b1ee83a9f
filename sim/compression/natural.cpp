#include "sim/compression/natural.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace gossamer {
namespace {

/// The layout of a scalar type in memory.
template <class Scalar>
struct Format;
template <>
struct Format<float> {
  using Bits = std::uint32_t;
  static constexpr int mantissa = 23, exponent = 8;
  /// A draw as an offset to the mantissa, in [0, 2^23).
  static Bits offset(std::uint32_t word) { return word >> 9; }
};
template <>
struct Format<double> {
  using Bits = std::uint64_t;
  static constexpr int mantissa = 52, exponent = 11;
  /// The middle of one of 2^32 cells of [0, 2^52).
  static Bits offset(std::uint32_t word) { return static_cast<Bits>(word) << 20 | Bits{1} << 19; }
};

/// Sign and exponent of a number after a random number is added to its mantissa. The carry rounds up, with probability
/// mantissa / 2^bits. Infinities and NaNs stay not finite.
template <class Scalar>
std::uint32_t symbol(Scalar x, std::uint32_t word) {
  using F = Format<Scalar>;
  using Bits = typename F::Bits;
  constexpr Bits infinite = ((Bits{1} << F::exponent) - 1) << F::mantissa;
  const auto bits = std::bit_cast<Bits>(x);
  const Bits magnitude = bits & static_cast<Bits>(~Bits{0}) >> 1;
  const Bits rounded = std::min<Bits>(magnitude + F::offset(word), infinite) >> F::mantissa;
  const Bits sign = bits >> (F::mantissa + F::exponent) << F::exponent;
  return static_cast<std::uint32_t>(sign | rounded);
}

template <class Scalar>
Scalar number(std::uint32_t symbol) {
  using F = Format<Scalar>;
  return std::bit_cast<Scalar>(static_cast<typename F::Bits>(symbol) << F::mantissa);
}

}  // namespace

Bytes Natural::room(Index dimension, std::size_t value_bytes) const {
  return (value_bytes == sizeof(float) ? single_ : double_).bytes(dimension);
}

MessageBits Natural::bits(Index dimension) const {
  const double all = 9.0 * static_cast<double>(dimension);
  return {.nominal = all, .packed = all, .authors = all};
}

template <class Scalar>
EncodedSize Natural::write(std::span<const Scalar> v, Draws draws, std::byte* out) const {
  const SymbolCode& code = sizeof(Scalar) == sizeof(float) ? single_ : double_;
  std::array<std::uint32_t, SymbolCode::chunk> symbols;
  for (std::size_t at = 0; at < v.size(); at += SymbolCode::chunk) {
    const std::size_t count = std::min<std::size_t>(SymbolCode::chunk, v.size() - at);
    draws.fill(std::span{symbols}.first(count));
    for (std::size_t k = 0; k < count; ++k) symbols[k] = symbol(v[at + k], symbols[k]);
    out += code.pack(std::span{symbols}.first(count), out);
  }
  return full_size(v);
}

template <class Scalar>
void Natural::read(std::span<const std::byte> message, Draws, std::span<const Scalar>, std::span<Scalar> v) const {
  const SymbolCode& code = sizeof(Scalar) == sizeof(float) ? single_ : double_;
  const std::byte* in = message.data();
  std::array<std::uint32_t, SymbolCode::chunk> symbols;
  for (std::size_t at = 0; at < v.size(); at += SymbolCode::chunk) {
    const std::size_t count = std::min<std::size_t>(SymbolCode::chunk, v.size() - at);
    in += code.unpack(in, std::span{symbols}.first(count));
    for (std::size_t k = 0; k < count; ++k) v[at + k] = number<Scalar>(symbols[k]);
  }
}

template EncodedSize Natural::write(std::span<const float>, Draws, std::byte*) const;
template EncodedSize Natural::write(std::span<const double>, Draws, std::byte*) const;
template void Natural::read(std::span<const std::byte>, Draws, std::span<const float>, std::span<float>) const;
template void Natural::read(std::span<const std::byte>, Draws, std::span<const double>, std::span<double>) const;

}  // namespace gossamer
