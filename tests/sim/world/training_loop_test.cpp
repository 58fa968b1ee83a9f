#include "sim/world/training_loop.hpp"

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "tests/graphs.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

// A step takes S = 10 ms; a message of 12,500 bytes takes α + s/B = 2 ms + 1 ms, half of it 2.5 ms.
constexpr double gradient = 10e-3, message = 3e-3, half = 2.5e-3;

double round_of(TrainingLoop what, AllReduce algorithm = AllReduce::ring, NodeId nodes = 2) {
  const auto law = step_times(ConstantStep{10ms});
  AlphaBetaNetwork network{{.latency = 2ms, .bandwidth = 1.25e7, .all_reduce = algorithm}};
  const Mixing w = testing::complete(nodes);
  Simulation simulation{
      {.mixing = w, .step_times = *law, .network = network, .payload = 12'500, .collectives = Collectives::played}};
  LapTimer timer{[&] { return simulation.now().count(); }, 5};
  const int rounds = timer.rounds_for(1);
  simulation.run([&](Node& node) { return run_training_loop(node, what, rounds, node.id() == 0 ? &timer : nullptr); },
                 {});
  return std::move(timer).laps().at(0);
}

TEST_CASE("Rounds of training loops take what their parts take one after the other") {
  using enum TrainingLoop;
  CHECK(round_of(TrainingLoop::step) == doctest::Approx(gradient));
  CHECK(round_of(step_and_average) == doctest::Approx(gradient));
  CHECK(round_of(exchange_after_step) == doctest::Approx(gradient + message));
  CHECK(round_of(all_reduce_after_step, AllReduce::recursive_doubling) == doctest::Approx(gradient + message));
  CHECK(round_of(all_reduce_after_step, AllReduce::ring) == doctest::Approx(gradient + 2 * half));
  CHECK(round_of(request_after_step) == doctest::Approx(gradient + 2 * message));
  CHECK(round_of(all_reduce_after_few) == doctest::Approx(steps_of(all_reduce_after_few) * gradient + 2 * half));
  CHECK(round_of(all_reduce_after_many) == doctest::Approx(steps_of(all_reduce_after_many) * gradient + 2 * half));
}

TEST_CASE("Messages under way hide behind steps, and a node that computes answers at once") {
  CHECK(round_of(TrainingLoop::exchange_during_step) == doctest::Approx(gradient));
  CHECK(round_of(TrainingLoop::request_during_step) == doctest::Approx(gradient));
}

TEST_CASE("Nodes beyond the first two only take part where all do") {
  CHECK(round_of(TrainingLoop::exchange_after_step, AllReduce::ring, 5) == doctest::Approx(gradient + message));
  // A ring of four passes on a quarter six times: 6 (2 ms + 0.25 ms).
  CHECK(round_of(TrainingLoop::all_reduce_after_step, AllReduce::ring, 4) == doctest::Approx(gradient + 6 * 2.25e-3));
}

TEST_CASE("A stop watch forgets the laps that warm up, and gives the mean of each other lap's rounds") {
  double now = 100;
  LapTimer timer{[&now] { return now; }, 2, 0.5};
  CHECK(timer.rounds_for(2) == 2 * (2 + LapTimer::warm_up_laps));
  timer.start();
  for (int round = 0; round < timer.rounds_for(2); ++round) {
    now += round < 2 * LapTimer::warm_up_laps ? 50 : round + 1;
    timer.end_round();
  }
  // Laps of 7 + 8 and 9 + 10 seconds, of which half of a round is asked for.
  CHECK(std::move(timer).laps() == std::vector<double>{7.5 / 2, 9.5 / 2});
}

}  // namespace
}  // namespace gossamer
