#pragma once
#include <type_traits>
#include <utility>

#include "sim/ground/quantities.hpp"

/// Cutting loops into blocks of sizes that the compiler knows; included by the kernels' sources only.
namespace gossamer {

/// The number of units (or rows), at most `largest`, of the next block, so that all blocks are about equally large.
inline Index next_block(Index remaining, Index largest) {
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

}  // namespace gossamer
