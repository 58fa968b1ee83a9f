#pragma once
#include <vector>

#include <Eigen/Core>

#include "sim/compression/codec_of.hpp"

namespace gossamer {

/// Codes that were chosen for some vectors, such as those of a worst case over all compressors with a contraction.
///
///     Q(v) = q_p + v − v_p        v_p: the vector of the list that is closest to v, the first of several
///     ‖Q(v_p) − v_p‖² = ‖q_p − v_p‖²;   Q(v) = v if the list is empty
///
/// Cost: 32 d bits, and 2 d flops for each vector of the list.
class ChosenCodes final : public CodecOf<ChosenCodes> {
 public:
  struct Settings {
    std::vector<double> vectors = {};  ///< v_1, v_2, …, one after the other
    std::vector<double> codes = {};    ///< q_1, q_2, …, as many numbers
  };
  /// Throws CompressionError unless there are as many vectors as codes.
  explicit ChosenCodes(Settings settings);

  /// Throws CompressionError if the lists are no vectors of this dimension.
  Bytes room(Index dimension, std::size_t value_bytes) const override;
  bool same_size() const override { return true; }
  MessageBits bits(Index dimension) const override;

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> v, Draws draws, std::byte* out) const;
  template <class Scalar>
  void read(std::span<const std::byte> message, Draws draws, std::span<const Scalar> near, std::span<Scalar> v) const;

 private:
  Settings settings_;
};

}  // namespace gossamer
