#include "experiments/quantity.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/numerics/random.hpp"

namespace gossamer {
namespace {

double parsed(const std::string& text, Unit unit) {
  const auto result = parse_quantity(text, unit);
  REQUIRE_MESSAGE(std::holds_alternative<double>(result), text);
  return std::get<double>(result);
}

NotAQuantity mistake(const std::string& text, Unit unit) {
  const auto result = parse_quantity(text, unit);
  REQUIRE_MESSAGE(std::holds_alternative<NotAQuantity>(result), text);
  return std::get<NotAQuantity>(result);
}

struct Row {
  std::string text;
  Unit unit;
  double value;
};

TEST_CASE("Every unit means what it says, to the last bit of the double") {
  const std::vector<Row> rows = {
      {"2 ns", Unit::seconds, 2e-9},
      {"2 us", Unit::seconds, 2e-6},
      {"2 µs", Unit::seconds, 2e-6},
      {"2 ms", Unit::seconds, 0.002},
      {"9 ms", Unit::seconds, 0.009},  // 9 · 0.001 would be 0.009000000000000001
      {"2ms", Unit::seconds, 0.002},
      {" 2  ms ", Unit::seconds, 0.002},
      {"2 s", Unit::seconds, 2},
      {"1.5 min", Unit::seconds, 90},
      {"0.5 h", Unit::seconds, 1800},
      {"1.5e3 ms", Unit::seconds, 1.5},
      {"-2 ms", Unit::seconds, -0.002},
      {"0 s", Unit::seconds, 0},
      {"1 B", Unit::bytes, 1},
      {"100 kB", Unit::bytes, 1e5},
      {"1.5 MB", Unit::bytes, 1.5e6},
      {"2 GB", Unit::bytes, 2e9},
      {"1 TB", Unit::bytes, 1e12},
      {"1 KiB", Unit::bytes, 1024},
      {"2.5 MiB", Unit::bytes, 2621440},
      {"1 GiB", Unit::bytes, 1073741824},
      {"1 TiB", Unit::bytes, 1099511627776},
      {"8 bit/s", Unit::bytes_per_second, 1},
      {"1 kbit/s", Unit::bytes_per_second, 125},
      {"1 Mbit/s", Unit::bytes_per_second, 125e3},
      {"1 Gbit/s", Unit::bytes_per_second, 125e6},
      {"1 Tbit/s", Unit::bytes_per_second, 125e9},
      {"1 B/s", Unit::bytes_per_second, 1},
      {"1 kB/s", Unit::bytes_per_second, 1e3},
      {"1 MB/s", Unit::bytes_per_second, 1e6},
      {"1 GB/s", Unit::bytes_per_second, 1e9},
      {"1 TB/s", Unit::bytes_per_second, 1e12},
      {"2 GFLOP", Unit::flops, 2e9},
      {"1 FLOP", Unit::flops, 1},
      {"10 TFLOP/s", Unit::flops_per_second, 1e13},
      {"1.5 PFLOP/s", Unit::flops_per_second, 1.5e15},
      {"0.25", Unit::none, 0.25},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(parsed(row.text, row.unit) == row.value);
  }
}

TEST_CASE("What is no quantity is refused with its reason") {
  CHECK(mistake("2", Unit::seconds).why == "has no unit");
  CHECK(mistake("fast", Unit::seconds).why == "does not begin with a number");
  CHECK(mistake("", Unit::bytes).why == "does not begin with a number");
  CHECK(mistake("2 m", Unit::seconds).why == "has the unknown unit \"m\"");
  CHECK(mistake("2 sec", Unit::seconds).why == "has the unknown unit \"sec\"");
  CHECK(mistake("1 KB", Unit::bytes).nearest_unit == "kB");
  CHECK(mistake("1 Gbits/s", Unit::bytes_per_second).nearest_unit == "Gbit/s");
  CHECK(mistake("1 Gbit", Unit::bytes).why == "has the unknown unit \"Gbit\"");
  CHECK(mistake("1e400 s", Unit::seconds).why == "is too large");
  CHECK(mistake("1e308 h", Unit::seconds).why == "is too large");
  CHECK(mistake("nan s", Unit::seconds).why == "does not begin with a number");
  CHECK(mistake("inf s", Unit::seconds).why == "does not begin with a number");
  CHECK(mistake("1 2 s", Unit::seconds).why == "has the unknown unit \"2 s\"");
  CHECK(mistake("1.s", Unit::seconds).why == "has the unknown unit \".s\"");
  CHECK(mistake("0.5x", Unit::none).why == "is not a number");
}

TEST_CASE("A quantity is written in the unit that people would choose") {
  CHECK(write_quantity(0.002, Unit::seconds) == "2 ms");
  CHECK(write_quantity(0.0125, Unit::seconds) == "12.5 ms");
  CHECK(write_quantity(60, Unit::seconds) == "60 s");
  CHECK(write_quantity(0, Unit::seconds) == "0 s");
  CHECK(write_quantity(1.25e8, Unit::bytes_per_second) == "1 Gbit/s");
  CHECK(write_quantity(0, Unit::bytes_per_second) == "0 bit/s");
  CHECK(write_quantity(31400, Unit::bytes) == "31.4 kB");
  CHECK(write_quantity(1, Unit::bytes) == "1 B");
  CHECK(write_quantity(0, Unit::bytes) == "0 B");
  CHECK(write_quantity(1e13, Unit::flops_per_second) == "10 TFLOP/s");
  CHECK(write_quantity(0, Unit::flops_per_second) == "0 FLOP/s");
  CHECK(write_quantity(2.5e6, Unit::flops) == "2.5 MFLOP");
  CHECK(write_quantity(1e-10, Unit::seconds) == "0.1 ns");
  CHECK(write_quantity(-0.002, Unit::seconds) == "-2 ms");
}

TEST_CASE("Whatever is written reads back as the same double") {
  Draws draws{7, Purpose::noise};
  for (const Unit unit :
       {Unit::seconds, Unit::bytes, Unit::bytes_per_second, Unit::flops, Unit::flops_per_second, Unit::none}) {
    for (int k = 0; k < 2000; ++k) {
      // Logarithmically uniform from 1e-30 to 1e30: plain, shifted and exponent forms all occur.
      const double value = std::pow(10.0, 60 * draws.uniform() - 30);
      const std::string text = write_quantity(value, unit);
      CAPTURE(text);
      CHECK(parsed(text, unit) == value);
    }
    CHECK(parsed(write_quantity(std::numeric_limits<double>::min(), unit), unit) == std::numeric_limits<double>::min());
  }
}

}  // namespace
}  // namespace gossamer
