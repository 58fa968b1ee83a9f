#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The number of coordinates that are kept: k, or ⌈fraction · d⌉; at most d.
class Sparsity {
 public:
  /// Throws CompressionError unless exactly one is given.
  Sparsity(std::optional<Index> k, std::optional<double> fraction);

  Index kept(Index dimension) const;

 private:
  std::optional<Index> k_;
  double fraction_ = 0;
};

/// ⌈log2 d⌉, the size of a position in a vector of R^d, in bits.
int position_bits(Index dimension);
/// The size of `positions` packed positions, in bytes.
Bytes position_bytes(Index positions, Index dimension);

/// Packs positions below `dimension`, `position_bits` bits each, one after the other.
void pack_positions(std::span<const std::uint32_t> positions, Index dimension, std::byte* out);
void unpack_positions(const std::byte* in, Index dimension, std::span<std::uint32_t> positions);

}  // namespace gossamer
