#pragma once
#include <span>

#include "sim/quantities.hpp"

namespace gossamer {

/// A term of a sum over memory: a coefficient and a vector.
template <class Scalar>
struct ScaledVector {
  Scalar coefficient;
  const Scalar* values;
};

/// As many terms as one pass over memory takes; longer sums take several, which `out` must then not overlap.
inline constexpr std::size_t terms_per_pass = 8;

/// out[k] ← Σ_t c_t v_t[k] for begin ≤ k < end, one fused multiply-add after the other in the order of the terms.
///
/// Each coordinate is rounded the same way whatever the bounds. With at most `terms_per_pass` terms `out` may be one of
/// the vectors.
template <class Scalar>
void linear_combination(std::span<const ScaledVector<Scalar>> terms, Index begin, Index end, Scalar* out);

/// out ← Σ_t c_t v_t as above, as one of several sums that are written together.
template <class Scalar>
struct Assignment {
  std::span<const ScaledVector<Scalar>> terms;  ///< at most `terms_per_pass`
  Scalar* out;
  bool past_caches = false;  ///< for results that will have left the caches before they are read, since a cached write
                             ///< first reads what it overwrites; `out` + `begin` is then aligned to a cache line
};

/// The same numbers for several sums in one pass over memory: of each range of coordinates all are computed before any
/// is written, so an `out` may be a vector of any of them.
template <class Scalar>
void assign(std::span<const Assignment<Scalar>> sums, Index begin, Index end);

/// ‖v‖² of a vector of that many values, accumulated in float64 in a fixed order.
template <class Scalar>
double squared_norm(const Scalar* values, Index count);

/// ‖a − b‖², the difference in `Scalar`, the sum as above.
template <class Scalar>
double squared_distance(const Scalar* a, const Scalar* b, Index count);

}  // namespace gossamer
