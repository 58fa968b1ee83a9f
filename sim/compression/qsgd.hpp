#pragma once
#include <optional>

#include "sim/compression/level_codec.hpp"

namespace gossamer {

/// QSGD: stochastic rounding to s levels of the 2-norm.
///
///     Q(v)_k = ‖v‖₂/s · sign(v_k) · ⌊s |v_k| / ‖v‖₂ + u_k⌋        u_k uniform on (0, 1)
///     E Q(v) = v, E‖Q(v) − v‖² = Σ_k Δ² f_k (1 − f_k) ≤ min(d/s², √d/s) ‖v‖²
///     rescaled by 1/τ, τ = 1 + min(d/s², √d/s): E‖Q(v) − v‖² ≤ (1 − 1/τ) ‖v‖²; biased
///
/// where Δ = ‖v‖₂/s and f_k is the fractional part of |v_k|/Δ. Cost: (log2 s + 1) d + 32 bits; packed,
/// log2(2s + 1) d + 32 bits. Unlike the paper, symbols are packed at a fixed rate instead of with Elias's code.
/// Alistarh, Grubic, Li, Tomioka, Vojnovic, "QSGD: Communication-Efficient SGD via Gradient Quantization and Encoding",
/// NeurIPS 2017, arXiv:1610.02132; rescaled: Koloskova, Stich, Jaggi, ICML 2019, arXiv:1902.00340.
class Qsgd final : public LevelCodec<Qsgd> {
 public:
  struct Settings {
    Index levels = 16;                      ///< s, 1 to 32768
    bool rescaled = false;                  ///< by 1/τ
    std::optional<Index> bucket_size = {};  ///< coordinates that share a norm; empty: all
  };
  explicit Qsgd(Settings settings)
      : LevelCodec{{.norm = LevelQuantizer::Norm::two, .levels = settings.levels, .block = settings.bucket_size}},
        settings_{settings} {}

  MessageBits bits(Index dimension) const override;
  std::optional<RelativeError> relative_error(Index dimension) const override;
  double scale(Index dimension) const;

 private:
  Settings settings_;
};

}  // namespace gossamer
