#include <array>
#include <cmath>
#include <initializer_list>
#include <vector>

#include <doctest/doctest.h>

#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

TEST_CASE("The generator is Philox4x32-10, by the known answers that its authors publish") {
  const auto block = r123::Philox4x32{}({{0, 0, 0, 0}}, {{0, 0}});
  CHECK(block[0] == 0x6627e8d5u);
  CHECK(block[1] == 0xe169c58du);
  CHECK(block[2] == 0xbc57ac4cu);
  CHECK(block[3] == 0x9b00dbd8u);
}

TEST_CASE("A draw is a function of seed, purpose, node, counter and position") {
  const auto first = [](Draws draws) { return draws(); };
  const std::uint32_t here = first({7, Purpose::batch, 3, 11});
  CHECK(first({7, Purpose::batch, 3, 11}) == here);
  CHECK(first({8, Purpose::batch, 3, 11}) != here);
  CHECK(first({7, Purpose::noise, 3, 11}) != here);
  CHECK(first({7, Purpose::batch, 4, 11}) != here);
  CHECK(first({7, Purpose::batch, 3, 12}) != here);
  CHECK(first({7 | 1ull << 40, Purpose::batch, 3, 11}) != here);
  CHECK(first({7, Purpose::batch, 3, 11 | 1ull << 40}) != here);

  // Position 5 of the stream is in the second block of four, whose counter is 1 higher.
  Draws draws{7, Purpose::batch, 3, 11};
  for (int k = 0; k < 5; ++k) draws();
  const auto block = r123::Philox4x32{}({{1, 3, 11, 6u << 24}}, {{7, 0}});
  CHECK(draws() == block[1]);
}

TEST_CASE("Many draws at once are those that as many calls give, wherever they begin") {
  for (const std::size_t before : std::initializer_list<std::size_t>{0, 1, 3, 4, 6}) {
    for (const std::size_t count : std::initializer_list<std::size_t>{0, 1, 5, 63, 64, 65, 130, 1000}) {
      Draws one{0x123456789ABCDEF0U, Purpose::encoding, 77, 5}, many = one;
      for (std::size_t k = 0; k < before; ++k) CHECK(one() == many());
      std::vector<std::uint32_t> words(count);
      many.fill(words);
      for (const std::uint32_t word : words) REQUIRE(word == one());
      CHECK(many() == one());
    }
  }
}

TEST_CASE("below draws every value equally often") {
  // 10 bins, N = 100,000: Pearson's statistic has 9 degrees of freedom, mean 9 and variance 18; 9 + 6 √18 < 35.
  constexpr int bins = 10;
  constexpr int count = 100'000;
  std::array<int, bins> seen{};
  Draws draws{1, Purpose::batch};
  for (int k = 0; k < count; ++k) ++seen[draws.below(bins)];
  double statistic = 0;
  for (const int n : seen) statistic += (n - count / bins) * (n - count / bins) / static_cast<double>(count / bins);
  CHECK(statistic < 35);
}

/// Mean and mean square of a number of draws.
template <class Draw>
std::array<double, 2> moments(Draw draw, int count) {
  double sum = 0;
  double squares = 0;
  for (int k = 0; k < count; ++k) {
    const double x = draw();
    sum += x;
    squares += x * x;
  }
  return {sum / count, squares / count};
}

TEST_CASE("Uniform, normal and exponential draws have their first two moments") {
  // Means of N draws: five standard errors, the standard deviations of x and x² from the moments of each law.
  constexpr int count = 200'000;
  const double root = std::sqrt(static_cast<double>(count));
  Draws draws{3, Purpose::noise};
  const auto uniform = moments([&] { return draws.uniform(); }, count);
  CHECK(std::abs(uniform[0] - 1.0 / 2) < 5 * std::sqrt(1.0 / 12) / root);
  CHECK(std::abs(uniform[1] - 1.0 / 3) < 5 * std::sqrt(1.0 / 5 - 1.0 / 9) / root);
  const auto normal = moments([&] { return standard_normal(draws); }, count);
  CHECK(std::abs(normal[0]) < 5 / root);
  CHECK(std::abs(normal[1] - 1) < 5 * std::sqrt(2.0) / root);
  const auto exponential = moments([&] { return standard_exponential(draws); }, count);
  CHECK(std::abs(exponential[0] - 1) < 5 / root);
  CHECK(std::abs(exponential[1] - 2) < 5 * std::sqrt(24.0 - 4.0) / root);
}

}  // namespace
}  // namespace gossamer
