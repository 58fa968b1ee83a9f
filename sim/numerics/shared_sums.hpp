#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/ground/quantities.hpp"

/// Long sums of mostly the same vectors, such as the averages of all nodes on a complete graph: a matrix product, which
/// reads each vector once for eight sums. Every sum keeps the order of its terms.
namespace gossamer {

/// The number of sums that are computed together.
inline constexpr std::size_t sums_of_a_block = 8;

/// A vector and its coefficients in the sums of a block.
template <class Scalar>
struct SharedTerm {
  const Scalar* values = nullptr;
  std::array<Scalar, sums_of_a_block> coefficients = {};
  std::uint8_t sums = 0;   ///< bit s: sum s has this term
  std::uint8_t first = 0;  ///< bit s: and no earlier one
};

/// Some sums over the same sequence of terms.
template <class Scalar>
struct SumBlock {
  std::span<const SharedTerm<Scalar>> terms;
  std::span<Scalar* const> out;  ///< at most `sums_of_a_block`; no term may overlap them
};

/// out[s][k] ← Σ c v[k] over the terms of sum s, for begin ≤ k < end and all sums of all blocks, with the bits of
/// `linear_combination`. `begin` must be the begin of a cache line of all vectors.
///
/// Cost    2 flops for each term of each sum and coordinate. A tile of all vectors stays in the cache for all blocks.
template <class Scalar>
void shared_sums(std::span<const SumBlock<Scalar>> blocks, Index begin, Index end);

}  // namespace gossamer
