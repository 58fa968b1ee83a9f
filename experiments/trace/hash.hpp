#pragma once
#include <bit>
#include <cstdint>
#include <string>

namespace gossamer {

/// A hash over numbers: FNV-1a with 64 bits (Fowler, Noll, Vo; offset basis 14695981039346656037, prime 1099511628211).
///
/// Each number counts with its eight bytes, the lowest first: integers as they are, reals by their IEEE 754 bit
/// pattern. So 0 and −0 differ, and equal hashes mean equal bits up to chance (2⁻⁶⁴ per pair).
class Hash {
 public:
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
      state_ ^= number >> shift & 0xff;
      state_ *= 1099511628211u;
    }
  }
  void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }

  std::uint64_t value() const { return state_; }
  /// Sixteen hexadecimal digits.
  std::string text() const;

 private:
  std::uint64_t state_ = 14695981039346656037u;
};

}  // namespace gossamer
