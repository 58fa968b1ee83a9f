#include <algorithm>
#include <chrono>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "tests/codecs.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/mpi/whole.hpp"
#include "tests/sim/ranks/cluster.hpp"

// One-sided reads in both worlds.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::ClusterSetup;
using testing::is_whole;
using testing::on_ranks;
using testing::Outcome;
using testing::session;
using testing::simulated;

constexpr NodeId n = 6;

// A rank may be late by any time, so messages set the order of actions whose result depends on it.

/// In step k, node i goes halfway to the model that node i + 1 + k exposes. No node reads before all have exposed their
/// models, or exposes the next one before all have read.
Task read_in_turn(Node& node, const Codec* codec) {
  Params x = node.initial_params();
  for (int k = 0; node.running(); ++k) {
    const Params g = co_await node.gradient(x);
    x = x - 0.1 * g;
    if (codec) {
      node.expose(node.encode(*codec, x));
    } else {
      node.expose(x);
    }
    co_await node.all_reduce_mean(x);
    const std::optional<Encoded> theirs = co_await node.read_encoded((node.id() + 1 + k % (n - 1)) % n);
    const Params y = codec ? node.decode(*codec, *theirs, x) : theirs->vector;
    x = 0.5 * x + 0.5 * y;
    node.report(x);
    co_await node.all_reduce_mean(x);
  }
}

void check_same_counters(const NodeCounters& seen, const NodeCounters& expected) {
  CHECK(seen.interactions == expected.interactions);
  CHECK(seen.sent_messages == expected.sent_messages);
  CHECK(seen.received_messages == expected.received_messages);
  CHECK(seen.sent_bytes == expected.sent_bytes);
  CHECK(seen.received_bytes == expected.received_bytes);
  CHECK(seen.staleness_sum == expected.staleness_sum);
}

TEST_CASE("Ranks read what virtual nodes read, plain, encoded or without numerics, and pay for it alike") {
  const Mixing w = testing::complete(n);
  const auto law = step_times(ConstantStep{500us});
  const testing::Rough objective{40};
  const testing::Positive positive;
  const Codec* const codecs[] = {nullptr, &positive};
  for (const Objective<double>* const model : {static_cast<const Objective<double>*>(&objective), {}}) {
    for (const Codec* const codec : codecs) {
      for (const auto wire : {RankWorld::Wire::shaped, RankWorld::Wire::real}) {
        const ClusterSetup setup{.mixing = w, .step_times = *law, .objective = model, .payload = 160};
        const Program program = [codec](Node& node) { return read_in_turn(node, codec); };
        const Outcome expected = simulated(setup, program, {.node_steps = 12});
        const Outcome seen = on_ranks(setup, program, {.node_steps = 12}, {.wire = wire});
        CHECK(seen.end.reason == End::Reason::node_steps);
        if (session().rank() > 0) continue;
        CHECK(seen.same_models(expected));
        for (std::size_t i = 0; i < n; ++i) check_same_counters(seen.counters[i], expected.counters[i]);
      }
    }
  }
}

/// All others read the last node before it exposes twice its model and ends, and after that.
Task read_the_dead(Node& node) {
  const Params x = node.initial_params();
  const NodeId last = node.nodes() - 1;
  if (node.id() == last) {
    for (NodeId j = 0; j < last; ++j) co_await node.receive(j);
    node.expose(2.0 * x);
    for (NodeId j = 0; j < last; ++j) node.send(j, x);
  } else {
    const Params at_first = co_await node.read(last);
    node.send(last, x);
    co_await node.receive(last);
    const Params at_last = co_await node.read(last);
    node.report(at_last - at_first);
  }
}

TEST_CASE("A node shows its model at time zero until it exposes one, and the last one after its end") {
  const Mixing w = testing::complete(n);
  const auto law = step_times(ConstantStep{1ms});
  const testing::Rough objective{31};
  for (const auto wire : {RankWorld::Wire::shaped, RankWorld::Wire::real}) {
    const Outcome seen =
        on_ranks({.mixing = w, .step_times = *law, .objective = &objective}, read_the_dead, {}, {.wire = wire});
    CHECK(seen.end.reason == End::Reason::finished);
    if (session().rank() > 0) continue;
    const auto plane = testing::plane_of(objective);
    const auto x = plane->values(plane->initial_params(n - 1));
    for (std::size_t i = 0; i + 1 < n; ++i)
      CHECK(std::equal(x.begin(), x.end(), seen.models.begin() + static_cast<std::ptrdiff_t>(i * x.size())));
    CHECK(seen.counters[n - 1].interactions == 2 * (n - 1));
  }
}

TEST_CASE("A node that awaits a finished read a second time is stuck") {
  const Mixing w = testing::complete(n);
  const auto law = step_times(ConstantStep{1ms});
  const Program program = [](Node& node) -> Task {
    if (node.id() > 0) co_return;
    const Pending theirs = node.read(n - 1);
    co_await theirs;
    co_await theirs;
  };
  const End end = on_ranks({.mixing = w, .step_times = *law}, program, {}).end;
  CHECK(end.reason == End::Reason::stuck);
  CHECK(end.detail == "node 0 waits for a read of node 5");
}

TEST_CASE("A run may end while reads are under way") {
  const Mixing w = testing::complete(n);
  const auto law = step_times(ConstantStep{1ms});
  const testing::Flat objective{10'000};
  const Program program = [](Node& node) -> Task {
    const Params x = node.initial_params();
    node.expose(x);
    for (;;) co_await node.read((node.id() + 1) % n);
  };
  for (const auto wire : {RankWorld::Wire::shaped, RankWorld::Wire::real}) {
    const ClusterSetup setup{.mixing = w, .step_times = *law, .objective = &objective, .payload = 80'000};
    CHECK(on_ranks(setup, program, {.virtual_time = 50ms}, {.wire = wire}).end.reason == End::Reason::virtual_time);
    CHECK(on_ranks(setup, program, {.sent_bytes = 4'000'000}, {.wire = wire}).end.reason == End::Reason::sent_bytes);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Torn models.

/// Node 0 exposes 1, 2, 3, … in every coordinate as fast as it can, until the others have read it often enough. They
/// count the torn models that they get.
Task hammer(Node& node, DataPlane& plane, int reads, int& torn) {
  Params x = node.initial_params();
  if (node.id() == 0) {
    node.expose(x);
    while (node.running()) {
      const Params g = co_await node.gradient(x);
      x = x - g;
      node.expose(x);
    }
  }
  double before = 0;
  for (int r = 0; node.id() > 0 && r < reads; ++r) {
    const Params theirs = co_await node.read(0);
    const std::vector<double> seen = plane.values(theirs);
    torn += is_whole(seen, before) ? 0 : 1;
    before = seen[0];
  }
}

/// ∇F = −1 everywhere.
class Climb final : public Objective<double> {
 public:
  Index dimension() const override { return 5000; }
  void gradient(NodeId, std::uint64_t, const double*, double* g, Workspace&) const override {
    for (Index k = 0; k < dimension(); ++k) g[k] = -1;
  }
};

TEST_CASE("No program reads parts of two models, however often these are exposed") {
  const Mixing w = testing::complete(n);
  const auto law = step_times(ConstantStep{20us});
  const AlphaBetaNetwork network{{.latency = 20us, .bandwidth = 1e9}};
  const Climb objective;
  for (const auto wire : {RankWorld::Wire::real, RankWorld::Wire::shaped}) {
    Executor<double> plane{{.objective = objective,
                            .initial_params = [](NodeId, double* x) { std::fill_n(x, Climb{}.dimension(), 1.0); }}};
    RankWorld world{
        session(),
        {.mixing = w, .step_times = *law, .network = network, .plane = &plane, .payload = 40'000, .wire = wire}};
    int torn = 0;
    const Program program = [&](Node& node) { return hammer(node, plane, 200, torn); };
    CHECK(world.run(program, {.node_steps = 500}).reason == End::Reason::node_steps);
    CHECK(torn == 0);
  }
}

}  // namespace
}  // namespace gossamer
