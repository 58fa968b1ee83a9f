#pragma once
#include <cstddef>
#include <span>
#include <type_traits>

#include "sim/compression/relative_error.hpp"
#include "sim/numerics/codec.hpp"

namespace gossamer {

/// A codec that is written once for both scalar types. S has `write(x, draws, out)`, which returns an EncodedSize, and
/// `read(message, draws, near, x)`, which returns whether decoding succeeded, or void if it always succeeds.
template <class S>
class CodecOf : public Codec, public RelativeErrorBound {
 public:
  EncodedSize encode(std::span<const float> x, Draws draws, std::byte* out) const final {
    return self().write(x, draws, out);
  }
  EncodedSize encode(std::span<const double> x, Draws draws, std::byte* out) const final {
    return self().write(x, draws, out);
  }
  bool decode(std::span<const std::byte> message, Draws draws, std::span<const float> near,
              std::span<float> x) const final {
    return decode_with(message, draws, near, x);
  }
  bool decode(std::span<const std::byte> message, Draws draws, std::span<const double> near,
              std::span<double> x) const final {
    return decode_with(message, draws, near, x);
  }

 protected:
  /// The size of a message that always fills its room.
  template <class Scalar>
  EncodedSize full_size(std::span<const Scalar> x) const {
    const auto d = static_cast<Index>(x.size());
    return {.stored = self().room(d, sizeof(Scalar)), .wire = self().most_bytes(d)};
  }

 private:
  template <class Scalar>
  bool decode_with(std::span<const std::byte> message, Draws draws, std::span<const Scalar> near,
                   std::span<Scalar> x) const {
    if constexpr (std::is_void_v<decltype(self().read(message, draws, near, x))>) {
      self().read(message, draws, near, x);
      return true;
    } else {
      return self().read(message, draws, near, x);
    }
  }
  const S& self() const { return static_cast<const S&>(*this); }
};

}  // namespace gossamer
