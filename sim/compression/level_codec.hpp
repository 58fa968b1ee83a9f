#pragma once
#include <cstddef>
#include <span>

#include "sim/compression/codec_of.hpp"
#include "sim/compression/level_quantizer.hpp"

namespace gossamer {

/// A codec that rounds to levels as `LevelQuantizer` does. S defines `bits`. It may define `scale`, a factor that is
/// applied to every decoded value.
template <class S>
class LevelCodec : public CodecOf<S> {
 public:
  Bytes room(Index dimension, std::size_t value_bytes) const final { return quantizer_.room(dimension, value_bytes); }
  bool same_size() const final { return true; }

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> v, Draws draws, std::byte* out) const {
    DrawnUniforms u{draws};
    write_with(v, u, out);
    return this->full_size(v);
  }
  template <class Scalar>
  void read(std::span<const std::byte> message, Draws, std::span<const Scalar>, std::span<Scalar> v) const {
    quantizer_.decode(message.data(), static_cast<const S&>(*this).scale(static_cast<Index>(v.size())), v);
  }

  /// The same as `write`, with given numbers u.
  template <class Scalar>
  void write_with(std::span<const Scalar> v, Uniforms& u, std::byte* out) const {
    quantizer_.encode(v, u, out);
  }

  double scale(Index) const { return 1; }

 protected:
  explicit LevelCodec(LevelQuantizer::Setup setup) : quantizer_{setup} {}
  const LevelQuantizer& quantizer() const { return quantizer_; }

 private:
  LevelQuantizer quantizer_;
};

}  // namespace gossamer
