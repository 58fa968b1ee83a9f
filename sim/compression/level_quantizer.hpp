#pragma once
#include <cstddef>
#include <optional>
#include <span>

#include "sim/compression/symbol_code.hpp"
#include "sim/compression/uniforms.hpp"
#include "sim/numerics/codec.hpp"

namespace gossamer {

/// Stochastic rounding to equidistant levels between −‖v‖ and ‖v‖, block by block: the common part of QSGD, TernGrad
/// and LEAD's quantizer.
///
///     Q(v)_k = ‖v‖/L · sign(v_k) · ⌊L |v_k| / ‖v‖ + u_k⌋        u_k uniform on (0, 1), Q(0) = 0
///
/// With Δ = ‖v‖/L and f_k the fractional part of |v_k|/Δ: E Q(v) = v and E‖Q(v) − v‖² = Σ_k Δ² f_k (1 − f_k) ≤ d Δ²/4.
/// A message contains the norms of all blocks, rounded up to the scalar type, then one of 2L + 1 symbols for each
/// coordinate. If a norm is not finite, no coordinate of its block is.
class LevelQuantizer {
 public:
  enum class Norm { two, infinity };
  struct Setup {
    Norm norm = Norm::two;
    Index levels = 1;                 ///< L, 1 to 32768
    std::optional<Index> block = {};  ///< number of coordinates that share a norm; all if empty
  };
  explicit LevelQuantizer(Setup setup);

  Index blocks(Index dimension) const;
  Bytes room(Index dimension, std::size_t value_bytes) const;
  /// log2(2L + 1) bits for each coordinate and 32 for each norm.
  double packed_bits(Index dimension) const;

  template <class Scalar>
  void encode(std::span<const Scalar> v, Uniforms& u, std::byte* out) const;
  /// x ← scale · Q(v)
  template <class Scalar>
  void decode(const std::byte* message, double scale, std::span<Scalar> x) const;

 private:
  Index block_length(Index dimension) const { return setup_.block.value_or(dimension); }

  Setup setup_;
  SymbolCode code_;
};

}  // namespace gossamer
