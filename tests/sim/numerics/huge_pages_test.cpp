#include <cstdint>
#include <cstring>
#include <vector>

#include <doctest/doctest.h>

#include "sim/numerics/huge_pages.hpp"

namespace gossamer {
namespace {

TEST_CASE("Pieces of an arena are aligned and separate, and keep their content") {
  Arena arena;
  std::vector<std::pair<unsigned char*, std::size_t>> pieces;
  for (std::size_t k = 0; k < 3000; ++k) {
    const std::size_t bytes = 1 + k * 37 % 5000 + (k == 1500 ? 3 * huge_page : 0);
    auto* const piece = static_cast<unsigned char*>(arena.take(bytes));
    CHECK(reinterpret_cast<std::uintptr_t>(piece) % 16 == 0);
    std::memset(piece, static_cast<int>(k % 251), bytes);
    pieces.emplace_back(piece, bytes);
  }
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    CHECK(pieces[k].first[0] == k % 251);
    CHECK(pieces[k].first[pieces[k].second - 1] == k % 251);
  }
}

TEST_CASE("A vector grows through huge pages without losing an element") {
  std::vector<std::uint64_t, HugePages<std::uint64_t>> numbers;
  for (std::uint64_t k = 0; k < 1'000'000; ++k) numbers.push_back(k * k);
  CHECK(reinterpret_cast<std::uintptr_t>(numbers.data()) % huge_page == 0);
  for (std::uint64_t k = 0; k < 1'000'000; k += 9999) CHECK(numbers[k] == k * k);
}

}  // namespace
}  // namespace gossamer
