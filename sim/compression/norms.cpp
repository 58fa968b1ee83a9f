#include "sim/compression/norms.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace gossamer {
namespace {

/// Σ f(v_k), as 16 interleaved partial sums.
template <class Scalar, class F>
double sum(std::span<const Scalar> v, F f) {
  constexpr std::size_t lanes = 16;
  std::array<double, lanes> sums{};
  const std::size_t whole = v.size() / lanes * lanes;
  for (std::size_t at = 0; at < whole; at += lanes)
    for (std::size_t k = 0; k < lanes; ++k) sums[k] += f(static_cast<double>(v[at + k]));
  for (std::size_t k = whole; k < v.size(); ++k) sums[k - whole] += f(static_cast<double>(v[k]));
  double result = 0;
  for (const double one : sums) result += one;
  return result;
}

/// x, or the next larger number of that type.
template <class Scalar>
Scalar rounded_up(double x) {
  const auto rounded = static_cast<Scalar>(x);
  return static_cast<double>(rounded) < x ? std::nextafter(rounded, std::numeric_limits<Scalar>::infinity()) : rounded;
}

}  // namespace

template <class Scalar>
Scalar norm1(std::span<const Scalar> v) {
  return static_cast<Scalar>(sum(v, [](double x) { return std::abs(x); }));
}

/// The squares of doubles may overflow or underflow although the norm does not.
template <class Scalar>
Scalar norm2(std::span<const Scalar> v) {
  constexpr double least = 1e-280, most = 1e280;
  const double squares = sum(v, [](double x) { return x * x; });
  if (squares >= least && squares <= most) return rounded_up<Scalar>(std::sqrt(squares));
  const auto largest = static_cast<double>(norm_infinity(v));
  if (largest == 0 || !std::isfinite(largest)) return static_cast<Scalar>(largest);
  return rounded_up<Scalar>(largest * std::sqrt(sum(v, [largest](double x) { return x / largest * (x / largest); })));
}

/// Without their sign bits, floating-point numbers are ordered as the integers with the same bits; NaN is the largest.
template <class Scalar>
Scalar norm_infinity(std::span<const Scalar> v) {
  using Bits = std::conditional_t<sizeof(Scalar) == 4, std::uint32_t, std::uint64_t>;
  constexpr Bits magnitude = static_cast<Bits>(~Bits{0}) >> 1;
  Bits largest = 0;
  for (const Scalar x : v) largest = std::max(largest, std::bit_cast<Bits>(x) & magnitude);
  return std::bit_cast<Scalar>(largest);
}

template float norm1(std::span<const float>);
template double norm1(std::span<const double>);
template float norm2(std::span<const float>);
template double norm2(std::span<const double>);
template float norm_infinity(std::span<const float>);
template double norm_infinity(std::span<const double>);

}  // namespace gossamer
