#pragma once
#include <cstddef>
#include <span>

#include "sim/ground/quantities.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {

struct PartType;

/// The cost of a message about a vector of R^d, in bits, by three ways of counting. The bytes on the wire are a fourth
/// number, see `Codec::most_bytes`. If the cost is random, these are its means.
struct MessageBits {
  double nominal = 0;  ///< as papers count
  double packed = 0;  ///< the least that suffices: log2 of each symbol's alphabet; values that both sides draw are free
  double authors = 0;  ///< as the code of the method's authors counts; equal to `nominal` if it counts as papers do
};

/// The size of an encoded vector, in bytes.
struct EncodedSize {
  Bytes stored = 0;  ///< in memory: real values have as many bytes as the scalar type
  Bytes wire = 0;    ///< as charged: real values have 4 bytes in every message, whatever the scalar type
};

/// A codec: the sender encodes a vector to bytes, the receiver decodes them. These bytes are the bytes on the wire.
///
/// A run in float64, which serves theory, keeps the real values of a message (norms, kept coordinates) exactly. It is
/// charged for them as for float32, and so are full models. In float32 the bytes stored are the bytes charged.
///
/// A run may charge for a model of another size than the one that it trains: P bytes instead of 4 d. A code then counts
/// as the codec's code of P/4 coordinates: `most_bytes(P/4)`. If codes differ in size, this is multiplied by the
/// fraction of `most_bytes(d)` that this code has. See `encoded_by`.
///
/// A codec is a part of an algorithm's settings: its compressor.
///
/// Const and free of hidden state: all draws come from `draws`, which are the same on both sides. (Both sides know
/// their address, since each counts the other's encodings. So the message need not contain it.)
class Codec {
 public:
  static constexpr std::size_t wire_value_bytes = 4;

  static const PartType& part_type();

  virtual ~Codec() = default;

  /// The largest size of an encoded vector of R^d, in bytes, if a real value takes `value_bytes`.
  virtual Bytes room(Index dimension, std::size_t value_bytes) const = 0;
  /// The same on the wire.
  Bytes most_bytes(Index dimension) const { return room(dimension, wire_value_bytes); }

  /// Whether every encoded vector has that size. If not, the clock has to wait for arithmetic before a message is sent.
  virtual bool same_size() const = 0;

  /// The cost of a vector of R^d.
  virtual MessageBits bits(Index dimension) const = 0;

  /// Whether `decode` can detect that decoding failed.
  virtual bool detects_failures() const { return false; }

  /// Writes the encoded x to `out`.
  virtual EncodedSize encode(std::span<const float> x, Draws draws, std::byte* out) const = 0;
  virtual EncodedSize encode(std::span<const double> x, Draws draws, std::byte* out) const = 0;

  /// x ← the decoded message; `draws` are those of `encode`. `near` is a vector of the receiver, or empty: codecs that
  /// send positions modulo a number pick the position nearest to it. Returns false if the receiver detects that
  /// decoding failed.
  virtual bool decode(std::span<const std::byte> message, Draws draws, std::span<const float> near,
                      std::span<float> x) const = 0;
  virtual bool decode(std::span<const std::byte> message, Draws draws, std::span<const double> near,
                      std::span<double> x) const = 0;
};

}  // namespace gossamer
