#pragma once
#include "sim/compression/codec_of.hpp"
#include "sim/numerics/coordinatewise_linear.hpp"

namespace gossamer {

/// The identity: every coordinate is unchanged.
///
///     Q(v) = v        no error
///
/// 32 d bits. It permits comparing an algorithm with a compressor against the same algorithm without one.
class Identity final : public CodecOf<Identity>, public CoordinatewiseLinear {
 public:
  Bytes room(Index dimension, std::size_t value_bytes) const override;
  bool same_size() const override { return true; }
  MessageBits bits(Index dimension) const override;
  std::optional<RelativeError> relative_error(Index) const override { return RelativeError{0, true}; }

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> v, Draws draws, std::byte* out) const;
  template <class Scalar>
  void read(std::span<const std::byte> message, Draws draws, std::span<const Scalar> near, std::span<Scalar> v) const;
};

}  // namespace gossamer
