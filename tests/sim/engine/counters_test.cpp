#include <chrono>
#include <cstdint>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "tests/graphs.hpp"

/// Counts of a node that are larger than 32 bits, which is what a node itself has room for.
namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr Bytes payload = 3'000'000'001;  // two of them exceed 2³², one does not
constexpr Bytes huge = Bytes{5} << 40;    // exceeds it alone
constexpr std::uint64_t rounds = 7;

Task send_both_ways(Node& node) {
  const Params x = node.initial_params();
  while (node.running()) {
    co_await node.gradient(x);
    for (const NodeId j : node.neighbors()) node.send(j, x);
    for (const NodeId j : node.neighbors()) co_await node.receive(j);
  }
}

Task average(Node& node) {
  Params x = node.initial_params();
  while (node.running()) {
    co_await node.gradient(x);
    x = co_await node.all_reduce_mean(x);
  }
}

NodeCounters counters_of(const Program& program, Bytes size, const Mixing& w) {
  const auto steps = step_times(ConstantStep{10ms});
  AlphaBetaNetwork network{{.latency = 1ms, .bandwidth = 1e12}};
  Simulation simulation{{.mixing = w, .step_times = *steps, .network = network, .payload = size}};
  simulation.run(program, {.node_steps = rounds});
  return simulation.counters(0);
}

TEST_CASE("Sent and received bytes of more than 32 bits are exact") {
  for (const Bytes size : {payload, huge}) {
    CAPTURE(size);
    const NodeCounters counters = counters_of(send_both_ways, size, testing::ring(3));  // two neighbors
    CHECK(counters.sent_messages == 2 * rounds);
    CHECK(counters.received_messages == 2 * rounds);
    CHECK(counters.sent_bytes == 2 * static_cast<Bytes>(rounds) * size);
    CHECK(counters.received_bytes == 2 * static_cast<Bytes>(rounds) * size);
    CHECK(counters.node_steps == rounds);
    CHECK(counters.computing.count() == doctest::Approx(rounds * 0.01));
  }
}

TEST_CASE("Bytes of all-reduces of more than 32 bits are exact") {
  // A ring all-reduce among two nodes sends the model in two halves: 2 (n − 1)/n of it. Its size is even.
  const NodeCounters counters = counters_of(average, huge, testing::complete(2));
  CHECK(counters.sent_bytes == static_cast<Bytes>(rounds) * huge);
  CHECK(counters.received_bytes == static_cast<Bytes>(rounds) * huge);
}

}  // namespace
}  // namespace gossamer
