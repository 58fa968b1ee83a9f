#pragma once
#include <span>

namespace gossamer {

/// ‖v‖₁, ‖v‖₂ and ‖v‖_∞, summed in double in an order that depends on the length alone, then rounded to the scalar
/// type. ‖v‖₂ is rounded so that it is no smaller than any |v_k|. If a coordinate is not finite, the norms are not.
template <class Scalar>
Scalar norm1(std::span<const Scalar> v);
template <class Scalar>
Scalar norm2(std::span<const Scalar> v);
template <class Scalar>
Scalar norm_infinity(std::span<const Scalar> v);

}  // namespace gossamer
