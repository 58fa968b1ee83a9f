#pragma once
#include <optional>
#include <vector>

#include "sim/compression/codec_of.hpp"
#include "sim/numerics/functions/tiling.hpp"

namespace gossamer {

/// Top-k in chunks: of each chunk of a vector the k coordinates of largest magnitude, unchanged. Among equal magnitudes
/// the first ones are kept. Chunks follow each other; the last one may be shorter.
///
///     ‖Q(v) − v‖² ≤ (1 − k/s) ‖v‖² with chunks of s coordinates; biased
///
/// Cost: 32 + ⌈log2 s⌉ bits a coordinate that is kept, or 32 + 64 with positions as whole words. A NaN counts as the
/// largest magnitude.
/// Peng, Quesnelle, Kingma, "DeMo: Decoupled Momentum Optimization", 2024, arXiv:2411.19870; Sarfi et al.,
/// "Communication Efficient LLM Pre-training with SparseLoCo", 2025, arXiv:2508.15706.
class ChunkTopK final : public CodecOf<ChunkTopK> {
 public:
  struct Settings {
    Index k = 32;                       ///< at least 1; all of a chunk with fewer coordinates
    Index chunk = 64;                   ///< s ≥ 1
    bool whole_words = false;           ///< whether a position takes 64 bits
    std::optional<Tiling> tiling = {};  ///< chunks are the tiles of this instead
  };
  explicit ChunkTopK(Settings settings) : settings_{std::move(settings)} {}

  Bytes room(Index dimension, std::size_t value_bytes) const override;
  bool same_size() const override { return true; }
  MessageBits bits(Index dimension) const override;
  std::optional<RelativeError> relative_error(Index dimension) const override;

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> v, Draws draws, std::byte* out) const;
  template <class Scalar>
  void read(std::span<const std::byte> message, Draws draws, std::span<const Scalar> near, std::span<Scalar> v) const;

 private:
  /// Consecutive chunks of equal size.
  struct Run {
    Index size = 0;
    Index chunks = 0;
    Index kept = 0;  ///< of each
  };
  struct Cut {
    std::vector<Run> runs;
    Index kept = 0;     ///< of all chunks
    Index longest = 1;  ///< chunk
  };
  Cut cut(Index dimension) const;
  Bytes position_room(const Cut& cut) const;

  Settings settings_;
};

}  // namespace gossamer
