#include "experiments/sweep/ranges.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiments/configuration/experiment_error.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

std::string values(const std::string& range) {
  return fmt::format("{}", fmt::join(values_of_range(range, {"s.json", "/axes/0/values"}), " "));
}

std::string message(const std::string& range) {
  return message_of<ExperimentError>([&] { values(range); });
}

TEST_CASE("A range has its first value, and its last if a step meets it") {
  CHECK(values("1..5") == "1 2 3 4 5");
  CHECK(values("1..64:x2") == "1 2 4 8 16 32 64");
  CHECK(values("1..10:x3") == "1 3 9");
  CHECK(values("0..1:+0.1") == "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1");
  CHECK(values("8..1:x0.5") == "8 4 2 1");
  CHECK(values("3..1:-1") == "3 2 1");
  CHECK(values("0.001..1:x10") == "0.001 0.01 0.1 1");
  CHECK(values("4..4") == "4");
}

TEST_CASE("A range of quantities has its unit at its last end, or at both") {
  CHECK(values("0.1..10 ms:x10") == "\"0.1 ms\" \"1 ms\" \"10 ms\"");
  CHECK(values("0.1ms .. 10ms:x10") == "\"0.1 ms\" \"1 ms\" \"10 ms\"");
}

TEST_CASE("Only two numbers with two points between them are a range") {
  CHECK(is_range("1..4"));
  CHECK(is_range("0.5..4 ms:x2"));
  CHECK_FALSE(is_range("ring"));
  CHECK_FALSE(is_range("1.5"));
  CHECK_FALSE(is_range("../data"));
  CHECK_FALSE(is_range("torus:rows=8"));
}

TEST_CASE("A step that does not lead from the first value to the last is refused") {
  for (const char* const range : {"1..4:+0", "1..4:-1", "1..4:x1", "1..4:x0.5", "0..4:x2", "-1..4:x2", "4..1"})
    CHECK_MESSAGE(message(range).find("this step does not lead from ") != std::string::npos, range);
  CHECK(message("1..4:y") ==
        "s.json: /axes/0/values: \"y\" is not a step\n  expected \"x2\" for a factor, \"+0.1\" to add");
  CHECK(message("1 s..4 ms") ==
        "s.json: /axes/0/values: the ends have the units \"s\" and \"ms\"\n  expected one unit");
  CHECK(message("1..1e9").find("more than 10000 values") != std::string::npos);
  CHECK(message("one..two").find("\"one..two\" is not a range") != std::string::npos);
}

}  // namespace
}  // namespace gossamer
