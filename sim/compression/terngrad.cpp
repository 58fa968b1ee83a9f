#include "sim/compression/terngrad.hpp"

#include <cmath>

namespace gossamer {

MessageBits TernGrad::bits(Index dimension) const {
  const double packed = quantizer().packed_bits(dimension);
  return {.nominal = packed, .packed = packed, .authors = packed};
}

/// The largest ‖v‖_∞ ‖v‖₁/‖v‖₂² − 1, which v = (1, t, …, t) has with t = 1/(√d + 1).
std::optional<RelativeError> TernGrad::relative_error(Index dimension) const {
  return RelativeError{(std::sqrt(static_cast<double>(dimension)) - 1) / 2, true};
}

}  // namespace gossamer
