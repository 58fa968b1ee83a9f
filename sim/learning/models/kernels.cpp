#include "sim/learning/models/kernels.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/ground/simd.hpp"

namespace gossamer {
namespace {

using simd::lanes;
using simd::Vector;

/// The number of units, at most `largest`, of the next block, so that all blocks are about equally large.
Index next_block(Index remaining, Index largest) {
  const Index blocks = (remaining + largest - 1) / largest;
  return (remaining + blocks - 1) / blocks;
}

/// Calls f with the integral constant n, 1 ≤ n ≤ largest, so that the compiler knows the size.
template <int largest, class F>
void with_constant(Index n, F&& f) {
  if constexpr (largest > 1) {
    if (n < largest) return with_constant<largest - 1>(n, std::forward<F>(f));
  }
  f(std::integral_constant<int, largest>{});
}

// ---- inner products -------------------------------------------------------------------------------------------------

/// Numbers of samples and units whose vector accumulators fill the registers: of 32 registers, 4 × 5 leave room for
/// five units and a sample.
constexpr int product_rows = 4;
constexpr int product_units = simd::registers == 32 ? 5 : 2;

template <class Scalar, int rows, int units>
[[gnu::always_inline]] inline void accumulate_products(const Scalar* const* a, const Scalar* weights, Index length,
                                                       Index k, Index dropped,
                                                       Vector<Scalar> (&sums)[units][product_rows]) {
  Vector<Scalar> w[units];
  simd::unrolled<units>([&](auto u) { w[u] = simd::in_register<Scalar>(simd::load(weights + u * length + k)); });
  simd::unrolled<rows>([&](auto b) {
    Vector<Scalar> row = simd::load(a[b] + k);
    if (dropped > 0) row = simd::drop_lanes<Scalar>(row, dropped);
    simd::unrolled<units>([&](auto u) { sums[u][b] += row * w[u]; });
  });
}

template <class Scalar, int rows, int units>
void product_block(const Scalar* const* a, Index length, const Scalar* weights, const Scalar* biases, Grid<Scalar> z) {
  constexpr Index width = lanes<Scalar>;
  Vector<Scalar> sums[units][product_rows];
  simd::unrolled<units>([&](auto u) { simd::unrolled<product_rows>([&](auto b) { sums[u][b] = Vector<Scalar>{}; }); });
  Index k = 0;
  for (; k + width <= length; k += width) accumulate_products<Scalar, rows>(a, weights, length, k, 0, sums);
  if (k < length)  // the last vector overlaps the one before: its first lanes are already counted
    accumulate_products<Scalar, rows>(a, weights, length, length - width, width - (length - k), sums);
  simd::unrolled<units>([&](auto u) {
    Scalar totals[product_rows];
    simd::horizontal_sums<Scalar>(sums[u], totals);
    const Scalar bias = biases == nullptr ? Scalar{0} : biases[u];
    for (int b = 0; b < rows; ++b) z(u, b) = totals[b] + bias;
  });
}

/// Rows shorter than one vector.
template <class Scalar>
void short_products(RowList<Scalar> a, const Scalar* weights, const Scalar* biases, Index units, Grid<Scalar> z) {
  for (Index u = 0; u < units; ++u) {
    for (std::size_t b = 0; b < a.rows.size(); ++b) {
      Scalar sum = 0;
      for (Index k = 0; k < a.length; ++k) sum += a.rows[b][k] * weights[u * a.length + k];
      z(u, static_cast<Index>(b)) = sum + (biases == nullptr ? Scalar{0} : biases[u]);
    }
  }
}

// ---- weighted sums --------------------------------------------------------------------------------------------------

constexpr int sum_accumulators = simd::registers * 3 / 4;
constexpr int sum_units = simd::registers == 32 ? 8 : 4;

/// One block of `units` × `vectors` accumulators that stay in registers while all rows are read.
template <class Scalar, int units, int vectors>
void sum_block(RowList<Scalar> a, Index k, Grid<const Scalar> c, Scalar decay, const Scalar* weights, Scalar* sums) {
  constexpr Index width = lanes<Scalar>;
  Vector<Scalar> g[units][vectors];
  // Pointers that move from unit to unit: otherwise GCC would keep one address for every register.
  const auto for_each_register = [&](auto* at, auto f) __attribute__((always_inline)) {
    at += k;
    simd::unrolled<units>([&](auto u) {
      simd::unrolled<vectors>([&](auto v) { f(g[u][v], at + v * width); });
      at += a.length;
    });
  };
  if (decay == 0) {
    for_each_register(sums, [&](auto& sum, auto*) { sum = Vector<Scalar>{}; });
  } else {
    for_each_register(weights, [&](auto& sum, auto* at) { sum = decay * simd::load(at); });
  }
  for (std::size_t b = 0; b < a.rows.size(); ++b) {
    Vector<Scalar> row[vectors];
    simd::unrolled<vectors>([&](auto v) { row[v] = simd::load(a.rows[b] + k + v * width); });
    const Scalar* factor = c.data + static_cast<Index>(b) * c.row_stride;
    simd::unrolled<units>([&](auto u) {
      simd::unrolled<vectors>([&](auto v) { g[u][v] += *factor * row[v]; });
      factor += c.unit_stride;
    });
  }
  for_each_register(sums, [&](auto& sum, auto* at) { simd::store<Scalar>(at, sum); });
}

/// Columns k … k + vectors · width of all units. The rows' elements in these columns stay in the first cache.
template <class Scalar, int vectors>
void sum_columns(RowList<Scalar> a, Index k, Grid<const Scalar> c, Scalar decay, const Scalar* weights, Index units,
                 Scalar* sums) {
  constexpr int largest = std::min(sum_units, sum_accumulators / vectors);
  for (Index u = 0; u < units;) {
    const Index count = next_block(units - u, largest);
    with_constant<largest>(count, [&](auto size) {
      const Grid<const Scalar> part{c.data + u * c.unit_stride, c.unit_stride, c.row_stride};
      sum_block<Scalar, size, vectors>(a, k, part, decay, decay == 0 ? nullptr : weights + u * a.length,
                                       sums + u * a.length);
    });
    u += count;
  }
}

template <class Scalar, int vectors>
void sum_all_columns(RowList<Scalar> a, Grid<const Scalar> c, Scalar decay, const Scalar* weights, Index units,
                     Scalar* sums) {
  constexpr Index width = lanes<Scalar>;
  Index k = 0;
  for (; k + vectors * width <= a.length; k += vectors * width)
    sum_columns<Scalar, vectors>(a, k, c, decay, weights, units, sums);
  for (; k + width <= a.length; k += width) sum_columns<Scalar, 1>(a, k, c, decay, weights, units, sums);
  // The last vector overlaps the one before and writes some elements again, with the same bits.
  if (k < a.length) sum_columns<Scalar, 1>(a, a.length - width, c, decay, weights, units, sums);
}

/// Rows shorter than one vector.
template <class Scalar>
void short_sums(RowList<Scalar> a, Grid<const Scalar> c, Scalar decay, const Scalar* weights, Index units,
                Scalar* sums) {
  for (Index u = 0; u < units; ++u) {
    Scalar* const g = sums + u * a.length;
    for (Index k = 0; k < a.length; ++k) g[k] = decay == 0 ? Scalar{0} : decay * weights[u * a.length + k];
    for (std::size_t b = 0; b < a.rows.size(); ++b)
      for (Index k = 0; k < a.length; ++k) g[k] += c(u, static_cast<Index>(b)) * a.rows[b][k];
  }
}

// ---- softmax --------------------------------------------------------------------------------------------------------

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
void inner_products(RowList<Scalar> a, const Scalar* weights, const Scalar* biases, Index units, Grid<Scalar> z) {
  if (a.length < lanes<Scalar>) return short_products(a, weights, biases, units, z);
  const auto count = static_cast<Index>(a.rows.size());
  for (Index b = 0; b < count;) {
    const Index rows = std::min<Index>(count - b, product_rows);
    for (Index u = 0; u < units;) {
      const Index size = next_block(units - u, product_units);
      with_constant<product_rows>(rows, [&](auto known_rows) {
        with_constant<product_units>(size, [&](auto known_units) {
          product_block<Scalar, known_rows, known_units>(
              a.rows.data() + b, a.length, weights + u * a.length, biases == nullptr ? nullptr : biases + u,
              {z.data + u * z.unit_stride + b * z.row_stride, z.unit_stride, z.row_stride});
        });
      });
      u += size;
    }
    b += rows;
  }
}

template <class Scalar>
void weighted_sums(RowList<Scalar> a, Grid<const Scalar> c, Scalar decay, const Scalar* weights, Index units,
                   Scalar* sums) {
  if (a.length < lanes<Scalar>) return short_sums(a, c, decay, weights, units, sums);
  // The fewer units, the more columns at once, so that enough independent sums hide their latency.
  const Index block = next_block(units, sum_units);
  if (block * 8 <= sum_accumulators) return sum_all_columns<Scalar, 8>(a, c, decay, weights, units, sums);
  if (block * 4 <= sum_accumulators) return sum_all_columns<Scalar, 4>(a, c, decay, weights, units, sums);
  return sum_all_columns<Scalar, 3>(a, c, decay, weights, units, sums);
}

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

template void inner_products(RowList<float>, const float*, const float*, Index, Grid<float>);
template void inner_products(RowList<double>, const double*, const double*, Index, Grid<double>);
template void weighted_sums(RowList<float>, Grid<const float>, float, const float*, Index, float*);
template void weighted_sums(RowList<double>, Grid<const double>, double, const double*, Index, double*);
template void exponentials(std::span<float>);
template void exponentials(std::span<double>);
template void softmax_residuals(float*, Index, Index, std::span<const std::int32_t>, float);
template void softmax_residuals(double*, Index, Index, std::span<const std::int32_t>, double);

}  // namespace gossamer
