#pragma once
#include <cstddef>
#include <cstring>
#include <span>

#include "sim/ground/quantities.hpp"
#include "sim/ground/random.hpp"
#include "sim/numerics/codec.hpp"

/// An encoded vector in memory: a header, then the bytes that the codec writes.
namespace gossamer {

/// The header in front of the bytes of an encoded vector.
struct EncodedHead {
  EncodedSize size = {};  ///< of the bytes that follow
  Bytes room = 0;         ///< of the largest encoded vector, header included
  Draws draws;            ///< in their state before encoding
};

inline EncodedHead head_of(const void* message) {
  EncodedHead head{.draws = {0, Purpose::encoding}};
  std::memcpy(&head, message, sizeof head);
  return head;
}

/// The bytes of the largest encoded vector of R^d, header included.
template <class Scalar>
std::size_t encoded_room(const Codec& codec, Index dimension) {
  return sizeof(EncodedHead) + static_cast<std::size_t>(codec.room(dimension, sizeof(Scalar)));
}

/// Writes x, encoded, and its header to `out`, which has `room` bytes.
template <class Scalar>
void encode_vector(const Codec& codec, const Draws& draws, std::span<const Scalar> x, std::size_t room,
                   std::byte* out) {
  const EncodedHead head{
      .size = codec.encode(x, draws, out + sizeof(EncodedHead)), .room = static_cast<Bytes>(room), .draws = draws};
  std::memcpy(out, &head, sizeof head);
}

/// x ← the decoded message. For `near` and the result see `Codec::decode`.
template <class Scalar>
bool decode_vector(const Codec& codec, const std::byte* message, std::span<const Scalar> near, std::span<Scalar> x) {
  const EncodedHead head = head_of(message);
  const std::span bytes{message + sizeof head, static_cast<std::size_t>(head.size.stored)};
  return codec.decode(bytes, head.draws, near, x);
}

}  // namespace gossamer
