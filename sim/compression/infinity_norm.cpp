#include "sim/compression/infinity_norm.hpp"

#include <algorithm>
#include <cmath>

namespace gossamer {

MessageBits InfinityNorm::bits(Index dimension) const {
  const auto nominal = static_cast<double>(bits_ * dimension + 32 * quantizer().blocks(dimension));
  return {.nominal = nominal, .packed = quantizer().packed_bits(dimension), .authors = nominal};
}

std::optional<RelativeError> InfinityNorm::relative_error(Index dimension) const {
  const auto block = static_cast<double>(std::min(block_size_, dimension));
  return RelativeError{block / std::exp2(2 * bits_), true};
}

}  // namespace gossamer
