#pragma once
#include "sim/compression/codec_of.hpp"
#include "sim/compression/symbol_code.hpp"

namespace gossamer {

/// Natural compression: every coordinate is rounded to one of the two powers of two around it.
///
///     Q(v)_k = sign(v_k) 2^a with probability (2^{a+1} − |v_k|) / 2^a, else sign(v_k) 2^{a+1}
///     where 2^a ≤ |v_k| < 2^{a+1}
///     E Q(v) = v, E‖Q(v) − v‖² ≤ ‖v‖²/8
///
/// Cost: 9 d bits, the sign and the exponent of float32. In float64 the exponent keeps its 11 bits and is charged as 8.
/// Numbers below the least normal number become that number or zero, without bias. Numbers that would exceed the
/// largest power become infinite. Horvath, Ho, Horvath, Sahu, Canini, Richtarik, "Natural Compression for Distributed
/// Deep Learning", 2019, arXiv:1905.10988.
class Natural final : public CodecOf<Natural> {
 public:
  Bytes room(Index dimension, std::size_t value_bytes) const override;
  bool same_size() const override { return true; }
  MessageBits bits(Index dimension) const override;
  std::optional<RelativeError> relative_error(Index) const override { return RelativeError{0.125, true}; }

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> v, Draws draws, std::byte* out) const;
  template <class Scalar>
  void read(std::span<const std::byte> message, Draws draws, std::span<const Scalar> near, std::span<Scalar> v) const;

 private:
  SymbolCode single_{1U << 9};
  SymbolCode double_{1U << 12};
};

}  // namespace gossamer
