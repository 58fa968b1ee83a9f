#include "sim/compression/symbol_code.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>

namespace gossamer {
namespace {

constexpr int word_bits = 64;
constexpr Index group = 8;                           // symbols whose low bits fill whole bytes
constexpr Index most_words = SymbolCode::chunk / 4;  // of a chunk: a word can hold 4 digits of 16 bits

/// The number of digits below `base` that fit in a word.
int digits_per_word(std::uint32_t base) {
  int count = 0;
  std::uint64_t largest = 1;
  for (; largest <= ~std::uint64_t{0} / base; largest *= base) ++count;
  return count;
}

/// The number of bits for each symbol.
double cost(std::uint32_t alphabet, int low_bits) {
  const std::uint32_t digits = (alphabet + (1U << low_bits) - 1) >> low_bits;
  return low_bits + (digits == 1 ? 0.0 : static_cast<double>(word_bits) / digits_per_word(digits));
}

/// word_j ← Σ_i digit_{i, j} base^i, where digit (i, j) is that of symbol i · words + j.
void pack_digits(std::span<const std::uint32_t> symbols, int low_bits, std::uint32_t base, Index words, Index rows,
                 std::uint64_t* word) {
  const auto n = static_cast<Index>(symbols.size());
  std::fill(word, word + words, 0);
  for (Index i = rows - 1; i >= 0; --i) {
    const Index count = std::clamp<Index>(n - i * words, 0, words);
    const std::uint32_t* const symbol = symbols.data() + i * words;
    for (Index j = 0; j < count; ++j) word[j] = word[j] * base + (symbol[j] >> low_bits);
    for (Index j = count; j < words; ++j) word[j] *= base;
  }
}

/// Splits one row of digits off numbers below 2^51. For such numbers (x + 1/2)/base, computed with a rounded 1/base,
/// never reaches the next integer.
void take_row(double* rest, Index count, double base, double inverse, std::uint32_t* digit) {
  for (Index j = 0; j < count; ++j) {
    const double quotient = std::floor((rest[j] + 0.5) * inverse);
    digit[j] = static_cast<std::uint32_t>(static_cast<std::int32_t>(rest[j] - quotient * base));
    rest[j] = quotient;
  }
}

/// The low bits of eight symbols, side by side. If a symbol has more than 8 low bits, they need both words.
template <int half>
std::uint64_t joined(const std::uint32_t* symbol, int bits, std::uint64_t mask) {
  std::uint64_t result = 0;
  for (int i = 0; i < half; ++i) result |= (symbol[i] & mask) << (i * bits);
  return result;
}

/// Writes the low bits of a group. They take `bits` bytes, but up to 16 bytes are overwritten.
void pack_group(const std::uint32_t* symbol, int bits, std::byte* out) {
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  if (bits <= 8) {
    const std::uint64_t all = joined<8>(symbol, bits, mask);
    std::memcpy(out, &all, sizeof all);
    return;
  }
  const std::uint64_t first = joined<4>(symbol, bits, mask), last = joined<4>(symbol + 4, bits, mask);
  const int used = 4 * bits;  // bits of the first word; the other bits come from the last word
  const std::array<std::uint64_t, 2> both{used == word_bits ? first : first | last << used,
                                          used == word_bits ? last : last >> (word_bits - used)};
  std::memcpy(out, both.data(), sizeof both);
}

void unpack_group(const std::byte* in, int bits, bool has_digits, std::uint32_t* symbol) {
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  std::array<std::uint64_t, 2> both{};
  std::memcpy(both.data(), in, bits <= 8 ? sizeof(std::uint64_t) : sizeof both);
  const int used = 4 * bits;
  const std::uint64_t first = both[0];
  const std::uint64_t last =
      used == word_bits ? both[1] : both[0] >> used | (bits <= 8 ? 0 : both[1] << (word_bits - used));
  for (int i = 0; i < 4; ++i) {
    const auto low = static_cast<std::uint32_t>(first >> (i * bits) & mask);
    const auto high = static_cast<std::uint32_t>(last >> (i * bits) & mask);
    symbol[i] = has_digits ? symbol[i] << bits | low : low;
    symbol[i + 4] = has_digits ? symbol[i + 4] << bits | high : high;
  }
}

}  // namespace

SymbolCode::SymbolCode(std::uint32_t alphabet) : alphabet_{alphabet} {
  assert(alphabet >= 2 && alphabet <= largest_alphabet && "an alphabet has 2 to 65537 symbols");
  constexpr int most_low_bits = 16;
  for (int bits = 1; bits <= most_low_bits && (alphabet >> (bits - 1)) > 1; ++bits)
    if (cost(alphabet, bits) <= cost(alphabet, low_bits_)) low_bits_ = bits;
  digits_ = (alphabet + (1U << low_bits_) - 1) >> low_bits_;
  if (digits_ == 1) return;
  per_word_ = digits_per_word(digits_);
  assert(words(chunk) <= most_words && "digits have 16 bits at most");
  for (int k = 0; k < per_word_ / 2; ++k) lower_half_ *= digits_;
}

Bytes SymbolCode::chunk_bytes(Index symbols) const {
  return words(symbols) * static_cast<Bytes>(sizeof(std::uint64_t)) + (symbols * low_bits_ + 7) / 8;
}

Bytes SymbolCode::bytes(Index symbols) const {
  return symbols / chunk * chunk_bytes(chunk) + chunk_bytes(symbols % chunk);
}

/// The number of groups whose low bits can be written or read as whole words inside of the low bits of the chunk.
Index SymbolCode::whole_groups(Index symbols) const {
  const Index size = (symbols * low_bits_ + 7) / 8;
  const Index reach = low_bits_ <= 8 ? 8 : 16;
  return size < reach ? 0 : std::min(symbols / group, (size - reach) / low_bits_ + 1);
}

Bytes SymbolCode::pack(std::span<const std::uint32_t> symbols, std::byte* out) const {
  const auto n = static_cast<Index>(symbols.size());
  if (const Index count = words(n); count > 0) {
    std::array<std::uint64_t, most_words> word;
    pack_digits(symbols, low_bits_, digits_, count, per_word_, word.data());
    const auto size = static_cast<std::size_t>(count) * sizeof(std::uint64_t);
    std::memcpy(out, word.data(), size);
    out += size;
  }
  if (low_bits_ > 0) pack_low_bits(symbols, out);
  return chunk_bytes(n);
}

void SymbolCode::pack_low_bits(std::span<const std::uint32_t> symbols, std::byte* out) const {
  const auto n = static_cast<Index>(symbols.size());
  const Index whole = whole_groups(n);
  for (Index k = 0; k < whole; ++k) pack_group(symbols.data() + k * group, low_bits_, out + k * low_bits_);
  for (Index at = whole * group; at < n; at += group) {
    std::array<std::uint32_t, group> some{};
    std::array<std::byte, 16> bytes{};
    const Index left = std::min(group, n - at);
    std::copy_n(symbols.data() + at, left, some.data());
    pack_group(some.data(), low_bits_, bytes.data());
    std::memcpy(out + at / group * low_bits_, bytes.data(), static_cast<std::size_t>((left * low_bits_ + 7) / 8));
  }
}

Bytes SymbolCode::unpack(const std::byte* in, std::span<std::uint32_t> symbols) const {
  const auto n = static_cast<Index>(symbols.size());
  if (const Index count = words(n); count > 0) {
    unpack_digits(in, count, symbols);
    in += count * static_cast<Index>(sizeof(std::uint64_t));
  }
  if (low_bits_ > 0) unpack_low_bits(in, symbols);
  return chunk_bytes(n);
}

/// Both halves of a word are small enough for arithmetic in double, which vectorizes; integer division does not.
void SymbolCode::unpack_digits(const std::byte* in, Index count, std::span<std::uint32_t> symbols) const {
  std::array<std::uint64_t, most_words> word;
  std::array<double, most_words> lower, upper;
  std::memcpy(word.data(), in, static_cast<std::size_t>(count) * sizeof(std::uint64_t));
  for (std::size_t j = 0; j < static_cast<std::size_t>(count); ++j) {
    const std::uint64_t high = word[j] / lower_half_;
    upper[j] = static_cast<double>(high);
    lower[j] = static_cast<double>(word[j] - high * lower_half_);
  }
  const auto n = static_cast<Index>(symbols.size());
  const double base = digits_, inverse = 1.0 / base;
  for (Index row = 0; row * count < n; ++row)
    take_row(row < per_word_ / 2 ? lower.data() : upper.data(), std::min(count, n - row * count), base, inverse,
             symbols.data() + row * count);
}

void SymbolCode::unpack_low_bits(const std::byte* in, std::span<std::uint32_t> symbols) const {
  const auto n = static_cast<Index>(symbols.size());
  const Index whole = whole_groups(n);
  const bool has_digits = digits_ > 1;
  for (Index k = 0; k < whole; ++k) unpack_group(in + k * low_bits_, low_bits_, has_digits, symbols.data() + k * group);
  for (Index at = whole * group; at < n; at += group) {
    std::array<std::uint32_t, group> some{};
    std::array<std::byte, 16> bytes{};
    const Index left = std::min(group, n - at);
    std::memcpy(bytes.data(), in + at / group * low_bits_, static_cast<std::size_t>((left * low_bits_ + 7) / 8));
    std::copy_n(symbols.data() + at, left, some.data());
    unpack_group(bytes.data(), low_bits_, has_digits, some.data());
    std::copy_n(some.data(), left, symbols.data() + at);
  }
}

}  // namespace gossamer
