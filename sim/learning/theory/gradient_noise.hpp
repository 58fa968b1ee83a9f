#pragma once
#include <cstdint>

#include "sim/learning/problem.hpp"
#include "sim/learning/theory/constants.hpp"

/// The variance of stochastic gradients at a point x ∈ R^d. All threads take part, and results are the same bits for any
/// number of them.
namespace gossamer {

/// (1/m_i) Σ_k ‖∇F_i(x; k) − ∇f_i(x)‖² over the samples k of each node i, one at a time.
///
/// Exact if all samples together have at most 2·10⁹ coordinates of gradients. Otherwise it is estimated without bias from
/// random samples of each node, drawn at the address (evaluation, i, 3) of `seed`.
/// Cost    a gradient of one sample for each sample, or for about 5·10⁸/d of them.
template <class Scalar>
GradientNoise noise_of_samples(const Problem<Scalar>& problem, NodeId nodes, const Scalar* x, std::uint64_t seed);

/// σ_i² of any problem, estimated without bias from 64 pairs of gradients of each node: half the squared distance of two
/// independent ones. Their addresses are steps from 2⁵⁵ on, which no run reaches.
template <class Scalar>
GradientNoise noise_of_draws(const Problem<Scalar>& problem, NodeId nodes, const Scalar* x);

}  // namespace gossamer
