#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "sim/compression/codec_of.hpp"

namespace gossamer::testing {

/// Sends the coordinates times a factor.
class Scaling final : public CodecOf<Scaling> {
 public:
  explicit Scaling(double factor) : factor_{factor} {}

  Bytes room(Index dimension, std::size_t value_bytes) const override {
    return dimension * static_cast<Bytes>(value_bytes);
  }
  bool same_size() const override { return true; }
  MessageBits bits(Index) const override { return {}; }

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> x, Draws, std::byte* out) const {
    for (std::size_t k = 0; k < x.size(); ++k) {
      const auto sent = static_cast<Scalar>(factor_ * static_cast<double>(x[k]));
      std::memcpy(out + k * sizeof sent, &sent, sizeof sent);
    }
    return full_size(x);
  }
  template <class Scalar>
  void read(std::span<const std::byte> message, Draws, std::span<const Scalar>, std::span<Scalar> x) const {
    std::memcpy(x.data(), message.data(), x.size_bytes());
  }

 private:
  double factor_;
};

/// Sends the coordinates rounded to multiples of a spacing: deterministic, not linear, and zero for small ones.
class Rounding final : public CodecOf<Rounding> {
 public:
  explicit Rounding(double spacing) : spacing_{spacing} {}

  Bytes room(Index dimension, std::size_t) const override {
    return dimension * static_cast<Bytes>(sizeof(std::int32_t));
  }
  bool same_size() const override { return true; }
  MessageBits bits(Index) const override { return {}; }

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> x, Draws, std::byte* out) const {
    for (std::size_t k = 0; k < x.size(); ++k) {
      const auto place = static_cast<std::int32_t>(std::lround(static_cast<double>(x[k]) / spacing_));
      std::memcpy(out + k * sizeof place, &place, sizeof place);
    }
    return full_size(x);
  }
  template <class Scalar>
  void read(std::span<const std::byte> message, Draws, std::span<const Scalar>, std::span<Scalar> x) const {
    for (std::size_t k = 0; k < x.size(); ++k) {
      std::int32_t place = 0;
      std::memcpy(&place, message.data() + k * sizeof place, sizeof place);
      x[k] = static_cast<Scalar>(spacing_ * place);
    }
  }

 private:
  double spacing_;
};

/// Sends the positive coordinates with their positions: messages whose size depends on the numbers.
class Positive final : public CodecOf<Positive> {
 public:
  Bytes room(Index dimension, std::size_t value_bytes) const override {
    return dimension * static_cast<Bytes>(sizeof(std::uint32_t) + value_bytes);
  }
  bool same_size() const override { return false; }
  MessageBits bits(Index) const override { return {}; }

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> x, Draws, std::byte* out) const {
    EncodedSize size;
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (!(x[k] > 0)) continue;
      const auto position = static_cast<std::uint32_t>(k);
      std::memcpy(out + size.stored, &position, sizeof position);
      std::memcpy(out + size.stored + sizeof position, &x[k], sizeof(Scalar));
      size.stored += each<Scalar>;
      size.wire += each<float>;
    }
    return size;
  }
  template <class Scalar>
  void read(std::span<const std::byte> message, Draws, std::span<const Scalar>, std::span<Scalar> x) const {
    std::fill(x.begin(), x.end(), Scalar{0});
    for (std::size_t at = 0; at < message.size(); at += each<Scalar>) {
      std::uint32_t position = 0;
      std::memcpy(&position, message.data() + at, sizeof position);
      std::memcpy(&x[position], message.data() + at + sizeof position, sizeof(Scalar));
    }
  }

 private:
  template <class Scalar>
  static constexpr Bytes each = sizeof(std::uint32_t) + sizeof(Scalar);
};

/// Sends each coordinate's place on a randomly shifted grid of that spacing, modulo `levels`, in 4 bytes. Decoding
/// finds the place closest to the receiver's vector: exact to half a spacing where that is within (levels − 1) / 2
/// spacings.
class DitheredModulo final : public CodecOf<DitheredModulo> {
 public:
  DitheredModulo(double spacing, std::int32_t levels) : spacing_{spacing}, levels_{levels} {}

  Bytes room(Index dimension, std::size_t) const override {
    return dimension * static_cast<Bytes>(sizeof(std::int32_t));
  }
  bool same_size() const override { return true; }
  MessageBits bits(Index) const override { return {}; }

  template <class Scalar>
  EncodedSize write(std::span<const Scalar> x, Draws draws, std::byte* out) const {
    for (std::size_t k = 0; k < x.size(); ++k) {
      const auto place = std::llround(static_cast<double>(x[k]) / spacing_ + draws.uniform());
      const auto sent = static_cast<std::int32_t>((place % levels_ + levels_) % levels_);
      std::memcpy(out + k * sizeof sent, &sent, sizeof sent);
    }
    return full_size(x);
  }
  template <class Scalar>
  void read(std::span<const std::byte> message, Draws draws, std::span<const Scalar> near, std::span<Scalar> x) const {
    for (std::size_t k = 0; k < x.size(); ++k) {
      std::int32_t sent = 0;
      std::memcpy(&sent, message.data() + k * sizeof sent, sizeof sent);
      const double shift = draws.uniform();
      const double around = static_cast<double>(near[k]) / spacing_ + shift;
      const double place = sent + levels_ * std::round((around - sent) / levels_);
      x[k] = static_cast<Scalar>(spacing_ * (place - shift));
    }
  }

 private:
  double spacing_;
  std::int32_t levels_;
};

}  // namespace gossamer::testing
