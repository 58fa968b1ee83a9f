#pragma once
#include <optional>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// A bound of a codec's error that holds for every vector of one dimension: E‖Q(v) − v‖² ≤ ω ‖v‖².
struct RelativeError {
  double factor = 0;      ///< ω ≥ 0; δ = 1 − ω is the quality of a contraction, if positive
  bool unbiased = false;  ///< whether E Q(v) = v
};

/// A codec that may have such a bound.
class RelativeErrorBound {
 public:
  virtual ~RelativeErrorBound() = default;

  /// The bound in R^d, apart from rounding; empty if there is none, as for an error that does not shrink with v.
  virtual std::optional<RelativeError> relative_error(Index /*dimension*/) const { return std::nullopt; }
};

}  // namespace gossamer
