#include "sim/compression/level_quantizer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "sim/compression/norms.hpp"
#include "sim/compression/raw_values.hpp"

namespace gossamer {
namespace {

/// The symbols of coordinates that share a norm: L plus or minus the level.
///
/// Rounding may raise the largest coordinate above the last level by a unit in the last place. Hence the minimum.
template <class Scalar, class Share>
void quantize(std::span<const Scalar> v, const Scalar* u, Scalar levels, Share share, std::uint32_t* symbol) {
  for (std::size_t k = 0; k < v.size(); ++k) {
    const Scalar level = std::min(levels, std::floor(share(std::abs(v[k])) + u[k]));
    symbol[k] = static_cast<std::uint32_t>(static_cast<std::int32_t>(levels + std::copysign(level, v[k])));
  }
}

template <class Scalar>
void quantize(std::span<const Scalar> v, const Scalar* u, Scalar levels, Scalar norm, std::uint32_t* symbol) {
  const Scalar scale = levels / norm;
  if (norm == 0 || !std::isfinite(norm)) {
    std::fill_n(symbol, v.size(), static_cast<std::uint32_t>(norm == 0 ? levels : 2 * levels));
  } else if (std::isnormal(scale)) {
    quantize(
        v, u, levels, [scale](Scalar x) { return x * scale; }, symbol);
  } else {  // the norm is so small or so large that its inverse is not a finite normal number
    quantize(
        v, u, levels, [norm, levels](Scalar x) { return x / norm * levels; }, symbol);
  }
}

/// Calls `f(first, last, block)` for each part of [begin, end) that lies in one block.
template <class F>
void for_each_block(Index begin, Index end, Index length, F f) {
  for (Index at = begin; at < end;) {
    const Index block = at / length, last = std::min(end, (block + 1) * length);
    f(at, last, block);
    at = last;
  }
}

}  // namespace

LevelQuantizer::LevelQuantizer(Setup setup) : setup_{setup}, code_{static_cast<std::uint32_t>(2 * setup.levels + 1)} {}

Index LevelQuantizer::blocks(Index dimension) const {
  const Index length = block_length(dimension);
  return dimension == 0 ? 0 : (dimension + length - 1) / length;
}

Bytes LevelQuantizer::room(Index dimension, std::size_t value_bytes) const {
  return blocks(dimension) * static_cast<Bytes>(value_bytes) + code_.bytes(dimension);
}

double LevelQuantizer::packed_bits(Index dimension) const {
  constexpr double norm_bits = 32;
  return static_cast<double>(dimension) * std::log2(static_cast<double>(code_.alphabet())) +
         norm_bits * static_cast<double>(blocks(dimension));
}

template <class Scalar>
void LevelQuantizer::encode(std::span<const Scalar> v, Uniforms& uniforms, std::byte* out) const {
  const auto d = static_cast<Index>(v.size());
  const Index length = block_length(d);
  const std::byte* const norms = out;
  const auto part = [&](Index first, Index last) {
    return v.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
  };
  for_each_block(0, d, length, [&](Index first, Index last, Index) {
    out = put_value(out, setup_.norm == Norm::two ? norm2(part(first, last)) : norm_infinity(part(first, last)));
  });
  std::array<std::uint32_t, SymbolCode::chunk> symbols;
  std::array<Scalar, SymbolCode::chunk> u;
  for (Index begin = 0; begin < d; begin += SymbolCode::chunk) {
    const Index end = std::min(d, begin + SymbolCode::chunk);
    const auto count = static_cast<std::size_t>(end - begin);
    uniforms.fill(std::span{u}.first(count));
    for_each_block(begin, end, length, [&](Index first, Index last, Index block) {
      const auto norm = value_at<Scalar>(norms + block * static_cast<Index>(sizeof(Scalar)));
      quantize(part(first, last), u.data() + (first - begin), static_cast<Scalar>(setup_.levels), norm,
               symbols.data() + (first - begin));
    });
    out += code_.pack(std::span{symbols}.first(count), out);
  }
}

template <class Scalar>
void LevelQuantizer::decode(const std::byte* message, double scale, std::span<Scalar> x) const {
  const auto d = static_cast<Index>(x.size());
  const std::byte* const norms = message;
  message += blocks(d) * static_cast<Index>(sizeof(Scalar));
  std::array<std::uint32_t, SymbolCode::chunk> symbols;
  const auto middle = static_cast<std::int32_t>(setup_.levels);
  for (Index begin = 0; begin < d; begin += SymbolCode::chunk) {
    const Index end = std::min(d, begin + SymbolCode::chunk);
    message += code_.unpack(message, std::span{symbols}.first(static_cast<std::size_t>(end - begin)));
    for_each_block(begin, end, block_length(d), [&](Index first, Index last, Index block) {
      const auto norm = value_at<Scalar>(norms + block * static_cast<Index>(sizeof(Scalar)));
      const auto unit = static_cast<Scalar>(norm * scale / static_cast<double>(setup_.levels));
      Scalar* const out = x.data() + first;
      const std::uint32_t* const symbol = symbols.data() + (first - begin);
      for (Index k = 0; k < last - first; ++k)
        out[k] = unit * static_cast<Scalar>(static_cast<std::int32_t>(symbol[k]) - middle);
    });
  }
}

template void LevelQuantizer::encode(std::span<const float>, Uniforms&, std::byte*) const;
template void LevelQuantizer::encode(std::span<const double>, Uniforms&, std::byte*) const;
template void LevelQuantizer::decode(const std::byte*, double, std::span<float>) const;
template void LevelQuantizer::decode(const std::byte*, double, std::span<double>) const;

}  // namespace gossamer
