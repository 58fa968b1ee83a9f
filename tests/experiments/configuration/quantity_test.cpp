#include "experiments/configuration/quantity.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/ground/random.hpp"

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

TEST_CASE("Every unit is exact to the last bit of the double") {
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

TEST_CASE("Text that is no quantity is refused with the reason") {
  CHECK(mistake("2", Unit::seconds).why == "has no unit");
  CHECK(mistake("fast", Unit::seconds).why == "does not begin with a number");
  CHECK(mistake("", Unit::bytes).why == "does not begin with a number");
  CHECK(mistake("2 sek", Unit::seconds).why == "has the unknown unit \"sek\"");
  CHECK(mistake("1 Gbits", Unit::bytes_per_second).nearest_unit == "Gbit/s");
  CHECK(mistake("1 Gbit/s", Unit::bytes).why == "has the unknown unit \"Gbit/s\"");
  CHECK(mistake("1e400 s", Unit::seconds).why == "is too large");
  CHECK(mistake("1e308 h", Unit::seconds).why == "is too large");
  CHECK(mistake("nan s", Unit::seconds).why == "does not begin with a number");
  CHECK(mistake("inf s", Unit::seconds).why == "does not begin with a number");
  CHECK(mistake("1 2 s", Unit::seconds).why == "has the unknown unit \"2 s\"");
  CHECK(mistake("1.s", Unit::seconds).why == "has the unknown unit \".s\"");
  CHECK(mistake("0.5x", Unit::none).why == "is not a number");
}

TEST_CASE("Usual spellings with one meaning are read, bits as bits and bytes as bytes") {
  const std::vector<Row> rows = {
      {"100 Mbps", Unit::bytes_per_second, 100e6 / 8},
      {"100 Mb/s", Unit::bytes_per_second, 100e6 / 8},
      {"100Mbits/s", Unit::bytes_per_second, 100e6 / 8},
      {"100 mbit/s", Unit::bytes_per_second, 100e6 / 8},
      {"9600 bps", Unit::bytes_per_second, 1200},
      {"56 kbps", Unit::bytes_per_second, 7000},
      {"56 Kbps", Unit::bytes_per_second, 7000},
      {"10 Gbps", Unit::bytes_per_second, 1.25e9},
      {"10 Gbit/sec", Unit::bytes_per_second, 1.25e9},
      {"1 Tbps", Unit::bytes_per_second, 125e9},
      {"100 MBps", Unit::bytes_per_second, 100e6},
      {"100 MB/sec", Unit::bytes_per_second, 100e6},
      {"100 MBytes/s", Unit::bytes_per_second, 100e6},
      {"1 MiB/s", Unit::bytes_per_second, 1048576},
      {"2 KiBps", Unit::bytes_per_second, 2048},
      {"1 Mbit", Unit::bytes, 125e3},
      {"8 bits", Unit::bytes, 1},
      {"3 bytes", Unit::bytes, 3},
      {"3 MBytes", Unit::bytes, 3e6},
      {"2 sec", Unit::seconds, 2},
      {"2 seconds", Unit::seconds, 2},
      {"2 usec", Unit::seconds, 2e-6},
      {"2 msec", Unit::seconds, 0.002},
      {"3 minutes", Unit::seconds, 180},
      {"2 hours", Unit::seconds, 7200},
      {"3 TFLOPS", Unit::flops_per_second, 3e12},
      {"3 Gflop/s", Unit::flops_per_second, 3e9},
      {"3 GFLOPs", Unit::flops, 3e9},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(parsed(row.text, row.unit) == row.value);
  }
}

TEST_CASE("A spelling with two meanings is refused, and both are named") {
  CHECK(mistake("1 KB", Unit::bytes).why == "has the unit \"KB\", which may mean \"kB\" or \"KiB\"");
  CHECK(mistake("1 Mb", Unit::bytes).why == "has the unit \"Mb\", which may mean \"Mbit\" or \"MB\"");
  CHECK(mistake("1 KB/s", Unit::bytes_per_second).why == "has the unit \"KB/s\", which may mean \"kB/s\" or \"KiB/s\"");
  CHECK(mistake("1 mbps", Unit::bytes_per_second).why ==
        "has the unit \"mbps\", which may mean \"Mbit/s\" or \"MB/s\"");
  CHECK(mistake("1 GBPS", Unit::bytes_per_second).why ==
        "has the unit \"GBPS\", which may mean \"Gbit/s\" or \"GB/s\"");
  CHECK(mistake("2 m", Unit::seconds).why == "has the unit \"m\", which may mean \"min\" or \"ms\"");
}

TEST_CASE("Both meanings of a spelling are units that are read") {
  for (const auto& [text, unit] : std::vector<std::pair<std::string, Unit>>{{"KB", Unit::bytes},
                                                                            {"b", Unit::bytes},
                                                                            {"tb", Unit::bytes},
                                                                            {"KBps", Unit::bytes_per_second},
                                                                            {"BPS", Unit::bytes_per_second},
                                                                            {"tb/s", Unit::bytes_per_second},
                                                                            {"m", Unit::seconds}}) {
    const std::string why = mistake("1 " + text, unit).why;
    const std::size_t first = why.find("mean \"") + 6, second = why.rfind(" \"") + 2;
    CAPTURE(why);
    parsed("1 " + why.substr(first, why.find('"', first) - first), unit);
    parsed("1 " + why.substr(second, why.size() - 1 - second), unit);
  }
}

TEST_CASE("No unit of bytes is suggested for bits, and none of bits for bytes") {
  CHECK(mistake("1 Mbs", Unit::bytes_per_second).nearest_unit == "");
  CHECK(mistake("1 Mbytess", Unit::bytes_per_second).nearest_unit.find("bit") == std::string::npos);
  CHECK(mistake("1 MBs", Unit::bytes_per_second).nearest_unit == "MB/s");
  CHECK(mistake("1 Mibit", Unit::bytes).nearest_unit == "Mbit");
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
