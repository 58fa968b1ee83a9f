#include "sim/compute/empirical.hpp"

#include <string>

#include <doctest/doctest.h>

#include "sim/ground/csv_table.hpp"
#include "tests/sim/compute/expectation.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using Order = EmpiricalStep::Order;

constexpr Seconds now{0};

std::unique_ptr<StepTimes> read(const std::string& text, Order order = Order::resampled) {
  const TemporaryFolder folder;
  return step_times({.path = "", .order = order}, folder.write("t.csv", text), 1);
}

TEST_CASE("Replayed, a node takes its device's times one after the other, and over again") {
  const auto law = read("device,step_time_s\na,0.1\nb,9\na,0.2\na,0.3\n", Order::replayed);
  for (std::uint64_t k = 0; k < 6; ++k) {
    CHECK(law->duration(0, k, now).count() == doctest::Approx(0.1 * static_cast<double>(k % 3 + 1)));
    CHECK(law->duration(1, k, now).count() == 9);
    CHECK(law->duration(2, k, now) == law->duration(0, k, now));
  }
}

TEST_CASE("Resampled, every time is as likely, and the slowest of n is the slowest of n draws") {
  // Times 1, 2, 3, 4: the mean 2.5, the variance 1.25; the largest of 5 is at most m with probability (m/4)⁵.
  const auto law = read("step_time_s\n1\n4\n2\n3\n");
  const auto time = [&](NodeId i, std::uint64_t k) { return law->duration(i, k, now).count(); };
  testing::check_mean({.mean = 2.5, .variance = 1.25}, 50'000, [&](std::uint64_t k) { return time(3, k); });
  const auto largest = testing::expectation(testing::slowest({0, 0.25, 0.5, 0.75, 1}, 5));
  testing::check_mean(largest, 20'000, [&](std::uint64_t k) {
    double longest = 0;
    for (NodeId i = 0; i < 5; ++i) longest = std::max(longest, time(i, k));
    return longest;
  });
}

TEST_CASE("A file without step times is refused with the expected content") {
  const auto message_about = [](const std::string& text) {
    const std::string message = message_of<CsvError>([&] { read(text); });
    return message.substr(std::min(message.find("t.csv"), message.size()));
  };
  CHECK(message_about("device\n") == "t.csv:1: no column \"step_time_s\", expected: step_time_s");
  CHECK(message_about("step_time_s\n") == "t.csv: holds no step time, expected at least one row");
  CHECK(message_about("step_time_s\n0.5\n0\n") == "t.csv:3: step_time_s is \"0\", expected a number above 0");
  CHECK(message_about("step_time_s,device\n,a\n") == "t.csv:2: step_time_s is empty, expected a number above 0");
}

}  // namespace
}  // namespace gossamer
