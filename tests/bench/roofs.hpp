#pragma once
#include <algorithm>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "sim/engine/event_queue.hpp"
#include "sim/ground/random.hpp"

/// Rates that a simulator of events cannot exceed, measured in the process of the benchmark.
namespace gossamer::bench {

/// Exponential distances in time, so many that they exceed the nearest cache.
class Gaps {
 public:
  Gaps() {
    Draws draws{1, Purpose::step_time};
    for (double& gap : gaps_) gap = standard_exponential(draws);
  }
  double operator[](std::size_t k) const { return gaps_[k & 0xffff]; }

 private:
  std::vector<double> gaps_ = std::vector<double>(1 << 16);
};
inline const Gaps gaps;

/// The best rate of a few repetitions of `pass`, which does `count` things.
template <class Pass>
double best_rate(double count, Pass&& pass) {
  double best = 0;
  for (int repetition = 0; repetition < 5; ++repetition) {
    const auto start = std::chrono::steady_clock::now();
    pass();
    best = std::max(best, count / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

/// The roof of an event queue, in holds per second: a hold reads the event at a random place in memory and writes its
/// successor there, among as many as are pending. No order is kept.
inline double memory_holds(std::int64_t pending) {
  std::vector<Event> events(static_cast<std::size_t>(pending));
  const std::size_t count = std::max<std::size_t>(events.size(), 1'000'000);
  std::uint64_t random = 1;
  return best_rate(static_cast<double>(count), [&] {
    for (std::size_t k = 0; k < count; ++k) {
      random = random * 6364136223846793005 + 1442695040888963407;  // Knuth's linear congruential generator
      const std::uint64_t place = (random >> 32) * events.size() >> 32;
      events[place] = {events[place].time + gaps[k], events[place].what};
    }
    benchmark::DoNotOptimize(events.data());
  });
}

/// A program that only waits.
class Sleeper {
 public:
  struct promise_type {
    Sleeper get_return_object() { return Sleeper{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };

  Sleeper(Sleeper&& other) noexcept : frame_{std::exchange(other.frame_, {})} {}
  Sleeper& operator=(Sleeper&&) = delete;
  ~Sleeper() {
    if (frame_) frame_.destroy();
  }
  void resume() const { frame_.resume(); }
  const void* address() const { return frame_.address(); }

 private:
  explicit Sleeper(std::coroutine_handle<promise_type> frame) : frame_{frame} {}
  std::coroutine_handle<promise_type> frame_;
};
inline Sleeper wait_forever(std::uint64_t& resumed) {
  for (;; ++resumed) co_await std::suspend_always{};
}

/// The roof of an engine, in events per second: an event pops the queue, resumes a coroutine that does nothing, and
/// pushes that coroutine's next event. Every node has one coroutine and one pending event.
inline double resumptions(std::int64_t nodes) {
  std::uint64_t resumed = 0;
  std::vector<Sleeper> programs;
  EventQueue queue;
  for (std::int64_t i = 0; i < nodes; ++i) {
    programs.push_back(wait_forever(resumed));
    queue.push(Seconds{gaps[static_cast<std::size_t>(i)]}, static_cast<std::uint64_t>(i));
  }
  const std::size_t count = std::max<std::size_t>(programs.size(), 1'000'000);
  return best_rate(static_cast<double>(count), [&] {
    for (std::size_t k = 0; k < count; ++k) {
      const Event event = queue.pop([&](std::uint64_t i, Lead lead) {
        if (lead == Lead::near) __builtin_prefetch(programs[i].address());
      });
      programs[event.what].resume();
      queue.push(Seconds{event.time + gaps[k]}, event.what);
    }
    benchmark::DoNotOptimize(resumed);
  });
}

/// Reports the rate of things done, the roof of this rate and the fraction of the roof that is reached.
inline void report(benchmark::State& state, const char* things, double count, double roof) {
  state.counters[things] = {count, benchmark::Counter::kIsRate};
  state.counters["roof"] = roof;
  state.counters["roofline"] = {count / roof, benchmark::Counter::kIsRate};
}

}  // namespace gossamer::bench
