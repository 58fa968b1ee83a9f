#pragma once
#include <cstdint>
#include <optional>

#include "sim/compression/codec_of.hpp"
#include "sim/compression/symbol_code.hpp"
#include "sim/compression/uniforms.hpp"

namespace gossamer {

/// The lattice quantizer: the sender rounds every coordinate to a grid of side s and sends the grid index modulo q, the
/// color. The receiver takes the grid point of that color that is nearest to a vector of its own.
///
///     z_k = ⌊(x_k − θ_k)/s + 1/2⌋;  c_k = z_k mod q is sent
///     x̂_k = s (c_k + q m_k) + θ_k,  m_k = ⌊((y_k − θ_k)/s − c_k)/q + 1/2⌋        y: the receiver's vector
///
/// With dither, θ_k is uniform on [−s/2, s/2) and both sides draw it. If |x_k − y_k| ≤ (q − 1)s/2, then x̂_k − x_k is
/// uniform on [−s/2, s/2] for every x. Hence E x̂ = x and E‖x̂ − x‖² = d s²/12. Beyond that radius a coordinate is
/// off by a multiple of q s with probability min(1, |x_k − y_k|/s − (q − 1)/2). Without dither θ = 0: biased,
/// |x̂_k − x_k| ≤ s/2.
///
/// Cost: d log2 q bits; the authors' code sends whole bytes. With a hash, 32 more bits check the quotients z_k div q.
/// If the receiver computes another hash, it keeps its own vector. A wrong quotient passes with a probability of about
/// 2⁻³². Without `near` the receiver's vector is zero.
/// Davies, Gurunathan, Moshrefi, Ashkboos, Alistarh, "New Bounds For Distributed Mean Estimation and Variance
/// Reduction", ICLR 2021, arXiv:2002.09268. Unlike the paper there is no rotation, and a message that could not be
/// decoded is not sent again.
class Lattice final : public CodecOf<Lattice> {
 public:
  struct Settings {
    Index colors = 256;                ///< q, a power of two from 2 to 65536
    std::optional<double> side = {};   ///< s > 0; give this or `y_max`
    std::optional<double> y_max = {};  ///< the largest |x_k − y_k| with certain decoding: s = 2 y_max/(q − 1)
    bool dither = true;
    bool hash = false;
  };
  /// Throws CompressionError unless exactly one of side and y_max is given, and q is a power of two.
  explicit Lattice(Settings settings);

  Bytes room(Index dimension, std::size_t value_bytes) const override;
  bool same_size() const override { return true; }
  MessageBits bits(Index dimension) const override;
  bool detects_failures() const override { return hash_; }

  double side() const { return side_; }

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> v, Draws draws, std::byte* out) const;
  template <class Scalar>
  bool read(std::span<const std::byte> message, Draws draws, std::span<const Scalar> near, std::span<Scalar> v) const;

  /// The same with θ_k = s (u_k − 1/2) for given u.
  template <class Scalar>
  void write_with(std::span<const Scalar> v, Uniforms& u, std::byte* out) const;
  template <class Scalar>
  bool read_with(std::span<const std::byte> message, Uniforms& u, std::span<const Scalar> near,
                 std::span<Scalar> v) const;

 private:
  double colors_;
  double side_;
  bool dither_;
  bool hash_;
  SymbolCode code_;
};

}  // namespace gossamer
