#include "sim/compression/positions.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "sim/compression/compression_error.hpp"

namespace gossamer {

Sparsity::Sparsity(std::optional<Index> k, std::optional<double> fraction) : k_{k}, fraction_{fraction.value_or(0)} {
  if (k.has_value() == fraction.has_value())
    throw CompressionError{k ? "\"k\" and \"fraction\" are both given; expected one of them"
                             : "says neither \"k\" nor \"fraction\"; expected one of them"};
}

/// If rounding has raised the product slightly above an integer, the result is that integer.
Index Sparsity::kept(Index dimension) const {
  constexpr double rounding = 4 * 0x1p-53;
  const double share = fraction_ * static_cast<double>(dimension) * (1 - rounding);
  return std::min(dimension, k_ ? *k_ : static_cast<Index>(std::ceil(share)));
}

int position_bits(Index dimension) {
  return dimension < 2 ? 0 : static_cast<int>(std::bit_width(static_cast<std::size_t>(dimension - 1)));
}

Bytes position_bytes(Index positions, Index dimension) { return (positions * position_bits(dimension) + 7) / 8; }

void pack_positions(std::span<const std::uint32_t> positions, Index dimension, std::byte* out) {
  const int bits = position_bits(dimension);
  std::uint64_t held = 0;
  int count = 0;
  for (const std::uint32_t position : positions) {
    held |= static_cast<std::uint64_t>(position) << count;
    for (count += bits; count >= 32; count -= 32, held >>= 32, out += 4) std::memcpy(out, &held, 4);
  }
  if (count > 0) std::memcpy(out, &held, static_cast<std::size_t>(count + 7) / 8);
}

void unpack_positions(const std::byte* in, Index dimension, std::span<std::uint32_t> positions) {
  const int bits = position_bits(dimension);
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  Bytes left = position_bytes(static_cast<Index>(positions.size()), dimension);
  std::uint64_t held = 0;
  int count = 0;
  for (std::uint32_t& position : positions) {
    if (count < bits) {
      std::uint32_t next = 0;
      const Bytes taken = std::min<Bytes>(4, left);
      std::memcpy(&next, in, static_cast<std::size_t>(taken));
      in += taken;
      left -= taken;
      held |= static_cast<std::uint64_t>(next) << count;
      count += 32;
    }
    position = static_cast<std::uint32_t>(held & mask);
    held >>= bits;
    count -= bits;
  }
}

}  // namespace gossamer
