#pragma once
#include "sim/compression/codec_of.hpp"
#include "sim/numerics/coordinatewise_linear.hpp"

namespace gossamer {

/// Random gossip: the full vector or nothing.
///
///     Q(v) = v with probability p, else 0        E‖Q(v) − v‖² = (1 − p) ‖v‖²; biased
///
/// Cost: 32 p d bits on average. A message without the vector has no bytes, since both sides make the same draw.
/// Koloskova, Stich, Jaggi, ICML 2019, arXiv:1902.00340.
class RandomGossip final : public CodecOf<RandomGossip>, public CoordinatewiseLinear {
 public:
  struct Settings {
    double probability = 0.1;  ///< p, above 0 and at most 1
  };
  explicit RandomGossip(Settings settings) : settings_{settings} {}

  Bytes room(Index dimension, std::size_t value_bytes) const override;
  bool same_size() const override { return false; }
  MessageBits bits(Index dimension) const override;
  std::optional<RelativeError> relative_error(Index) const override {
    return RelativeError{1 - settings_.probability, false};
  }

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> v, Draws draws, std::byte* out) const;
  template <class Scalar>
  void read(std::span<const std::byte> message, Draws draws, std::span<const Scalar> near, std::span<Scalar> v) const;

 private:
  Settings settings_;
};

}  // namespace gossamer
