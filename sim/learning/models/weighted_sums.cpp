#include <algorithm>

#include "sim/ground/simd.hpp"
#include "sim/learning/models/blocks.hpp"
#include "sim/learning/models/kernels.hpp"

namespace gossamer {
namespace {

using simd::lanes;
using simd::Vector;

/// The largest number of units in a block, and the number of vectors in each unit that the registers then hold: the
/// accumulators, a row's vectors and a factor.
constexpr int sum_units = simd::registers == 32 ? 9 : 6;
constexpr int sum_vectors(int units) { return std::min(8, (simd::registers - 1) / (units + 1)); }

/// Asks for the elements of row b of the next batch in some columns. The memory answers while products are computed.
template <class Scalar, int vectors>
void prefetch_row(const RowList<Scalar>& a, std::size_t b, Index k) {
  simd::unrolled<vectors>([&](auto v) { __builtin_prefetch(a.upcoming[b] + k + v * lanes<Scalar>, 0, 2); });
}

/// One block of `units` × `vectors` accumulators that stay in registers while all rows are read. The structures are
/// passed by reference: copies on the stack would be written in parts and read at once, which stalls.
template <class Scalar, int units, int vectors, bool fetches>
[[gnu::flatten]] void sum_block(const RowList<Scalar>& a, Index k, const Grid<const Scalar>& c, Scalar decay,
                                const Scalar* weights, Scalar* sums) {
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
    if constexpr (fetches) prefetch_row<Scalar, vectors>(a, b, k);
    const Scalar* factor = c.data + static_cast<Index>(b) * c.row_stride;
    simd::unrolled<units>([&](auto u) {
      simd::unrolled<vectors>([&](auto v) { g[u][v] += *factor * row[v]; });
      factor += c.unit_stride;
    });
  }
  for_each_register(sums, [&](auto& sum, auto* at) { simd::store<Scalar>(at, sum); });
}

/// Columns k … k + vectors · width of all units, in blocks of at most `largest` units. The rows' elements in these columns stay in the first cache.
template <class Scalar, int largest, int vectors>
void sum_columns(const RowList<Scalar>& a, Index k, const Grid<const Scalar>& c, Scalar decay, const Scalar* weights,
                 Index units, Scalar* sums) {
  for (Index u = 0; u < units;) {
    const Index count = next_block(units - u, largest);
    with_constant<largest>(count, [&](auto size) {
      const Grid<const Scalar> part{c.data + u * c.unit_stride, c.unit_stride, c.row_stride};
      const auto block = u == 0 && a.upcoming.size() == a.rows.size() ? sum_block<Scalar, size, vectors, true>
                                                                      : sum_block<Scalar, size, vectors, false>;
      block(a, k, part, decay, decay == 0 ? nullptr : weights + u * a.length, sums + u * a.length);
    });
    u += count;
  }
}

template <class Scalar, int largest>
void sum_all_columns(const RowList<Scalar>& a, const Grid<const Scalar>& c, Scalar decay, const Scalar* weights,
                     Index units, Scalar* sums) {
  constexpr Index width = lanes<Scalar>;
  constexpr int vectors = sum_vectors(largest);
  Index k = 0;
  for (; k + vectors * width <= a.length; k += vectors * width)
    sum_columns<Scalar, largest, vectors>(a, k, c, decay, weights, units, sums);
  for (; k + width <= a.length; k += width) sum_columns<Scalar, largest, 1>(a, k, c, decay, weights, units, sums);
  // The last vector overlaps the one before and writes some elements again, with the same bits.
  if (k < a.length) sum_columns<Scalar, largest, 1>(a, a.length - width, c, decay, weights, units, sums);
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

}  // namespace

template <class Scalar>
void weighted_sums(RowList<Scalar> a, Grid<const Scalar> c, Scalar decay, const Scalar* weights, Index units,
                   Scalar* sums) {
  if (a.length < lanes<Scalar>) return short_sums(a, c, decay, weights, units, sums);
  // The fewer units, the more columns at once, so that enough independent sums hide their latency.
  with_constant<sum_units>(next_block(units, sum_units),
                           [&](auto block) { sum_all_columns<Scalar, block>(a, c, decay, weights, units, sums); });
}

template void weighted_sums(RowList<float>, Grid<const float>, float, const float*, Index, float*);
template void weighted_sums(RowList<double>, Grid<const double>, double, const double*, Index, double*);

}  // namespace gossamer
