#pragma once
#include <cstddef>
#include <span>

#include "sim/numerics/random.hpp"
#include "sim/quantities.hpp"

namespace gossamer {

/// How a vector travels: encoded to bytes by its sender, decoded by its receiver. The bytes on the wire are these.
///
/// Const and free of hidden state: what is drawn comes from `draws`, which are the same on both sides. (Both know their
/// address, as each counts the other's encodings; the message need not carry it.)
class Codec {
 public:
  virtual ~Codec() = default;

  /// The room that encoding a vector of R^d takes at most.
  virtual Bytes most_bytes(Index dimension) const = 0;

  /// Whether every vector takes that much. Else the clock has to wait for arithmetic before a message can leave.
  virtual bool same_size() const = 0;

  /// Writes x to `out` and returns how many bytes that took.
  virtual Bytes encode(std::span<const float> x, Draws draws, std::byte* out) const = 0;
  virtual Bytes encode(std::span<const double> x, Draws draws, std::byte* out) const = 0;

  /// x ← what `encode` wrote with the same draws. `near` is a vector of the receiver's, empty where it gave none: codes
  /// that send positions modulo something find the right one by it.
  virtual void decode(std::span<const std::byte> message, Draws draws, std::span<const float> near,
                      std::span<float> x) const = 0;
  virtual void decode(std::span<const std::byte> message, Draws draws, std::span<const double> near,
                      std::span<double> x) const = 0;
};

}  // namespace gossamer
