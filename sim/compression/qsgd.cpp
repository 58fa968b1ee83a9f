#include "sim/compression/qsgd.hpp"

#include <algorithm>
#include <cmath>

namespace gossamer {
namespace {

/// 1/τ
double rescaling(double levels, double d) { return 1 / (1 + std::min(d / (levels * levels), std::sqrt(d) / levels)); }

}  // namespace

MessageBits Qsgd::bits(Index dimension) const {
  const double nominal = (std::log2(static_cast<double>(settings_.levels)) + 1) * static_cast<double>(dimension) +
                         32 * static_cast<double>(quantizer().blocks(dimension));
  return {.nominal = nominal, .packed = quantizer().packed_bits(dimension), .authors = nominal};
}

double Qsgd::scale(Index dimension) const {
  return settings_.rescaled ? rescaling(static_cast<double>(settings_.levels),
                                        static_cast<double>(settings_.bucket_size.value_or(dimension)))
                            : 1;
}

}  // namespace gossamer
