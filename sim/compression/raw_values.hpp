#pragma once
#include <cstddef>
#include <cstring>
#include <span>

/// Real values inside of messages, where they need not be aligned.
namespace gossamer {

template <class Scalar>
std::byte* put_values(std::byte* out, std::span<const Scalar> values) {
  std::memcpy(out, values.data(), values.size_bytes());
  return out + values.size_bytes();
}

template <class Scalar>
std::byte* put_value(std::byte* out, Scalar value) {
  std::memcpy(out, &value, sizeof value);
  return out + sizeof value;
}

template <class Scalar>
Scalar value_at(const std::byte* in) {
  Scalar value;
  std::memcpy(&value, in, sizeof value);
  return value;
}

}  // namespace gossamer
