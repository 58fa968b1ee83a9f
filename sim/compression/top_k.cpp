#include "sim/compression/top_k.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <type_traits>
#include <vector>

#include "sim/compression/raw_values.hpp"

namespace gossamer {
namespace {

template <class Scalar>
using Magnitude = std::conditional_t<sizeof(Scalar) == 4, std::uint32_t, std::uint64_t>;

/// |x| as an integer with the same order; NaN is the largest.
template <class Scalar>
Magnitude<Scalar> magnitude(Scalar x) {
  using Bits = Magnitude<Scalar>;
  return std::bit_cast<Bits>(x) & static_cast<Bits>(~Bits{0}) >> 1;
}

/// The smallest magnitude that is kept, and the number of larger ones.
template <class Scalar>
struct Threshold {
  Magnitude<Scalar> least = 0;
  Index larger = 0;
};

/// Counts magnitudes by their leading bits; then only few candidates for the k-th largest remain.
template <class Scalar>
Threshold<Scalar> threshold(std::span<const Scalar> v, Index k) {
  constexpr int leading = 12;
  constexpr int shift = static_cast<int>(8 * sizeof(Scalar)) - 1 - leading;
  constexpr std::size_t tables = 4;  // several, so that the counts of equal consecutive magnitudes are independent
  std::array<std::array<std::uint32_t, 1U << leading>, tables> count{};
  for (std::size_t i = 0; i < v.size(); ++i) ++count[i % tables][magnitude(v[i]) >> shift];
  Index above = 0;
  std::size_t bucket = count[0].size();
  for (Index here = 0; above + here < k;) {
    above += here;
    --bucket;
    here = 0;
    for (const auto& table : count) here += table[bucket];
  }
  std::vector<Magnitude<Scalar>> candidates;
  for (const Scalar x : v)
    if (magnitude(x) >> shift == bucket) candidates.push_back(magnitude(x));
  const auto kth = candidates.begin() + (k - above - 1);
  std::nth_element(candidates.begin(), kth, candidates.end(), std::greater<>{});
  return {*kth, above + static_cast<Index>(std::count_if(candidates.begin(), kth, [&](auto m) { return m > *kth; }))};
}

}  // namespace

Bytes TopK::room(Index dimension, std::size_t value_bytes) const {
  const Index k = sparsity_.kept(dimension);
  return k * static_cast<Bytes>(value_bytes) + position_bytes(k, dimension);
}

MessageBits TopK::bits(Index dimension) const {
  const auto k = static_cast<double>(sparsity_.kept(dimension));
  const auto d = static_cast<double>(dimension);
  const double sets = (std::lgamma(d + 1) - std::lgamma(k + 1) - std::lgamma(d - k + 1)) / std::log(2.0);
  return {.nominal = 32 * k + k * position_bits(dimension), .packed = 32 * k + sets, .authors = 64 * k};
}

std::optional<RelativeError> TopK::relative_error(Index dimension) const {
  const auto d = static_cast<double>(dimension);
  return RelativeError{1 - static_cast<double>(sparsity_.kept(dimension)) / d, false};
}

template <class Scalar>
EncodedSize TopK::write(std::span<const Scalar> v, Draws, std::byte* out) const {
  const auto d = static_cast<Index>(v.size());
  const Index k = sparsity_.kept(d);
  if (k == 0) return {};
  const auto [least, larger] = threshold(v, k);
  Index ties = k - larger;
  std::vector<std::uint32_t> positions(static_cast<std::size_t>(k));
  std::size_t found = 0;
  for (std::size_t i = 0; found < positions.size(); ++i) {
    const auto size = magnitude(v[i]);
    if (size < least || (size == least && ties-- <= 0)) continue;
    positions[found++] = static_cast<std::uint32_t>(i);
    out = put_value(out, v[i]);
  }
  pack_positions(positions, d, out);
  return full_size(v);
}

template <class Scalar>
void TopK::read(std::span<const std::byte> message, Draws, std::span<const Scalar>, std::span<Scalar> v) const {
  const auto d = static_cast<Index>(v.size());
  std::vector<std::uint32_t> positions(static_cast<std::size_t>(sparsity_.kept(d)));
  unpack_positions(message.data() + positions.size() * sizeof(Scalar), d, positions);
  std::fill(v.begin(), v.end(), Scalar{0});
  for (std::size_t i = 0; i < positions.size(); ++i)
    v[positions[i]] = value_at<Scalar>(message.data() + i * sizeof(Scalar));
}

template EncodedSize TopK::write(std::span<const float>, Draws, std::byte*) const;
template EncodedSize TopK::write(std::span<const double>, Draws, std::byte*) const;
template void TopK::read(std::span<const std::byte>, Draws, std::span<const float>, std::span<float>) const;
template void TopK::read(std::span<const std::byte>, Draws, std::span<const double>, std::span<double>) const;

}  // namespace gossamer
