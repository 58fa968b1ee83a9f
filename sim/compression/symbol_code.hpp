#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Packs symbols 0, …, A − 1 into nearly log2 A bits each.
///
/// A symbol consists of a digit below ⌈A/2^l⌉ and l low bits. Digits are packed by radix, as many as fit in a 64-bit
/// word. Low bits are stored unchanged, 8 symbols in l bytes. The l that takes the fewest bits is chosen: if A is a
/// power of two there are no digits, 2 + 1 symbols have no low bits, 256 + 1 symbols take 8.2 bits each (radix alone
/// takes 64/7).
///
/// Symbols come in chunks, and each chunk is packed separately. The digits of a chunk are distributed over its words,
/// one to each word before any word gets a second, so that the iterations of a loop over words are independent.
class SymbolCode {
 public:
  static constexpr Index chunk = 2048;
  static constexpr std::uint32_t largest_alphabet = (1U << 16) + 1;

  /// Needs 2 ≤ alphabet ≤ `largest_alphabet`.
  explicit SymbolCode(std::uint32_t alphabet);

  /// The size of `symbols` packed symbols, in bytes.
  Bytes bytes(Index symbols) const;

  /// Packs at most a chunk of symbols; every chunk of a message but the last must be full. Both return the number of
  /// bytes.
  Bytes pack(std::span<const std::uint32_t> symbols, std::byte* out) const;
  Bytes unpack(const std::byte* in, std::span<std::uint32_t> symbols) const;

  std::uint32_t alphabet() const { return alphabet_; }

 private:
  Index words(Index symbols) const { return digits_ == 1 ? 0 : (symbols + per_word_ - 1) / per_word_; }
  Bytes chunk_bytes(Index symbols) const;
  Index whole_groups(Index symbols) const;
  void pack_low_bits(std::span<const std::uint32_t> symbols, std::byte* out) const;
  void unpack_digits(const std::byte* in, Index count, std::span<std::uint32_t> symbols) const;
  void unpack_low_bits(const std::byte* in, std::span<std::uint32_t> symbols) const;

  std::uint32_t alphabet_;
  int low_bits_ = 0;
  std::uint32_t digits_;          ///< number of values of a digit; 1 if there are no digits
  int per_word_ = 0;              ///< digits in a word
  std::uint64_t lower_half_ = 1;  ///< digits_ to the power of per_word_ / 2
};

}  // namespace gossamer
