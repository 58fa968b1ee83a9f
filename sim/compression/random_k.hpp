#pragma once
#include <vector>

#include "sim/compression/codec_of.hpp"
#include "sim/compression/positions.hpp"
#include "sim/numerics/coordinatewise_linear.hpp"

namespace gossamer {

/// Random-k sparsification: k coordinates, chosen uniformly at random; multiplied by d/k if unbiased.
///
///     biased    Q(v)_i = v_i on a random set of k, else 0      E‖Q(v) − v‖² = (1 − k/d) ‖v‖²
///     unbiased  d/k times that                                E Q(v) = v, E‖Q(v) − v‖² = (d/k − 1) ‖v‖²
///
/// Cost: 32 k + k ⌈log2 d⌉ bits, counted as for top-k. Only the k values are sent, in increasing order of their
/// positions, since both sides draw the same set.
/// Stich, Cordonnier, Jaggi, "Sparsified SGD with Memory", NeurIPS 2018, arXiv:1809.07599 (biased); Koloskova, Stich,
/// Jaggi, ICML 2019, arXiv:1902.00340 (both).
class RandomK final : public CodecOf<RandomK>, public CoordinatewiseLinear {
 public:
  struct Settings {
    std::optional<Index> k = {};          ///< at least 1; at most d are kept
    std::optional<double> fraction = {};  ///< or k as a fraction of d, above 0 and at most 1
    bool unbiased = false;
  };
  /// Throws CompressionError unless exactly one of k and fraction is given.
  explicit RandomK(Settings settings) : sparsity_{settings.k, settings.fraction}, unbiased_{settings.unbiased} {}

  Bytes room(Index dimension, std::size_t value_bytes) const override;
  bool same_size() const override { return true; }
  MessageBits bits(Index dimension) const override;
  std::optional<RelativeError> relative_error(Index dimension) const override;

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> v, Draws draws, std::byte* out) const;
  template <class Scalar>
  void read(std::span<const std::byte> message, Draws draws, std::span<const Scalar> near, std::span<Scalar> v) const;

 private:
  Sparsity sparsity_;
  bool unbiased_;
};

}  // namespace gossamer
