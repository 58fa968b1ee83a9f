#include "sim/ground/buffered_draws.hpp"

#include <cstddef>
#include <initializer_list>
#include <vector>

#include <doctest/doctest.h>

namespace gossamer {
namespace {

TEST_CASE("Buffered draws are those at the address, from the position where they begin") {
  for (const int before : {0, 1, 2, 4, 7}) {
    CAPTURE(before);
    Draws draws{0x123456789ABCDEF0U, Purpose::data, 5, 9};
    for (int k = 0; k < before; ++k) draws();
    BufferedDraws buffered{draws};
    for (int k = 0; k < 1000; ++k) REQUIRE(buffered() == draws());
  }
}

TEST_CASE("Draws ahead are those that come next, and only skipping passes over them") {
  Draws draws{3, Purpose::data};
  BufferedDraws buffered{draws};
  for (int k = 0; k < 300; ++k) {
    const auto* const ahead = buffered.ahead();
    Draws next = draws;
    for (std::size_t j = 0; j < BufferedDraws::most_ahead; ++j) REQUIRE(ahead[j] == next());
    buffered.skip(7);
    for (int j = 0; j < 7; ++j) draws();
    REQUIRE(buffered() == draws());
  }
}

// One value in about 80 needs more than the first step of the ziggurat, and one in 3000 is in the tail: 200,000 values
// contain thousands of the former and dozens of the latter.
TEST_CASE("Many normal draws are those that as many calls give, bit by bit, and the draws after them as well") {
  for (const std::size_t count : std::initializer_list<std::size_t>{0, 1, 15, 16, 17, 784, 200'000}) {
    CAPTURE(count);
    Draws draws{11, Purpose::data, 3, count};
    draws();
    BufferedDraws buffered{draws};
    std::vector<double> values(count);
    fill_standard_normal(buffered, values);
    for (const double value : values) REQUIRE(value == standard_normal(draws));
    REQUIRE(buffered() == draws());
  }
}

}  // namespace
}  // namespace gossamer
