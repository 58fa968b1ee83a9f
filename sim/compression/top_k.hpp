#pragma once
#include "sim/compression/codec_of.hpp"
#include "sim/compression/positions.hpp"

namespace gossamer {

/// Top-k sparsification: the k coordinates of largest magnitude, unchanged. Among equal magnitudes the first ones are
/// kept.
///
///     Q(v)_i = v_i if |v_i| is among the k largest, else 0        ‖Q(v) − v‖² ≤ (1 − k/d) ‖v‖²; biased
///
/// Cost: 32 k + k ⌈log2 d⌉ bits. They are sent: k values, then k positions. Packed bits count one of C(d, k) sets; the
/// authors' code counts a word for each position. Stich, Cordonnier, Jaggi, "Sparsified SGD with Memory", NeurIPS 2018,
/// arXiv:1809.07599; authors' accounting: Koloskova, Stich, Jaggi, "Decentralized Stochastic Optimization and Gossip
/// Algorithms with Compressed Communication", ICML 2019, arXiv:1902.00340. A NaN counts as the largest magnitude.
class TopK final : public CodecOf<TopK> {
 public:
  struct Settings {
    std::optional<Index> k = {};          ///< at least 1; at most d are kept
    std::optional<double> fraction = {};  ///< or k as a fraction of d, above 0 and at most 1
  };
  /// Throws CompressionError unless exactly one setting is given.
  explicit TopK(Settings settings) : sparsity_{settings.k, settings.fraction} {}

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
};

}  // namespace gossamer
