#include "tests/mpi/namespaces/fabric.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t all = 0xff;

/// A frame from the host with one address to that with another.
Frame frame(std::uint8_t from, std::uint8_t to, std::size_t size) {
  Frame result(size, std::byte{2});  // an address of our own begins with 2 (locally administered, for one)
  if (to == all) std::fill_n(result.begin(), 6, std::byte{all});
  result[5] = std::byte{to};
  result[11] = std::byte{from};
  return result;
}

/// Lets the hosts of ports 0, 1, … with addresses 0, 1, … be known.
void introduce(Fabric& fabric, std::size_t ports) {
  for (std::size_t k = 0; k < ports; ++k) fabric.accept(0s, k, frame(static_cast<std::uint8_t>(k), all, 14));
  while (fabric.deliver(100s)) {
  }
}

struct Arrival {
  double due_s;
  std::size_t port;
  std::size_t size;
};

std::vector<Arrival> arrivals(Fabric& fabric) {
  std::vector<Arrival> result;
  while (const auto delivery = fabric.deliver(Seconds{1e9}))
    result.push_back({delivery->due.count(), delivery->port, delivery->frame.size()});
  return result;
}

TEST_CASE("A frame alone takes latency and size over bandwidth") {
  Fabric fabric{{.ports = 2, .bandwidth = 1e6, .latency = 5ms}};
  introduce(fabric, 2);
  fabric.accept(200s, 0, frame(0, 1, 1000));
  CHECK_FALSE(fabric.deliver(200s + 5.9ms));
  const auto delivery = fabric.deliver(200s + 6.1ms);
  REQUIRE(delivery);
  CHECK(delivery->due.count() == doctest::Approx(200.006).epsilon(1e-12));
  CHECK(delivery->frame == frame(0, 1, 1000));
  CHECK_FALSE(fabric.next_event());
}

TEST_CASE("Frames queue where they leave and where they arrive, and directions do not disturb each other") {
  Fabric fabric{{.ports = 3, .bandwidth = 1e6, .latency = 5ms}};
  introduce(fabric, 3);
  fabric.accept(200s, 0, frame(0, 2, 1000));  // leaves at 0, is in at 6 ms
  fabric.accept(200s, 0, frame(0, 2, 1000));  // leaves at 1 ms, is in at 7 ms
  fabric.accept(200s, 1, frame(1, 2, 1000));  // is there at 5 ms, waits for the first: 7 ms; thus the second: 8 ms
  fabric.accept(200s, 2, frame(2, 0, 1000));  // against the stream
  const auto seen = arrivals(fabric);
  REQUIRE(seen.size() == 4);
  for (const Arrival& arrival : seen) CHECK(arrival.size == 1000);
  CHECK(seen[0].due_s == doctest::Approx(200.006).epsilon(1e-12));
  CHECK(seen[1].due_s == doctest::Approx(200.006).epsilon(1e-12));
  CHECK(seen[0].port + seen[1].port == 2);
  CHECK(seen[2].due_s == doctest::Approx(200.007).epsilon(1e-12));
  CHECK(seen[3].due_s == doctest::Approx(200.008).epsilon(1e-12));
}

TEST_CASE("A full queue drops what comes last, at either end, and counts it") {
  Fabric fabric{{.ports = 3, .bandwidth = 1e6, .latency = 0ms, .queue = 2500}};
  introduce(fabric, 3);
  for (int k = 0; k < 5; ++k) fabric.accept(200s, 0, frame(0, 1, 1000));  // finding 0, 1000, 2000, 3000 bytes
  CHECK(fabric.counters(0).dropped_leaving == 2);
  CHECK(fabric.counters(0).longest_leaving == 2000);
  CHECK(arrivals(fabric).size() == 3);
  for (int k = 0; k < 3; ++k) {  // from two sides: they find 0, 1000, 1000, 2000, 2000, 3000 bytes
    fabric.accept(300s, 0, frame(0, 2, 1000));
    fabric.accept(300s, 1, frame(1, 2, 1000));
  }
  CHECK(arrivals(fabric).size() == 5);
  CHECK(fabric.counters(2).dropped_arriving == 1);
  CHECK(fabric.counters(2).longest_arriving == 2000);
}

TEST_CASE("A frame to all or to an unknown address reaches every other port; a known one reaches its own") {
  Fabric fabric{{.ports = 4, .bandwidth = 1e9, .latency = 1ms}};
  fabric.accept(0s, 0, frame(0, all, 60));
  CHECK(arrivals(fabric).size() == 3);
  fabric.accept(1s, 1, frame(1, 3, 60));
  CHECK(arrivals(fabric).size() == 3);
  fabric.accept(2s, 1, frame(1, 0, 60));
  const auto seen = arrivals(fabric);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].port == 0);
  CHECK(fabric.counters(0).received_frames == 2);
  CHECK(fabric.counters(1).sent_bytes == 120);
}

}  // namespace
}  // namespace gossamer
