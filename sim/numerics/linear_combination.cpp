#include "sim/numerics/linear_combination.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <utility>

#include "sim/numerics/huge_pages.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace gossamer {
namespace {

/// a · b + c, fused if the machine can. All code paths use it, so rounding depends on the build alone.
template <class Scalar>
inline Scalar multiply_add(Scalar a, Scalar b, Scalar c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  return std::fma(a, b, c);
#else
  return a * b + c;
#endif
}

/// One pass with exactly N terms. If `carried`, `out` already contains the sum of earlier terms.
template <class Scalar, std::size_t N, bool carried>
void pass(const ScaledVector<Scalar>* terms, Index begin, Index end, Scalar* out) {
  std::array<Scalar, N> c;
  std::array<const Scalar*, N> v;
  for (std::size_t t = 0; t < N; ++t) {
    c[t] = terms[t].coefficient;
    v[t] = terms[t].values;
  }
  // `out` may be one of the vectors: each coordinate is read before it is written, so lanes are independent.
#pragma omp simd
  for (Index k = begin; k < end; ++k) {
    Scalar sum = carried ? multiply_add(c[0], v[0][k], out[k]) : c[0] * v[0][k];
    for (std::size_t t = 1; t < N; ++t) sum = multiply_add(c[t], v[t][k], sum);
    out[k] = sum;
  }
}

template <class Scalar, bool carried, std::size_t... N>
void pass_of(std::size_t count, const ScaledVector<Scalar>* terms, Index begin, Index end, Scalar* out,
             std::index_sequence<N...>) {
  ((count == N + 1 ? pass<Scalar, N + 1, carried>(terms, begin, end, out) : void()), ...);
}

/// Copies whole cache lines without a read of the overwritten lines.
void stream_lines(const void* from, void* to, std::size_t bytes) {
#if defined(__SSE2__)
  for (std::size_t k = 0; k < bytes; k += sizeof(__m128i))
    _mm_stream_si128(reinterpret_cast<__m128i*>(static_cast<char*>(to) + k),
                     _mm_load_si128(reinterpret_cast<const __m128i*>(static_cast<const char*>(from) + k)));
#else
  std::memcpy(to, from, bytes);
#endif
}

/// Makes streamed writes visible to every thread that sees a later write of this thread.
void end_stream() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

/// Writes a tile of a sum to coordinates `start`, `start` + 1, ….
template <class Scalar>
void store(const Scalar* tile, Index count, const Assignment<Scalar>& sum, Index start) {
  const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(Scalar);
  const std::size_t whole = sum.past_caches ? bytes / cache_line * cache_line : 0;
  auto* const out = reinterpret_cast<std::byte*>(sum.out + start);
  stream_lines(tile, out, whole);
  std::memcpy(out + whole, reinterpret_cast<const std::byte*>(tile) + whole, bytes - whole);
}

template <class Scalar, class Element>
double sum_of_squares(Index count, Element element) {
  constexpr Index lanes = 16;
  std::array<double, lanes> partial{};
  const Index whole = count / lanes * lanes;
  for (Index k = 0; k < whole; k += lanes) {
#pragma omp simd
    for (Index lane = 0; lane < lanes; ++lane) {
      const auto x = static_cast<double>(element(k + lane));
      partial[static_cast<std::size_t>(lane)] += x * x;
    }
  }
  double sum = 0;
  for (const double p : partial) sum += p;
  for (Index k = whole; k < count; ++k) {
    const auto x = static_cast<double>(element(k));
    sum += x * x;
  }
  return sum;
}

}  // namespace

template <class Scalar>
void linear_combination(std::span<const ScaledVector<Scalar>> terms, Index begin, Index end, Scalar* out) {
  constexpr auto sizes = std::make_index_sequence<terms_per_pass>{};
  pass_of<Scalar, false>(std::min(terms.size(), terms_per_pass), terms.data(), begin, end, out, sizes);
  for (std::size_t t = terms_per_pass; t < terms.size(); t += terms_per_pass)
    pass_of<Scalar, true>(std::min(terms.size() - t, terms_per_pass), terms.data() + t, begin, end, out, sizes);
}

template <class Scalar>
void assign(std::span<const Assignment<Scalar>> sums, Index begin, Index end) {
  constexpr Index tile = 1024;
  constexpr std::size_t most = 2;
  assert(sums.size() <= most && "no group has more sums than that");
  alignas(cache_line) std::array<std::array<Scalar, tile>, most> values;
  for (Index start = begin; start < end; start += tile) {
    const Index count = std::min(tile, end - start);
    for (std::size_t s = 0; s < sums.size(); ++s) {
      // The tile holds coordinates start, start + 1, …: the same numbers in the same order.
      std::array<ScaledVector<Scalar>, terms_per_pass> shifted;
      const auto terms = sums[s].terms;
      for (std::size_t t = 0; t < terms.size(); ++t) shifted[t] = {terms[t].coefficient, terms[t].values + start};
      linear_combination(std::span<const ScaledVector<Scalar>>{shifted.data(), terms.size()}, 0, count,
                         values[s].data());
    }
    for (std::size_t s = 0; s < sums.size(); ++s) store(values[s].data(), count, sums[s], start);
  }
  if (std::any_of(sums.begin(), sums.end(), [](const auto& sum) { return sum.past_caches; })) end_stream();
}

template <class Scalar>
double squared_norm(const Scalar* values, Index count) {
  return sum_of_squares<Scalar>(count, [=](Index k) { return values[k]; });
}

template <class Scalar>
double squared_distance(const Scalar* a, const Scalar* b, Index count) {
  return sum_of_squares<Scalar>(count, [=](Index k) { return a[k] - b[k]; });
}

template void linear_combination<float>(std::span<const ScaledVector<float>>, Index, Index, float*);
template void linear_combination<double>(std::span<const ScaledVector<double>>, Index, Index, double*);
template void assign<float>(std::span<const Assignment<float>>, Index, Index);
template void assign<double>(std::span<const Assignment<double>>, Index, Index);
template double squared_norm<float>(const float*, Index);
template double squared_norm<double>(const double*, Index);
template double squared_distance<float>(const float*, const float*, Index);
template double squared_distance<double>(const double*, const double*, Index);

}  // namespace gossamer
