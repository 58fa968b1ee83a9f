#pragma once
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// A link on which a message of s bytes takes α + s/B.
struct Link {
  Seconds latency{1e-3};      ///< α ≥ 0, before the first byte
  double bandwidth = 1.25e8;  ///< B > 0, bytes per second after it

  Seconds transmission(Bytes size) const { return Seconds{static_cast<double>(size) / bandwidth}; }
};

}  // namespace gossamer
