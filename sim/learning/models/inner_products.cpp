#include <algorithm>
#include <array>
#include <span>

#include "sim/ground/simd.hpp"
#include "sim/learning/models/blocks.hpp"
#include "sim/learning/models/kernels.hpp"

namespace gossamer {
namespace {

using simd::lanes;
using simd::Vector;

/// Numbers of samples and units whose vector accumulators fill the registers, with room for the units and a sample.
constexpr int product_rows = simd::registers == 32 ? 4 : 6;
constexpr int product_units = simd::registers == 32 ? 6 : 2;

/// Fetches an address into the second cache; the first one is left to what is in use.
template <class Scalar>
inline void prefetch(const Scalar* at) {
  __builtin_prefetch(at, 0, 2);
}

/// The rows of a batch that are needed next. Samples are drawn from a table much larger than the caches, and the
/// hardware notices only in the middle of a row that it is read.
template <class Scalar>
class UpcomingRows {
 public:
  explicit UpcomingRows(std::span<const Scalar* const> rows) : rows_{rows} {}

  /// Rows before `row` are in use already.
  void skip_to(std::size_t row) { next_ = std::max(next_, row); }

  /// The next rows, or the last one again if there is none.
  template <std::size_t count>
  std::array<const Scalar*, count> take() {
    std::array<const Scalar*, count> result{};
    for (const Scalar*& row : result) row = rows_[std::min(next_++, rows_.size() - 1)];
    return result;
  }

 private:
  std::span<const Scalar* const> rows_;
  std::size_t next_ = 0;
};

template <class Scalar, int rows, int units, int parts>
[[gnu::always_inline]] inline void accumulate_products(const Scalar* const* a, const Scalar* weights, Index length,
                                                       Index k, Index dropped,
                                                       Vector<Scalar> (&sums)[units][parts][4]) {
  Vector<Scalar> w[units];
  simd::unrolled<units>([&](auto u) { w[u] = simd::in_register<Scalar>(simd::load(weights + u * length + k)); });
  simd::unrolled<rows>([&](auto b) {
    Vector<Scalar> row = simd::load(a[b] + k);
    if (dropped > 0) row = simd::drop_lanes<Scalar>(row, dropped);
    simd::unrolled<units>([&](auto u) { sums[u][b / 4][b % 4] += row * w[u]; });
  });
}

/// z(u, b) for one block, while `upcoming` rows are prefetched. Flattened, because one call that is not inlined would
/// keep the accumulators in memory.
template <class Scalar, int rows, int units, std::size_t prefetched>
[[gnu::flatten]] void product_block(const Scalar* const* a, Index length, const Scalar* weights, const Scalar* biases,
                                    const Grid<Scalar>& z, const std::array<const Scalar*, prefetched>& upcoming) {
  constexpr Index width = lanes<Scalar>;
  constexpr int parts = (rows + 3) / 4;  // horizontal sums are computed for four vectors at once
  Vector<Scalar> sums[units][parts][4];
  simd::unrolled<units>(
      [&](auto u) { simd::unrolled<4 * parts>([&](auto b) { sums[u][b / 4][b % 4] = Vector<Scalar>{}; }); });
  Index k = 0;
  for (; k + width <= length; k += width) {
    for (const Scalar* row : upcoming) prefetch(row + k);
    accumulate_products<Scalar, rows>(a, weights, length, k, 0, sums);
  }
  if (k < length)  // the last vector overlaps the one before: its first lanes are already counted
    accumulate_products<Scalar, rows>(a, weights, length, length - width, width - (length - k), sums);
  simd::unrolled<units>([&](auto u) {
    const Scalar bias = biases == nullptr ? Scalar{0} : biases[u];
    simd::unrolled<parts>([&](auto part) {
      Scalar totals[4];
      simd::horizontal_sums<Scalar>(sums[u][part], totals);
      for (int b = 4 * part; b < rows && b < 4 * (part + 1); ++b) z(u, b) = totals[b % 4] + bias;
    });
  });
}

/// Blocks of at most `most_rows` samples, one after the other. Each multiplies all units and prefetches some rows.
template <class Scalar, int most_rows, std::size_t prefetched>
void all_products(const RowList<Scalar>& a, const Scalar* weights, const Scalar* biases, Index units,
                  const Grid<Scalar>& z) {
  const auto count = static_cast<Index>(a.rows.size());
  UpcomingRows<Scalar> upcoming{a.rows};
  for (Index b = 0; b < count;) {
    const Index rows = next_block(count - b, most_rows);
    upcoming.skip_to(static_cast<std::size_t>(b + rows));
    for (Index u = 0; u < units;) {
      const Index size = next_block(units - u, product_units);
      const Grid<Scalar> part{z.data + u * z.unit_stride + b * z.row_stride, z.unit_stride, z.row_stride};
      with_constant<most_rows>(rows, [&](auto known_rows) {
        with_constant<product_units>(size, [&](auto known_units) {
          product_block<Scalar, known_rows, known_units, prefetched>(
              a.rows.data() + b, a.length, weights + u * a.length, biases == nullptr ? nullptr : biases + u, part,
              upcoming.template take<prefetched>());
        });
      });
      u += size;
    }
    b += rows;
  }
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

}  // namespace

template <class Scalar>
void inner_products(RowList<Scalar> a, const Scalar* weights, const Scalar* biases, Index units, Grid<Scalar> z) {
  if (a.length < lanes<Scalar>) return short_products(a, weights, biases, units, z);
  if (a.length < long_row) return all_products<Scalar, 4, 0>(a, weights, biases, units, z);
  for (const Scalar* row : a.rows) {  // addresses are translated early
    prefetch(row);
    prefetch(row + a.length - 1);
  }
  all_products<Scalar, product_rows, 2>(a, weights, biases, units, z);
}

template void inner_products(RowList<float>, const float*, const float*, Index, Grid<float>);
template void inner_products(RowList<double>, const double*, const double*, Index, Grid<double>);

}  // namespace gossamer
