#pragma once
#include <span>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// A term of a sum over memory: a coefficient and a vector.
template <class Scalar>
struct ScaledVector {
  Scalar coefficient;
  const Scalar* values;
};

/// The number of terms that one pass over memory takes. Longer sums take several passes; `out` must then not overlap a
/// term.
inline constexpr std::size_t terms_per_pass = 8;

/// out[k] ← Σ_t c_t v_t[k] for begin ≤ k < end, one fused multiply-add after the other in the order of the terms.
///
/// Each coordinate is rounded in the same way for any bounds. If there are at most `terms_per_pass` terms, `out` may be
/// one of the vectors.
template <class Scalar>
void linear_combination(std::span<const ScaledVector<Scalar>> terms, Index begin, Index end, Scalar* out);

/// out ← Σ_t c_t v_t as above, as one of several sums that are written together.
template <class Scalar>
struct Assignment {
  std::span<const ScaledVector<Scalar>> terms;  ///< at most `terms_per_pass`
  Scalar* out;
  bool past_caches = false;  ///< for results that will leave the caches before they are read: streamed writes then save
                             ///< the read of the overwritten line; `out` + `begin` must be aligned to a cache line
};

/// Several sums in one pass over memory, with the same bits as `linear_combination`. All sums of a range of coordinates
/// are computed before any is written, so an `out` may be a vector of any sum.
template <class Scalar>
void assign(std::span<const Assignment<Scalar>> sums, Index begin, Index end);

/// ‖v‖² of a vector of `count` values, accumulated in float64 in a fixed order.
template <class Scalar>
double squared_norm(const Scalar* values, Index count);

/// ‖a − b‖²; differences are computed in `Scalar`, the sum as above.
template <class Scalar>
double squared_distance(const Scalar* a, const Scalar* b, Index count);

}  // namespace gossamer
