#pragma once
#include <cstdint>
#include <span>

#include "sim/ground/quantities.hpp"

/// The loops in which simulations of learning spend most time. They read samples in place, through a list of pointers
/// to rows, and write each result once. Instantiated for float and double.
///
/// The order of every sum depends only on the sizes and the width of the vector registers, so results depend neither on
/// threads nor on alignment. Products are fused into sums (FMA) if the machine supports it.
namespace gossamer {

/// Rows of at least this length are fetched from memory before they are needed. Shorter ones come at once.
inline constexpr Index long_row = 512;

/// Rows of equal length anywhere in memory: the samples of a batch, or the units of a layer.
template <class Scalar>
struct RowList {
  std::span<const Scalar* const> rows;
  Index length = 0;
  std::span<const Scalar* const> upcoming = {};  ///< rows that the next call reads: `weighted_sums` fetches them
};

/// A matrix over (unit, row) in any order of storage.
template <class Scalar>
struct Grid {
  Scalar* data = nullptr;
  Index unit_stride = 0;
  Index row_stride = 0;

  Scalar& operator()(Index unit, Index row) const { return data[unit * unit_stride + row * row_stride]; }
};

/// z(u, b) = ⟨w_u, a_b⟩ + c_u for the rows a_b and the units w_u, which are contiguous in memory.
///
/// Shapes  a: B × p; weights: units × p; biases c: units, or null for none; z: units × B.
/// Cost    2 · units · B · p flops.
template <class Scalar>
void inner_products(RowList<Scalar> a, const Scalar* weights, const Scalar* biases, Index units, Grid<Scalar> z);

/// g_u = Σ_b c(u, b) a_b + decay · w_u for the rows a_b, b ascending.
///
/// Shapes  a: B × p; c: units × B; weights w: units × p, not read if decay = 0; sums g: units × p.
/// Cost    2 · units · B · p flops; each element of g is written once.
template <class Scalar>
void weighted_sums(RowList<Scalar> a, Grid<const Scalar> c, Scalar decay, const Scalar* weights, Index units,
                   Scalar* sums);

/// exp(x) to a few units in the last place, for x ≤ 0. Below −87 (float) or −708 (double) the result is exp(−87) or
/// exp(−708).
template <class Scalar>
void exponentials(std::span<Scalar> x);

/// z(u, b) ← (softmax(z(·, b))_u − [u = label_b]) · scale: from logits to the gradient of the cross-entropy.
///
/// The largest logit is subtracted first, so that nothing overflows.
/// Shapes  z: classes × stride, one class after another; its first labels.size() columns are samples. `stride` is a
///         multiple of `softmax_padding`; the columns behind the samples may contain any finite numbers.
/// Cost    O(classes · stride), each element read and written a few times.
template <class Scalar>
void softmax_residuals(Scalar* z, Index classes, Index stride, std::span<const std::int32_t> labels, Scalar scale);

/// `softmax_residuals` requires rows that are padded to a multiple of this number of samples.
inline constexpr Index softmax_padding = 16;

}  // namespace gossamer
