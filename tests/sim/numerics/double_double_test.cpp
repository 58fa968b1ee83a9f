#include "sim/ground/double_double.hpp"

#include <cmath>

#include <doctest/doctest.h>

namespace gossamer {
namespace {

TEST_CASE("A sum of two doubles keeps what one double would round away") {
  DoubleDouble sum = 0x1p60;
  sum += 0x1p-40;
  CHECK(sum.value() == 0x1p60);
  CHECK((sum - 0x1p60).value() == 0x1p-40);
  DoubleDouble large = 1e18;  // 128 apart from the next double
  for (int k = 0; k < 100'000; ++k) large += 0.001;
  CHECK((large - 1e18).value() == doctest::Approx(100).epsilon(1e-9));  // 1e5 times a rounding of 1e18 · 2⁻¹⁰⁶
  for (int k = 0; k < 100'000; ++k) large -= DoubleDouble{0.001};
  CHECK(std::abs((large - 1e18).value()) < 1e-8);
}

TEST_CASE("A product is exact, and what is divided and multiplied again comes back to 2^-100") {
  const double a = 0x1p27 + 1;  // a² = 2⁵⁴ + 2²⁸ + 1
  CHECK((DoubleDouble::product(a, a) - (0x1p54 + 0x1p28)).value() == 1);
  const DoubleDouble third = DoubleDouble{1} / 3;
  CHECK((third * 3 - 1).value() == doctest::Approx(0).epsilon(0x1p-100));
  CHECK((third - 1.0 / 3).value() == doctest::Approx(0x1p-54 / 3).epsilon(1e-12));  // 1/3 = 0.0101…01|01… in binary
}

TEST_CASE("Numbers are ordered by both parts") {
  const DoubleDouble one = 1;
  CHECK(one < one + 0x1p-80);
  CHECK(one - 0x1p-80 < one);
  CHECK_FALSE(one < one);
  CHECK(one + 0x1p-80 - 0x1p-80 == one);
}

}  // namespace
}  // namespace gossamer
