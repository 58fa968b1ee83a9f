#include "sim/compression/chosen_codes.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "sim/compression/compression_error.hpp"
#include "sim/compression/raw_values.hpp"

namespace gossamer {

ChosenCodes::ChosenCodes(Settings settings) : settings_{std::move(settings)} {
  if (settings_.vectors.size() != settings_.codes.size())
    throw CompressionError{fmt::format("chosen: codes has {} numbers, expected {}, as vectors has",
                                       settings_.codes.size(), settings_.vectors.size())};
}

Bytes ChosenCodes::room(Index dimension, std::size_t value_bytes) const {
  if (const auto count = static_cast<Index>(settings_.vectors.size()); count % std::max<Index>(dimension, 1) != 0)
    throw CompressionError{
        fmt::format("chosen: vectors has {} numbers, expected vectors of the model's dimension {}", count, dimension)};
  return dimension * static_cast<Bytes>(value_bytes);
}

MessageBits ChosenCodes::bits(Index dimension) const {
  const double all = 32.0 * static_cast<double>(dimension);
  return {.nominal = all, .packed = all, .authors = all};
}

template <class Scalar>
EncodedSize ChosenCodes::write(std::span<const Scalar> v, Draws, std::byte* out) const {
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  const auto d = static_cast<Index>(v.size());
  const Index count = d == 0 ? 0 : static_cast<Index>(settings_.vectors.size()) / d;
  if (count == 0) {
    put_values(out, v);
    return full_size(v);
  }
  const Eigen::VectorXd at = Eigen::Map<const Vector>(v.data(), d).template cast<double>();
  const Eigen::Map<const Eigen::MatrixXd> vectors{settings_.vectors.data(), d, count};
  const Eigen::Map<const Eigen::MatrixXd> codes{settings_.codes.data(), d, count};
  Index closest = 0;
  (vectors.colwise() - at).colwise().squaredNorm().minCoeff(&closest);
  const Vector code = (codes.col(closest) + at - vectors.col(closest)).template cast<Scalar>();
  put_values(out, std::span<const Scalar>{code.data(), v.size()});
  return full_size(v);
}

template <class Scalar>
void ChosenCodes::read(std::span<const std::byte> message, Draws, std::span<const Scalar>, std::span<Scalar> v) const {
  std::memcpy(v.data(), message.data(), v.size_bytes());
}

template EncodedSize ChosenCodes::write(std::span<const float>, Draws, std::byte*) const;
template EncodedSize ChosenCodes::write(std::span<const double>, Draws, std::byte*) const;
template void ChosenCodes::read(std::span<const std::byte>, Draws, std::span<const float>, std::span<float>) const;
template void ChosenCodes::read(std::span<const std::byte>, Draws, std::span<const double>, std::span<double>) const;

}  // namespace gossamer
