#include "sim/numerics/shared_sums.hpp"

#include <algorithm>
#include <cstring>

#include "sim/ground/simd.hpp"

namespace gossamer {
namespace {

using simd::lanes;
using simd::Vector;

constexpr int sums = static_cast<int>(sums_of_a_block);

/// Columns of a tile: eight sums of so many vectors, one vector of each and a coefficient fill the registers.
constexpr int tile_vectors = simd::registers == 32 ? 3 : 1;

template <class Scalar, int vectors, class Load>
[[gnu::always_inline]] inline void sum_tile(const SumBlock<Scalar>& block, Load load,
                                            Vector<Scalar> (&sum)[sums][vectors]) {
  constexpr auto all = static_cast<std::uint8_t>((1 << sums) - 1);
  for (const SharedTerm<Scalar>& term : block.terms) {
    Vector<Scalar> x[vectors];
    simd::unrolled<vectors>([&](auto v) { x[v] = load(term.values + v * lanes<Scalar>); });
    if (term.sums == all && term.first == 0) {
      simd::unrolled<sums>(
          [&](auto s) { simd::unrolled<vectors>([&](auto v) { sum[s][v] += term.coefficients[s] * x[v]; }); });
      continue;
    }
    simd::unrolled<sums>([&](auto s) {
      if ((term.first >> s & 1) != 0) {
        simd::unrolled<vectors>([&](auto v) { sum[s][v] = term.coefficients[s] * x[v]; });
      } else if ((term.sums >> s & 1) != 0) {
        simd::unrolled<vectors>([&](auto v) { sum[s][v] += term.coefficients[s] * x[v]; });
      }
    });
  }
}

template <class Scalar, int vectors>
void write_tile(const SumBlock<Scalar>& block, Index k) {
  Vector<Scalar> sum[sums][vectors] = {};
  sum_tile<Scalar, vectors>(
      block, [k](const Scalar* at) { return simd::load(at + k); }, sum);
  for (std::size_t s = 0; s < block.out.size(); ++s)
    for (int v = 0; v < vectors; ++v) simd::store<Scalar>(block.out[s] + k + v * lanes<Scalar>, sum[s][v]);
}

/// The last columns, fewer than a vector has lanes.
template <class Scalar>
void write_rest(const SumBlock<Scalar>& block, Index k, Index count) {
  const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(Scalar);
  Vector<Scalar> sum[sums][1] = {};
  const auto load = [=](const Scalar* at) {
    Vector<Scalar> x{};
    std::memcpy(&x, at + k, bytes);
    return x;
  };
  sum_tile<Scalar, 1>(block, load, sum);
  for (std::size_t s = 0; s < block.out.size(); ++s) std::memcpy(block.out[s] + k, &sum[s][0], bytes);
}

}  // namespace

template <class Scalar>
void shared_sums(std::span<const SumBlock<Scalar>> blocks, Index begin, Index end) {
  constexpr Index width = lanes<Scalar>;
  Index k = begin;
  for (; k + tile_vectors * width <= end; k += tile_vectors * width)
    for (const SumBlock<Scalar>& block : blocks) write_tile<Scalar, tile_vectors>(block, k);
  for (; k + width <= end; k += width)
    for (const SumBlock<Scalar>& block : blocks) write_tile<Scalar, 1>(block, k);
  if (k == end) return;
  for (const SumBlock<Scalar>& block : blocks) write_rest(block, k, end - k);
}

template void shared_sums<float>(std::span<const SumBlock<float>>, Index, Index);
template void shared_sums<double>(std::span<const SumBlock<double>>, Index, Index);

}  // namespace gossamer
