#pragma once
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Binary array files, written here from the definitions of their formats, byte by byte.
namespace gossamer::testing {

enum class ByteOrder { little, big };

/// The lowest bytes of a number.
inline std::string bytes_of(std::uint64_t bits, int bytes, ByteOrder order) {
  std::string text;
  for (int k = 0; k < bytes; ++k) {
    const int place = order == ByteOrder::little ? k : bytes - 1 - k;
    text += static_cast<char>(bits >> (8 * place) & 0xff);
  }
  return text;
}

/// IEEE 754: sign, biased exponent and fraction of a number that the format holds exactly.
inline std::uint64_t ieee_bits(double value, int exponent_bits, int fraction_bits) {
  const std::uint64_t sign = std::signbit(value) ? 1 : 0, top = (std::uint64_t{1} << exponent_bits) - 1;
  const int bias = (1 << (exponent_bits - 1)) - 1;
  std::uint64_t biased = 0, fraction = 0;
  if (std::isnan(value) || std::isinf(value)) {
    biased = top;
    fraction = std::isnan(value) ? 1 : 0;
  } else if (value != 0) {
    const int exponent = std::max(std::ilogb(value), 1 - bias);  // below, numbers are subnormal
    const double scaled = std::ldexp(std::abs(value), fraction_bits - exponent);
    const auto significand = static_cast<std::uint64_t>(scaled);
    const bool normal = significand >> fraction_bits == 1;
    biased = normal ? static_cast<std::uint64_t>(exponent + bias) : 0;
    fraction = significand & ((std::uint64_t{1} << fraction_bits) - 1);
  }
  return sign << (exponent_bits + fraction_bits) | biased << fraction_bits | fraction;
}

/// A number as NumPy's kinds have it: b, i, u (two's complement) or f.
inline std::string number_bytes(double value, char kind, int bytes, ByteOrder order) {
  if (kind != 'f') {
    const bool negative = value < 0;
    const auto size = static_cast<std::uint64_t>(std::abs(value));
    return bytes_of(negative ? ~size + 1 : size, bytes, order);
  }
  const int exponent_bits = bytes == 2 ? 5 : bytes == 4 ? 8 : 11;
  return bytes_of(ieee_bits(value, exponent_bits, 8 * bytes - 1 - exponent_bits), bytes, order);
}

inline std::string array_bytes(const std::vector<double>& values, char kind, int bytes, ByteOrder order) {
  std::string text;
  for (const double value : values) text += number_bytes(value, kind, bytes, order);
  return text;
}

/// An NPY file: magic number, version, length of the header, header, values.
inline std::string npy(const std::string& dictionary, const std::string& values, int version = 1) {
  const std::string header = dictionary + "\n";
  return std::string{"\x93NUMPY"} + static_cast<char>(version) + '\0' +
         bytes_of(header.size(), version == 1 ? 2 : 4, ByteOrder::little) + header + values;
}

inline std::string npy_dictionary(const std::string& type, const std::string& order, const std::string& shape) {
  return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
}

/// An IDX file: 0 0, type, number of dimensions, sizes, values.
inline std::string idx(int type, const std::vector<std::uint64_t>& shape, const std::string& values) {
  std::string text = bytes_of(static_cast<std::uint64_t>(type) << 8 | shape.size(), 4, ByteOrder::big);
  for (const std::uint64_t size : shape) text += bytes_of(size, 4, ByteOrder::big);
  return text + values;
}

}  // namespace gossamer::testing
