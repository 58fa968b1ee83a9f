#include <limits>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "sim/ground/input_error.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/engine/faulty.hpp"

// How runs in virtual time end.
namespace gossamer {
namespace {

using testing::Cluster;
using testing::flat;

TEST_CASE("When nobody can proceed the run ends and says who waits for whom") {
  const Mixing w = testing::ring(3);
  const auto objective = flat(3);
  Cluster cluster{{.mixing = w, .objective = objective}};
  const auto program = [](Node& node) -> Task {
    const Params x = node.initial_params();
    if (node.id() == 2) co_await node.all_reduce_mean(x);
    co_await node.receive((node.id() + 1) % 3);
  };
  const End end = cluster.run(program, {});
  CHECK(end.reason == End::Reason::stuck);
  CHECK(
      end.detail ==
      "node 0 waits for a message from node 1, node 1 waits for a message from node 2, node 2 waits for an all-reduce");
}

TEST_CASE("Steps of all who make any end a run by node_steps, a wait for ever as stuck, an early return as finished") {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  const auto end_of = [&](auto program) {
    Cluster cluster{{.mixing = w, .objective = objective}};
    return cluster.run(program, {.node_steps = 3});
  };
  const auto all = [](Node& node) -> Task {
    while (node.running()) co_await node.tick();
  };
  CHECK(end_of(all).reason == End::Reason::node_steps);
  const auto one_waits = [](Node& node) -> Task {
    while (node.running()) {
      co_await node.tick();
      if (node.id() == 1) co_await node.receive(0);
    }
  };
  const End end = end_of(one_waits);
  CHECK(end.reason == End::Reason::stuck);
  CHECK(end.detail == "node 1 waits for a message from node 0");
  const auto one_returns = [](Node& node) -> Task {
    while (node.running()) {
      co_await node.tick();
      if (node.id() == 1) break;
    }
  };
  CHECK(end_of(one_returns).reason == End::Reason::finished);
  const auto one_serves = [](Node& node) -> Task {
    while (node.running() && node.id() == 0) co_await node.tick();
  };
  CHECK(end_of(one_serves).reason == End::Reason::node_steps);
}

TEST_CASE("A run whose next event is beyond all numbers is stuck at the last time that is one") {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  const auto steps = [](Node& node) -> Task {
    while (node.running()) co_await node.tick();
  };
  // Step k of a node ends at k · 10³⁰⁸ s, and 2 · 10³⁰⁸ is more than a double holds.
  const auto slow = [](NodeId, std::uint64_t) { return Seconds{1e308}; };
  Cluster cluster{{.mixing = w, .objective = objective, .step_time = slow}};
  const End end = cluster.run(steps, {.node_steps = 3});
  CHECK(end.reason == End::Reason::stuck);
  CHECK(end.time == Seconds{1e308});
  CHECK(cluster.counters(0).node_steps == 1);
  CHECK(end.detail.ends_with("node 0 waits for its gradient, node 1 waits for its gradient"));
  // A limit of time is reached all the same.
  Cluster limited{{.mixing = w, .objective = objective, .step_time = slow}};
  CHECK(limited.run(steps, {.virtual_time = Seconds{1.5e308}}).reason == End::Reason::virtual_time);
}

TEST_CASE("More bytes than can be counted end a run with a sentence") {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  // Two nodes send 2⁵³ bytes in each round, and 2⁶³ = 512 · 2 · 2⁵³ are too many.
  Cluster cluster{{.mixing = w, .objective = objective, .payload = Bytes{1} << 53}};
  std::uint64_t rounds = 0;
  const auto talk = [&rounds](Node& node) -> Task {
    for (const Params x = node.initial_params(); node.running(); rounds += node.id() == 0) {
      node.send(1 - node.id(), x);
      co_await node.gradient(x);
    }
  };
  CHECK_THROWS_WITH_AS(
      cluster.run(talk, {.node_steps = 1000}),
      "the nodes have sent more than 9223372036854775807 bytes together, which is too many to be counted", InputError);
  CHECK(rounds == 511);
}

TEST_CASE("The run rethrows the exception of a program") {
  const Mixing w = testing::ring(3);
  const auto objective = flat(3);
  Cluster cluster{{.mixing = w, .objective = objective}};
  const auto program = [](Node& node) -> Task {
    const Params x = co_await node.gradient(node.initial_params());
    throw std::runtime_error{"node " + std::to_string(node.id())};
  };
  CHECK_THROWS_WITH(cluster.run(program, {}), "node 0");
}

TEST_CASE("Speaking to a node that is no neighbor is refused") {
  const Mixing w = testing::ring(5);
  const auto objective = flat(5);
  Cluster cluster{{.mixing = w, .objective = objective}};
  const auto program = [](Node& node) -> Task {
    const Params x = node.initial_params();
    node.send((node.id() + 2) % 5, x);
    co_await node.gradient(x);
  };
  CHECK_THROWS_WITH(cluster.run(program, {}), "node 2 deals with node 0, which is no neighbor");
}

}  // namespace
}  // namespace gossamer
