#include "sim/learning/models/kernels.hpp"

#include <cstring>

#include "sim/ground/simd.hpp"

namespace gossamer {
namespace {

using simd::lanes;
using simd::Vector;

/// Constants of exp for a scalar type.
template <class Scalar>
struct Exponential;
template <>
struct Exponential<float> {
  static constexpr float lowest = -87.0F;          ///< nearly the least x with a normal exp(x)
  static constexpr float rounder = 0x1.8p23F;      ///< adding it rounds to an integer, which is in the last bits
  static constexpr float ln2_high = 0x1.62e4p-1F;  ///< few bits, so that its multiples are exact
  static constexpr float ln2_low = 0x1.7f7d1cp-20F;
  static constexpr int mantissa_bits = 23;
  static constexpr int degree = 7;  ///< |r| ≤ ln 2 / 2: the remainder of Taylor's series is below 6e-9
};
template <>
struct Exponential<double> {
  static constexpr double lowest = -708.0;
  static constexpr double rounder = 0x1.8p52;
  static constexpr double ln2_high = 0x1.62e42feep-1;
  static constexpr double ln2_low = 0x1.a39ef35793c76p-33;
  static constexpr int mantissa_bits = 52;
  static constexpr int degree = 13;  ///< the remainder of Taylor's series is below 5e-18
};

/// exp(x) for x ≤ 0: x = n ln 2 + r, Taylor's series of exp(r), and n added to the exponent.
template <class Scalar>
inline Vector<Scalar> exponential(Vector<Scalar> x) {
  using E = Exponential<Scalar>;
  x = x < E::lowest ? simd::broadcast(E::lowest) : x;  // a NaN remains a NaN
  const Vector<Scalar> shifted = x * static_cast<Scalar>(0x1.71547652b82fep0) + E::rounder;
  const Vector<Scalar> n = shifted - E::rounder;
  const Vector<Scalar> r = (x - n * E::ln2_high) - n * E::ln2_low;
  Vector<Scalar> sum = simd::broadcast(Scalar{1});
  for (int k = E::degree; k >= 1; --k) sum = Scalar{1} + sum * r * (Scalar{1} / static_cast<Scalar>(k));
  simd::IntegerVector<Scalar> bits, exponent;
  std::memcpy(&bits, &sum, sizeof bits);
  std::memcpy(&exponent, &shifted, sizeof exponent);
  bits += exponent << E::mantissa_bits;
  std::memcpy(&sum, &bits, sizeof bits);
  return x == x ? sum : x;
}

}  // namespace

template <class Scalar>
void exponentials(std::span<Scalar> x) {
  constexpr std::size_t width = lanes<Scalar>;
  std::size_t k = 0;
  for (; k + width <= x.size(); k += width) simd::store(&x[k], exponential<Scalar>(simd::load(&x[k])));
  if (k < x.size()) {
    Vector<Scalar> last{};
    std::memcpy(&last, &x[k], (x.size() - k) * sizeof(Scalar));
    last = exponential<Scalar>(last);
    std::memcpy(&x[k], &last, (x.size() - k) * sizeof(Scalar));
  }
}

template <class Scalar>
void softmax_residuals(Scalar* z, Index classes, Index stride, std::span<const std::int32_t> labels, Scalar scale) {
  static_assert(softmax_padding % lanes<Scalar> == 0);
  for (Index b = 0; b < static_cast<Index>(labels.size()); b += lanes<Scalar>) {
    Vector<Scalar> largest = simd::load(z + b);
    for (Index u = 1; u < classes; ++u) {
      const Vector<Scalar> logit = simd::load(z + u * stride + b);
      largest = logit > largest ? logit : largest;
    }
    Vector<Scalar> sum{};
    for (Index u = 0; u < classes; ++u) {
      const Vector<Scalar> e = exponential<Scalar>(simd::load(z + u * stride + b) - largest);
      simd::store(z + u * stride + b, e);
      sum += e;
    }
    const Vector<Scalar> factor = scale / sum;
    for (Index u = 0; u < classes; ++u)
      simd::store<Scalar>(z + u * stride + b, simd::load(z + u * stride + b) * factor);
  }
  for (std::size_t b = 0; b < labels.size(); ++b) z[labels[b] * stride + static_cast<Index>(b)] -= scale;
}

template void exponentials(std::span<float>);
template void exponentials(std::span<double>);
template void softmax_residuals(float*, Index, Index, std::span<const std::int32_t>, float);
template void softmax_residuals(double*, Index, Index, std::span<const std::int32_t>, double);

}  // namespace gossamer
