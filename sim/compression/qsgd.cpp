#include "sim/compression/qsgd.hpp"

#include <algorithm>
#include <cmath>

namespace gossamer {
namespace {

/// τ − 1, the bound of the error of d coordinates.
double variance_bound(double levels, double d) { return std::min(d / (levels * levels), std::sqrt(d) / levels); }

}  // namespace

MessageBits Qsgd::bits(Index dimension) const {
  const double nominal = (std::log2(static_cast<double>(settings_.levels)) + 1) * static_cast<double>(dimension) +
                         32 * static_cast<double>(quantizer().blocks(dimension));
  return {.nominal = nominal, .packed = quantizer().packed_bits(dimension), .authors = nominal};
}

double Qsgd::scale(Index dimension) const {
  if (!settings_.rescaled) return 1;
  return 1 / (1 + variance_bound(static_cast<double>(settings_.levels),
                                 static_cast<double>(settings_.bucket_size.value_or(dimension))));
}

std::optional<RelativeError> Qsgd::relative_error(Index dimension) const {
  if (settings_.rescaled) return RelativeError{1 - scale(dimension), false};
  const Index bucket = std::min(settings_.bucket_size.value_or(dimension), dimension);
  return RelativeError{variance_bound(static_cast<double>(settings_.levels), static_cast<double>(bucket)), true};
}

}  // namespace gossamer
