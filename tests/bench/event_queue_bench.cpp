#include <cstdint>

#include <benchmark/benchmark.h>

#include "sim/engine/event_queue.hpp"
#include "tests/bench/event_queues.hpp"
#include "tests/bench/roofs.hpp"

/// The hold model (Jones, "An empirical comparison of priority-queue and event-set implementations", Communications of
/// the ACM 29(4), 1986): pop one event and push another at an exponential distance, with a constant number pending. The
/// roof moves the same events to and from memory at random places, in no order.
namespace gossamer {
namespace {

template <class Queue>
class Hold {
 public:
  explicit Hold(std::int64_t pending) {
    for (std::int64_t k = 0; k < pending; ++k) push(0, static_cast<std::uint64_t>(k));
  }
  Event operator()() {
    const Event event = queue_.pop();
    push(event.time, event.what);
    return event;
  }

 private:
  void push(double now, std::uint64_t what) { queue_.push(Seconds{now + bench::gaps[next_++]}, what); }

  Queue queue_;
  std::size_t next_ = 0;
};

/// Whether a queue returns the same events as the engine's.
template <class Queue>
bool keeps_order(std::int64_t pending) {
  Hold<Queue> other{pending};
  Hold<EventQueue> ours{pending};
  for (std::int64_t k = 0; k < 2 * pending; ++k) {
    const Event a = ours(), b = other();
    if (a.time != b.time || a.what != b.what) return false;
  }
  return true;
}

template <class Queue>
void hold(benchmark::State& state) {
  if (!keeps_order<Queue>(state.range(0))) state.SkipWithError("not the order of the engine's queue");
  Hold<Queue> next{state.range(0)};
  for (std::int64_t k = 0; k < state.range(0); ++k) next();  // until the queue has taken its shape
  double last = 0;
  for (auto _ : state) {
    const Event event = next();
    if (event.time < last) state.SkipWithError("time ran backwards");
    last = event.time;
  }
  bench::report(state, "holds", static_cast<double>(state.iterations()), bench::memory_holds(state.range(0)));
}

BENCHMARK(hold<EventQueue>)->ArgName("pending")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(hold<bench::BinaryHeap>)->ArgName("pending")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(hold<bench::QuaternaryHeap>)->ArgName("pending")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(hold<bench::CalendarQueue>)->ArgName("pending")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(hold<bench::PairingHeap>)->ArgName("pending")->Arg(1'000)->Arg(100'000);  // beyond, minutes

}  // namespace
}  // namespace gossamer
