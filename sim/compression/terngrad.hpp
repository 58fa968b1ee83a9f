#pragma once
#include "sim/compression/level_codec.hpp"

namespace gossamer {

/// TernGrad: every coordinate becomes −‖v‖_∞, 0 or ‖v‖_∞.
///
///     Q(v)_k = ‖v‖_∞ sign(v_k) b_k        b_k = 1 with probability |v_k| / ‖v‖_∞, else 0
///     E Q(v) = v, E‖Q(v) − v‖² = ‖v‖_∞ ‖v‖₁ − ‖v‖₂²
///
/// Cost: log2(3) d + 32 bits. Unlike the paper there is one norm for the whole vector, not one for each layer, and
/// gradients are not clipped.
/// Wen, Xu, Yan, Wu, Wang, Chen, Li, "TernGrad: Ternary Gradients to Reduce Communication in Distributed Deep
/// Learning", NeurIPS 2017, arXiv:1705.07878.
class TernGrad final : public LevelCodec<TernGrad> {
 public:
  TernGrad() : LevelCodec{{.norm = LevelQuantizer::Norm::infinity, .levels = 1, .block = {}}} {}

  MessageBits bits(Index dimension) const override;
  std::optional<RelativeError> relative_error(Index dimension) const override;
};

}  // namespace gossamer
