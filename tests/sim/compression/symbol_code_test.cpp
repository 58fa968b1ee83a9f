#include "sim/compression/symbol_code.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compression/positions.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

const std::vector<Index> lengths{1, 2, 7, 8, 9, 39, 40, 41, 63, 64, 65, 1000, SymbolCode::chunk - 1, SymbolCode::chunk};

std::vector<std::uint32_t> random_symbols(Index count, std::uint32_t alphabet) {
  Draws draws{3, Purpose::encoding, 0, alphabet};
  std::vector<std::uint32_t> symbols(static_cast<std::size_t>(count));
  for (auto& symbol : symbols) symbol = static_cast<std::uint32_t>(draws.below(alphabet));
  return symbols;
}

TEST_CASE("Every alphabet decodes from the declared number of bytes, its largest symbols included") {
  std::vector<std::uint32_t> alphabets;
  for (std::uint32_t a = 2; a <= 300; ++a) alphabets.push_back(a);
  for (int bits = 9; bits <= 16; ++bits)
    for (const int by : {-1, 0, 1}) alphabets.push_back((1U << bits) + static_cast<std::uint32_t>(by));
  for (const std::uint32_t alphabet : alphabets) {
    const SymbolCode code{alphabet};
    for (const Index n : lengths) {
      for (auto symbols :
           {random_symbols(n, alphabet), std::vector<std::uint32_t>(static_cast<std::size_t>(n), alphabet - 1)}) {
        const auto size = static_cast<std::size_t>(code.bytes(n));
        std::vector<std::byte> bytes(size + 16, std::byte{0x5A});
        REQUIRE(code.pack(symbols, bytes.data()) == code.bytes(n));
        for (std::size_t k = size; k < bytes.size(); ++k) REQUIRE(bytes[k] == std::byte{0x5A});
        bytes.resize(size);
        bytes.shrink_to_fit();
        std::vector<std::uint32_t> back(symbols.size());
        REQUIRE(code.unpack(bytes.data(), back) == code.bytes(n));
        REQUIRE(back == symbols);
      }
    }
  }
}

TEST_CASE("Symbols take their entropy and little more: nothing for powers of two, less than 4 % for 2^b + 1") {
  constexpr Index n = 10 * SymbolCode::chunk;
  for (int bits = 1; bits <= 16; ++bits) {
    CHECK(8 * SymbolCode{1U << bits}.bytes(n) == bits * n);
    const std::uint32_t odd = (1U << bits) + 1;
    const double entropy = std::log2(odd) * n, taken = 8.0 * static_cast<double>(SymbolCode{odd}.bytes(n));
    CHECK(taken >= entropy);
    CHECK(taken <= 1.04 * entropy);
  }
}

TEST_CASE("Positions come back from ⌈log2 d⌉ bits each") {
  for (const Index d : {Index{1}, Index{2}, Index{3}, Index{100}, Index{4096}, Index{4097}, Index{1} << 31}) {
    const auto log2 = static_cast<int>(std::ceil(std::log2(static_cast<double>(d))));
    CHECK(position_bits(d) == log2);
    for (const Index k : {1, 2, 5, 31, 32, 33, 100}) {
      std::vector<std::uint32_t> positions = random_symbols(k, static_cast<std::uint32_t>(d));
      positions.back() = static_cast<std::uint32_t>(d - 1);
      CHECK(position_bytes(k, d) == (k * log2 + 7) / 8);
      std::vector<std::byte> bytes(static_cast<std::size_t>(position_bytes(k, d)));
      pack_positions(positions, d, bytes.data());
      std::vector<std::uint32_t> back(positions.size());
      unpack_positions(bytes.data(), d, back);
      CHECK(back == positions);
    }
  }
}

}  // namespace
}  // namespace gossamer
