#include "sim/network/models/piecewise.hpp"

#include <doctest/doctest.h>

#include "sim/network/registry.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

/// Up to 1 kB: 1 ms + s / (1 MB/s), the processors idle. Above: 4 ms + s / (2 MB/s), three quarters of it handled.
const Piecewise two_lines{
    .up_to = {1000}, .latency = {1e-3, 4e-3}, .bandwidth = {1e6, 2e6}, .occupancy = {0, 0.75}, .interference = 0.5};

void check_time(Seconds actual, Seconds expected) {
  CHECK(actual.count() == doctest::Approx(expected.count()).epsilon(1e-12));
}

TEST_CASE("A message takes the line of the segment to which its size belongs") {
  check_time(message_time(two_lines, 0), 1ms);
  check_time(message_time(two_lines, 1000), 2ms);
  check_time(message_time(two_lines, 1001), 4ms + 0.5005ms);
  check_time(message_time(two_lines, 8000), 8ms);
}

TEST_CASE("Alone, a message arrives after its time, for any occupancy of the processors") {
  PiecewiseShaper ends{two_lines, 2};
  const auto arrival_of = [&](Seconds now, Bytes size) {
    return ends.arrival(ends.first_byte(now, 0, 1, size, Side::active), 0, 1, size, Side::active);
  };
  check_time(arrival_of(1s, 1000), 1s + 2ms);
  check_time(arrival_of(2s, 8000), 2s + 8ms);
}

TEST_CASE("A processor handles one message at a time, sent or received") {
  // 8000 B: 8 ms, of which 6 ms at either end. Two nodes send at 0; their first bytes are there after 2 ms, but the
  // processors are busy with sending until 6 ms.
  PiecewiseShaper ends{two_lines, 2};
  const Seconds there = ends.first_byte(0s, 0, 1, 8000, Side::active);
  const Seconds here = ends.first_byte(0s, 1, 0, 8000, Side::active);
  check_time(ends.arrival(there, 0, 1, 8000, Side::active), 12ms);
  check_time(ends.arrival(here, 1, 0, 8000, Side::active), 12ms);
  check_time(exchange_time(two_lines, 8000), 12ms);
  check_time(exchange_time(two_lines, 1000), 2ms);  // nothing to handle: both ways at once
}

TEST_CASE("Computing waits for its share of the handling, and not at all if interference is zero") {
  Piecewise settings = two_lines;
  CHECK(PiecewiseNetwork{settings, 2}.handling(8000).count() == doctest::Approx(3e-3));
  CHECK(PiecewiseNetwork{settings, 2}.handling(1000) == 0s);
  settings.interference = 0;
  CHECK(PiecewiseNetwork{settings, 2}.handling(8000) == 0s);
  CHECK(PiecewiseNetwork{settings, 2}.handled_until(0) == 0s);
}

TEST_CASE("Each round of an all-reduce costs an exchange of its own size") {
  // Ring, 8 nodes, 64 kB: 14 rounds of 8 kB. Doubling: 3 rounds of 64 kB, each 2 · 0.75 · (4 ms + 32 ms).
  Piecewise settings = two_lines;
  settings.all_reduce = AllReduce::ring;
  check_time(PiecewiseNetwork(settings, 8).all_reduce(8, 64000).duration, 14 * 12ms);
  settings.all_reduce = AllReduce::recursive_doubling;
  check_time(PiecewiseNetwork(settings, 8).all_reduce(8, 64000).duration, 3 * 54ms);
}

TEST_CASE("Impossible settings are refused with a sentence") {
  const auto refused = [](Piecewise settings) { return PiecewiseNetwork{std::move(settings), 2}; };
  CHECK_THROWS_WITH_AS(refused({.up_to = {10}}),
                       "piecewise: 1 sizes in up_to make 2 segments, but latency has 1 elements", NetworkError);
  CHECK_THROWS_WITH_AS(refused({.occupancy = {0, 0}}),
                       "piecewise: 0 sizes in up_to make 1 segments, but occupancy has 2 elements", NetworkError);
  CHECK_THROWS_WITH_AS(
      refused({.up_to = {10, 10}, .latency = {0, 0, 0}, .bandwidth = {1, 1, 1}, .occupancy = {0, 0, 0}}),
      "piecewise: the sizes in up_to must ascend, but 10 B stands before 10 B", NetworkError);
  CHECK_THROWS_WITH_AS(refused({.up_to = {10}, .latency = {0, -1}, .bandwidth = {1, 100}, .occupancy = {0, 0}}),
                       "piecewise: messages above 10 B would take less than no time, from -0.9 s on", NetworkError);
}

}  // namespace
}  // namespace gossamer
