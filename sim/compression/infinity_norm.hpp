#pragma once
#include "sim/compression/level_codec.hpp"

namespace gossamer {

/// LEAD's quantizer: stochastic rounding to 2^{b−1} levels of the infinity norm, in blocks of S coordinates.
///
///     Q(v)_k = ‖v‖_∞ 2^{−(b−1)} · sign(v_k) · ⌊2^{b−1} |v_k| / ‖v‖_∞ + u_k⌋        u_k uniform on (0, 1), by block
///     E Q(v) = v, E‖Q(v) − v‖² = Σ_k Δ² f_k (1 − f_k) ≤ S/4^b · ‖v‖²
///
/// where Δ = ‖v‖_∞ 2^{−(b−1)} and f_k is the fractional part of |v_k|/Δ. Cost: b d + 32 ⌈d/S⌉ bits; packed,
/// log2(2^b + 1) d + 32 ⌈d/S⌉ bits, since there are 2^b + 1 symbols.
/// Liu, Li, Wang, Tang, Yan, "Linear Convergent Decentralized Optimization with Compression", ICLR 2021,
/// arXiv:2007.00232.
class InfinityNorm final : public LevelCodec<InfinityNorm> {
 public:
  struct Settings {
    int bits = 2;            ///< b, 1 to 16
    Index block_size = 512;  ///< S ≥ 1
  };
  explicit InfinityNorm(Settings settings)
      : LevelCodec{{.norm = LevelQuantizer::Norm::infinity,
                    .levels = Index{1} << (settings.bits - 1),
                    .block = settings.block_size}},
        bits_{settings.bits},
        block_size_{settings.block_size} {}

  MessageBits bits(Index dimension) const override;
  std::optional<RelativeError> relative_error(Index dimension) const override;

 private:
  int bits_;
  Index block_size_;
};

}  // namespace gossamer
