#pragma once
#include <cstddef>
#include <span>

#include "sim/numerics/random.hpp"
#include "sim/quantities.hpp"

namespace gossamer {

/// What a message about a vector of R^d is said to cost, in bits. What travels is bytes, see `Codec::most_bytes`.
/// Where the cost is random, these are its means.
struct MessageBits {
  double nominal = 0;  ///< as papers count
  double packed = 0;   ///< the least that does: log2 of each symbol's alphabet; what both sides can draw is free
  double authors = 0;  ///< as the code of the method's authors counts; the nominal bits where it counts the same
};

/// How large an encoded vector has become, in bytes.
struct EncodedSize {
  Bytes stored = 0;  ///< in memory: real values have as many bytes as the scalar type
  Bytes wire = 0;    ///< as it is charged: real values have 4 bytes, as in every message, whatever the numerics
};

/// How a vector travels: encoded to bytes by its sender, decoded by its receiver. The bytes on the wire are these.
///
/// A run in float64, which serves theory, keeps the real values of a message (norms, kept coordinates) exactly; it is
/// charged for them what float32 takes, as it is for whole models. In float32 the bytes stored are the bytes charged.
///
/// Where a run charges for a model of another size than the one that it trains, of P bytes instead of 4 d, a code
/// counts what the codec would make of P/4 coordinates: `most_bytes(P/4)`, where codes differ in size times the share
/// that this one has of `most_bytes(d)`. See `encoded_by`.
///
/// Const and free of hidden state: what is drawn comes from `draws`, which are the same on both sides. (Both know their
/// address, as each counts the other's encodings; the message need not carry it.)
class Codec {
 public:
  static constexpr std::size_t wire_value_bytes = 4;

  virtual ~Codec() = default;

  /// The room that an encoded vector of R^d takes at most, where a real value takes `value_bytes`.
  virtual Bytes room(Index dimension, std::size_t value_bytes) const = 0;
  /// The same on the wire.
  Bytes most_bytes(Index dimension) const { return room(dimension, wire_value_bytes); }

  /// Whether every vector takes that much. Else the clock has to wait for arithmetic before a message can leave.
  virtual bool same_size() const = 0;

  /// What a vector of R^d is said to cost.
  virtual MessageBits bits(Index dimension) const = 0;

  /// Whether `decode` can find that a message was not understood.
  virtual bool can_tell() const { return false; }

  /// Writes x to `out`.
  virtual EncodedSize encode(std::span<const float> x, Draws draws, std::byte* out) const = 0;
  virtual EncodedSize encode(std::span<const double> x, Draws draws, std::byte* out) const = 0;

  /// x ← what `encode` wrote with the same draws. `near` is a vector of the receiver's, empty where it gave none: codes
  /// that send positions modulo something find the right one by it. Says whether the message was understood, as far as
  /// the receiver can tell.
  virtual bool decode(std::span<const std::byte> message, Draws draws, std::span<const float> near,
                      std::span<float> x) const = 0;
  virtual bool decode(std::span<const std::byte> message, Draws draws, std::span<const double> near,
                      std::span<double> x) const = 0;
};

}  // namespace gossamer
