#pragma once
#include "sim/compression/codec_of.hpp"
#include "sim/compression/symbol_code.hpp"

namespace gossamer {

/// Scaled sign: the signs of the coordinates, multiplied by their mean magnitude.
///
///     Q(v) = ‖v‖₁/d · sign(v)        ‖Q(v) − v‖² = (1 − ω) ‖v‖², ω = ‖v‖₁² / (d ‖v‖₂²) ≥ 1/d; biased
///
/// Cost: d + 32 bits. A zero counts as positive, so one bit encodes a sign. Unlike in the authors' code there is one
/// mean for the whole vector, not one for each layer. Koloskova, Lin, Stich, Jaggi, "Decentralized Deep Learning with
/// Arbitrary Communication Compression", ICLR 2020, arXiv:1907.09356; Karimireddy, Rebjock, Stich, Jaggi, "Error
/// Feedback Fixes SignSGD and other Gradient Compression Schemes", ICML 2019, arXiv:1901.09847.
class ScaledSign final : public CodecOf<ScaledSign> {
 public:
  /// The factor of the signs: the mean magnitude, or 1, which is not sent.
  enum class Scale { mean, one };
  explicit ScaledSign(Scale scale = Scale::mean) : scale_{scale} {}

  Bytes room(Index dimension, std::size_t value_bytes) const override;
  bool same_size() const override { return true; }
  MessageBits bits(Index dimension) const override;
  std::optional<RelativeError> relative_error(Index dimension) const override;

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> v, Draws draws, std::byte* out) const;
  template <class Scalar>
  void read(std::span<const std::byte> message, Draws draws, std::span<const Scalar> near, std::span<Scalar> v) const;

 private:
  Scale scale_;
  SymbolCode code_{2};
};

}  // namespace gossamer
