#include "sim/compression/lattice.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "sim/compression/compression_error.hpp"
#include "sim/compression/raw_values.hpp"

namespace gossamer {
namespace {

constexpr std::size_t chunk = SymbolCode::chunk;

/// The uniforms of a lattice without dither: θ = 0.
class Centers final : public Uniforms {
 public:
  void fill(std::span<float> u) override { std::fill(u.begin(), u.end(), 0.5F); }
  void fill(std::span<double> u) override { std::fill(u.begin(), u.end(), 0.5); }
};

/// The factor a_k of the multilinear hash Σ_k a_k m_k mod 2⁶⁴, whose upper half is sent. a_k mixes the bits of k
/// (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
std::uint64_t factor(std::uint64_t k) {
  std::uint64_t a = (k + 1) * 0x9E3779B97F4A7C15U;
  a = (a ^ a >> 30) * 0xBF58476D1CE4E5B9U;
  a = (a ^ a >> 27) * 0x94D049BB133111EBU;
  return a ^ a >> 31;
}

/// m as an integer; zero if it does not fit, which no correct message contains.
std::uint64_t quotient_bits(double m) {
  constexpr double most = 0x1p62;
  return static_cast<std::uint64_t>(std::abs(m) < most ? static_cast<std::int64_t>(m) : 0);
}

std::uint64_t hash_of(const double* m, std::size_t first, std::size_t count) {
  std::uint64_t sum = 0;
  for (std::size_t k = 0; k < count; ++k) sum += factor(first + k) * quotient_bits(m[k]);
  return sum;
}

std::uint32_t upper_half(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

double side_of(const Lattice::Settings& settings) {
  if (settings.side.has_value() == settings.y_max.has_value())
    throw CompressionError{settings.side ? "\"side\" and \"y_max\" are both given; expected one of them"
                                         : "says neither \"side\" nor \"y_max\"; expected one of them"};
  return settings.side ? *settings.side : 2 * *settings.y_max / static_cast<double>(settings.colors - 1);
}

std::uint32_t checked_colors(Index colors) {
  if (!std::has_single_bit(static_cast<std::size_t>(colors)))
    throw CompressionError{fmt::format("\"colors\" is {}; expected a power of two from 2 to 65536", colors)};
  return static_cast<std::uint32_t>(colors);
}

}  // namespace

Lattice::Lattice(Settings settings)
    : colors_{static_cast<double>(settings.colors)},
      side_{side_of(settings)},
      dither_{settings.dither},
      hash_{settings.hash},
      code_{checked_colors(settings.colors)} {}

Bytes Lattice::room(Index dimension, std::size_t) const {
  return code_.bytes(dimension) + (hash_ ? static_cast<Bytes>(sizeof(std::uint32_t)) : 0);
}

MessageBits Lattice::bits(Index dimension) const {
  const auto d = static_cast<double>(dimension);
  const double each = std::log2(colors_), hash = hash_ ? 32 : 0;
  return {.nominal = d * each + hash, .packed = d * each + hash, .authors = d * 8 * std::ceil(each / 8) + hash};
}

template <class Scalar>
void Lattice::write_with(std::span<const Scalar> v, Uniforms& uniforms, std::byte* out) const {
  const double per_side = 1 / side_, per_color = 1 / colors_;
  std::byte* const hash_place = out;
  if (hash_) out += sizeof(std::uint32_t);
  std::uint64_t hash = 0;
  std::array<double, chunk> u, m;
  std::array<std::uint32_t, chunk> symbols;
  for (std::size_t at = 0; at < v.size(); at += chunk) {
    const std::size_t count = std::min(chunk, v.size() - at);
    uniforms.fill(std::span{u}.first(count));
    for (std::size_t k = 0; k < count; ++k) {
      const double z = std::floor(static_cast<double>(v[at + k]) * per_side - (u[k] - 0.5) + 0.5);
      m[k] = std::floor(z * per_color);  // exact: colors are a power of two
      const double color = z - m[k] * colors_;
      symbols[k] = static_cast<std::uint32_t>(static_cast<std::int32_t>(color >= 0 && color < colors_ ? color : 0));
    }
    out += code_.pack(std::span{symbols}.first(count), out);
    if (hash_) hash += hash_of(m.data(), at, count);
  }
  if (hash_) put_value(hash_place, upper_half(hash));
}

template <class Scalar>
bool Lattice::read_with(std::span<const std::byte> message, Uniforms& uniforms, std::span<const Scalar> near,
                        std::span<Scalar> v) const {
  const double per_side = 1 / side_, per_color = 1 / colors_;
  const std::byte* in = message.data() + (hash_ ? sizeof(std::uint32_t) : 0);
  std::uint64_t hash = 0;
  std::array<double, chunk> u, m;
  std::array<std::uint32_t, chunk> symbols;
  for (std::size_t at = 0; at < v.size(); at += chunk) {
    const std::size_t count = std::min(chunk, v.size() - at);
    uniforms.fill(std::span{u}.first(count));
    in += code_.unpack(in, std::span{symbols}.first(count));
    for (std::size_t k = 0; k < count; ++k) {
      const double shift = u[k] - 0.5;
      const double y = near.empty() ? 0.0 : static_cast<double>(near[at + k]);
      const double color = static_cast<std::int32_t>(symbols[k]);
      m[k] = std::floor((y * per_side - shift - color) * per_color + 0.5);
      v[at + k] = static_cast<Scalar>(side_ * (color + colors_ * m[k] + shift));
    }
    if (hash_) hash += hash_of(m.data(), at, count);
  }
  if (!hash_ || value_at<std::uint32_t>(message.data()) == upper_half(hash)) return true;
  if (near.empty()) {
    std::fill(v.begin(), v.end(), Scalar{0});
  } else {
    std::copy(near.begin(), near.end(), v.begin());
  }
  return false;
}

template <class Scalar>
EncodedSize Lattice::write(std::span<const Scalar> v, Draws draws, std::byte* out) const {
  DrawnUniforms drawn{draws};
  Centers centers;
  write_with(v, dither_ ? static_cast<Uniforms&>(drawn) : centers, out);
  return full_size(v);
}

template <class Scalar>
bool Lattice::read(std::span<const std::byte> message, Draws draws, std::span<const Scalar> near,
                   std::span<Scalar> v) const {
  DrawnUniforms drawn{draws};
  Centers centers;
  return read_with(message, dither_ ? static_cast<Uniforms&>(drawn) : centers, near, v);
}

template void Lattice::write_with(std::span<const float>, Uniforms&, std::byte*) const;
template void Lattice::write_with(std::span<const double>, Uniforms&, std::byte*) const;
template bool Lattice::read_with(std::span<const std::byte>, Uniforms&, std::span<const float>, std::span<float>) const;
template bool Lattice::read_with(std::span<const std::byte>, Uniforms&, std::span<const double>,
                                 std::span<double>) const;

template EncodedSize Lattice::write(std::span<const float>, Draws, std::byte*) const;
template EncodedSize Lattice::write(std::span<const double>, Draws, std::byte*) const;
template bool Lattice::read(std::span<const std::byte>, Draws, std::span<const float>, std::span<float>) const;
template bool Lattice::read(std::span<const std::byte>, Draws, std::span<const double>, std::span<double>) const;

}  // namespace gossamer
