#include <queue>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "sim/engine/event_queue.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

/// The order by definition: a heap over (time, sequence).
class Oracle {
 public:
  void push(double time, std::uint64_t what) { heap_.emplace(time, sequence_++, what); }
  bool empty() const { return heap_.empty(); }
  Event pop() {
    const auto [time, sequence, what] = heap_.top();
    heap_.pop();
    return {time, what};
  }

 private:
  using Entry = std::tuple<double, std::uint64_t, std::uint64_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap_;
  std::uint64_t sequence_ = 0;
};

/// Takes the next event from both, which must be the same.
Event pop_both(EventQueue& queue, Oracle& oracle) {
  const Event expected = oracle.pop();
  const Event event = queue.pop();
  REQUIRE(event.time == expected.time);
  REQUIRE(event.what == expected.what);
  return event;
}

TEST_CASE("Events come in the order (time, sequence), however times repeat") {
  Draws draws{1, Purpose::step_time};
  EventQueue queue;
  Oracle oracle;
  double now = 0;
  for (std::uint64_t k = 0; k < 200'000; ++k) {
    // Many equal times, tiny and huge distances, events at the very instant of the last one.
    const std::uint64_t kind = draws.below(6);
    const double distance = kind == 0 ? 0 : kind == 1 ? 1e-9 : kind == 2 ? 0.25 : kind == 3 ? 1e6 : draws.uniform();
    queue.push(Seconds{now + distance}, k);
    oracle.push(now + distance, k);
    if (draws.below(5) < 2 || oracle.empty()) continue;
    now = pop_both(queue, oracle).time;
  }
  while (!oracle.empty()) pop_both(queue, oracle);
  CHECK(queue.empty());
}

TEST_CASE("Bursts that come before what was next keep the order") {
  Draws draws{2, Purpose::step_time};
  EventQueue queue;
  Oracle oracle;
  std::uint64_t pushed = 0;
  const auto push = [&](double time) {
    queue.push(Seconds{time}, pushed);
    oracle.push(time, pushed++);
  };
  for (int k = 0; k < 40; ++k) push(draws.uniform());
  for (int burst = 0; burst < 50; ++burst) {
    const double now = pop_both(queue, oracle).time;
    for (int k = 0; k < 1000; ++k) push(now + (1 - now) * static_cast<double>(draws.below(500)) / 500);
  }
  while (!oracle.empty()) pop_both(queue, oracle);
  CHECK(queue.empty());
}

TEST_CASE("Every event that is not the first of its run is announced, first as far and then as near") {
  EventQueue queue;
  for (std::uint64_t k = 0; k < 1000; ++k) queue.push(Seconds{static_cast<double>(k)}, k);
  std::vector<int> announced(1000, 0);
  std::uint64_t unannounced = 0;
  for (std::uint64_t k = 0; k < 1000; ++k) {
    const Event event = queue.pop([&](std::uint64_t what, Lead lead) {
      CHECK(what > k);
      CHECK(announced[what] == (lead == Lead::far ? 0 : 1));
      ++announced[what];
    });
    REQUIRE(event.what == k);
    if (announced[k] != 2) ++unannounced;
  }
  CHECK(unannounced < 1000 / 16);  // a run holds more than 16 events on average
}

/// Pops an event and pushes its successor at an exponential distance, so many times. Returns the largest capacity seen.
std::size_t largest_capacity(std::uint64_t pending, std::uint64_t events) {
  std::vector<double> gaps(1 << 12);
  Draws draws{3, Purpose::step_time};
  for (double& gap : gaps) gap = standard_exponential(draws);
  EventQueue queue;
  for (std::uint64_t k = 0; k < pending; ++k) queue.push(Seconds{gaps[k % gaps.size()]}, k);
  std::size_t largest = 0;
  for (std::uint64_t k = 0; k < events; ++k) {
    const Event event = queue.pop();
    queue.push(Seconds{event.time + gaps[k % gaps.size()]}, event.what);
    if (k % 1024 == 0) largest = std::max(largest, queue.capacity());
  }
  return largest;
}

// A run keeps at most as many popped events as it has pending ones, or 256, if that is more. A vector grows by doubling,
// so that it holds memory for less than twice its largest size. Buckets hold pending events alone, in blocks of 31, of
// which each of the 64 buckets may have one that is partly filled. So 2 · (256 + 128) + 100 + 64 · 31 < 3,000 events are
// enough for 100 pending ones. A hundred million events that are kept would need 30,000 times as much.
TEST_CASE("A queue with few pending events needs constant memory, however many events pass") {
  for (const std::uint64_t pending : {1u, 2u, 100u}) {
    CAPTURE(pending);
    CHECK(largest_capacity(pending, 5'000'000) < 3'000);
  }
  CHECK(largest_capacity(64, 100'000'000) < 3'000);
}

TEST_CASE("An event at infinity comes last") {
  EventQueue queue;
  queue.push(Seconds{std::numeric_limits<double>::infinity()}, 1);
  queue.push(Seconds{1e300}, 2);
  queue.push(Seconds{-0.0}, 3);
  CHECK(queue.pop().what == 3);
  CHECK(queue.pop().what == 2);
  CHECK(queue.pop().what == 1);
}

}  // namespace
}  // namespace gossamer
