#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/engine/fastest_all_reduce.hpp"
#include "sim/engine/play_collective.hpp"
#include "sim/network/models/max_min.hpp"
#include "sim/network/models/nic.hpp"
#include "sim/network/platforms/platforms.hpp"
#include "tests/all_reduces.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::DiagonalQuadratics;
using testing::StepsBy;

constexpr Seconds latency = 2ms;
constexpr double bandwidth = 1e7;
constexpr Bytes payload = 360360;  // a multiple of every number up to 13: all chunks of a ring are alike

std::unique_ptr<Network> cards(AllReduce algorithm, NodeId n) {
  return std::make_unique<NicNetwork>(Nic{.latency = latency, .bandwidth = bandwidth, .all_reduce = algorithm}, n);
}
std::unique_ptr<Network> links(AllReduce algorithm, NodeId) {
  return std::make_unique<AlphaBetaNetwork>(
      AlphaBeta{.latency = latency, .bandwidth = bandwidth, .all_reduce = algorithm});
}

/// The same between points in a disk, where no two links are alike.
PathContext points(NodeId n) {
  return {.links = links_in(Geometry::disk, {latency, bandwidth}, 20ms, n, 1), .seed = 1};
}
std::unique_ptr<Network> cards_apart(AllReduce algorithm, NodeId n) {
  const Nic settings{.latency = latency, .bandwidth = bandwidth, .all_reduce = algorithm};
  return std::make_unique<NicNetwork>(settings, n, points(n));
}
std::unique_ptr<Network> links_apart(AllReduce algorithm, NodeId n) {
  const AlphaBeta settings{.latency = latency, .bandwidth = bandwidth, .all_reduce = algorithm};
  return std::make_unique<AlphaBetaNetwork>(settings, points(n));
}

/// Cards of which that of node 1 sends four times as slowly.
std::unique_ptr<Network> one_slow_card(AllReduce algorithm, NodeId n) {
  const ChangingRate usual{{{0s, bandwidth}}}, slow{{{0s, bandwidth / 4}}};
  NodeCards kinds{.kinds = {{usual, usual}, {slow, usual}},
                  .of_node = std::vector<std::size_t>(static_cast<std::size_t>(n))};
  kinds.of_node[1] = 1;
  return std::make_unique<NicNetwork>(Nic{.latency = latency, .bandwidth = bandwidth, .all_reduce = algorithm}, n,
                                      PathContext{}, std::make_shared<const NodeCards>(std::move(kinds)));
}

/// A step, then an all-reduce; `ends` gets the time at which each node has the mean.
Task average_after_step(Node& node, const Simulation& simulation, std::vector<double>& ends) {
  Params x = node.initial_params();
  while (node.running()) {
    co_await node.gradient(x);
    x = co_await node.all_reduce_mean(x);
    ends[static_cast<std::size_t>(node.id())] = simulation.now().count();
  }
}

struct Case {
  Network& network;
  NodeId n;
  std::function<Seconds(NodeId, std::uint64_t)> step_time;
  Collectives collectives = Collectives::played;
  std::uint64_t steps = 1;
};

/// When each node has the mean of the last of its all-reduces, without numerics.
std::vector<double> ends_of(const Case& c) {
  const Mixing w = testing::complete(c.n);
  const StepsBy step_times{c.step_time};
  Simulation simulation{
      {.mixing = w, .step_times = step_times, .network = c.network, .payload = payload, .collectives = c.collectives}};
  std::vector<double> ends(static_cast<std::size_t>(c.n));
  const auto program = [&](Node& node) { return average_after_step(node, simulation, ends); };
  CHECK(simulation.run(program, {.node_steps = c.steps}).reason == End::Reason::node_steps);
  return ends;
}

const auto at_once = [](NodeId, std::uint64_t) { return Seconds{0}; };
using Make = std::unique_ptr<Network> (*)(AllReduce, NodeId);

/// When the last of n nodes that join at once has the mean, in seconds.
double duration(AllReduce algorithm, Make make, NodeId n) {
  const auto network = make(algorithm, n);
  const auto ends = ends_of({*network, n, at_once});
  return *std::max_element(ends.begin(), ends.end());
}

TEST_CASE("Played where all join together, an all-reduce takes what its formula says") {
  // Identical links, no node waits for a card: the same sum of α + s/B, so only the rounding of additions differs.
  const auto agrees = [](AllReduce algorithm, Make make, NodeId n) {
    CAPTURE(n);
    const double formula = make(algorithm, n)->all_reduce(n, payload).duration.count();
    CHECK(duration(algorithm, make, n) == doctest::Approx(formula).epsilon(1e-9));
  };
  // Nor where links differ: messages around a ring follow each other no closer than one takes, and links have no queue.
  for (const NodeId n : {2, 3, 4, 5, 7, 8, 12, 13}) {
    agrees(AllReduce::ring, cards_apart, n);
    agrees(AllReduce::ring, one_slow_card, n);
    for (const auto algorithm : {AllReduce::ring, AllReduce::recursive_doubling, AllReduce::rabenseifner})
      agrees(algorithm, links_apart, n);
  }
  for (const Make make : {links, cards}) {
    for (const NodeId n : {2, 3, 4, 5, 7, 8, 12, 13}) agrees(AllReduce::ring, make, n);
    for (const NodeId n : {2, 4, 8, 16, 32}) agrees(AllReduce::recursive_doubling, make, n);
  }
}

/// The time that messages are under way in an all-reduce that all nodes join at once.
double in_flight(const Network& model, NodeId n, Network& network, Collectives collectives) {
  const Mixing w = testing::complete(n);
  const StepsBy step_times{at_once};
  Simulation simulation{
      {.mixing = w, .step_times = step_times, .network = network, .payload = payload, .collectives = collectives}};
  std::vector<double> ends(static_cast<std::size_t>(n));
  simulation.run([&](Node& node) { return average_after_step(node, simulation, ends); }, {.node_steps = 1});
  if (collectives == Collectives::formula)
    CHECK(simulation.snapshot().transfer->count() == model.all_reduce(n, payload).in_flight.count());
  return simulation.snapshot().transfer->count();
}

TEST_CASE("Formula and messages agree on how long an all-reduce keeps messages under way") {
  const auto agrees = [](Network&& by_formula, Network&& by_messages, NodeId n) {
    CAPTURE(n);
    const double formula = in_flight(by_formula, n, by_formula, Collectives::formula);
    CHECK(formula > 0);
    CHECK(in_flight(by_messages, n, by_messages, Collectives::played) == doctest::Approx(formula).epsilon(1e-9));
  };
  // On links a message takes its own time, whatever else is under way.
  for (const AllReduceMethod& method : testing::all_reduces) {
    CAPTURE(static_cast<int>(method.algorithm));
    const auto settings = testing::with_all_reduce(AlphaBeta{.latency = latency, .bandwidth = bandwidth}, method);
    for (const NodeId n : {3, 4, 6, 8, 11, 13}) {
      agrees(AlphaBetaNetwork{settings}, AlphaBetaNetwork{settings}, n);
      agrees(AlphaBetaNetwork{settings, points(n)}, AlphaBetaNetwork{settings, points(n)}, n);
    }
  }
  // On cards it does so if no node waits for a card, and at a server, where the last node waits for all before it.
  const auto on_cards = [&](const AllReduceMethod& method, NodeId n) {
    CAPTURE(static_cast<int>(method.algorithm));
    CAPTURE(method.shards);
    const auto settings = testing::with_all_reduce(Nic{.latency = latency, .bandwidth = bandwidth}, method);
    agrees(NicNetwork{settings, n}, NicNetwork{settings, n}, n);
  };
  for (const NodeId n : {2, 4, 8})
    for (const auto algorithm : {AllReduce::ring, AllReduce::recursive_doubling, AllReduce::rabenseifner})
      on_cards(algorithm, n);
  for (const NodeId n : {3, 4, 6, 8, 13})
    for (const NodeId shards : {1, 3, n}) on_cards({AllReduce::parameter_server, shards}, n);
}

TEST_CASE("Half of an all-reduce has passed when half of its time has") {
  constexpr NodeId n = 5;
  const Mixing w = testing::complete(n);
  const StepsBy step_times{at_once};
  AlphaBetaNetwork network{{.latency = latency, .bandwidth = bandwidth, .all_reduce = AllReduce::binomial_tree}};
  Simulation simulation{{.mixing = w, .step_times = step_times, .network = network, .payload = payload}};
  const Network::Collective all = network.all_reduce(n, payload);
  std::vector<double> ends(n);
  simulation.run([&](Node& node) { return average_after_step(node, simulation, ends); },
                 {.virtual_time = all.duration / 2, .node_steps = 1});
  CHECK(all.in_flight.count() == doctest::Approx(8 * (latency.count() + payload / bandwidth)).epsilon(1e-12));
  CHECK(simulation.snapshot().transfer->count() == doctest::Approx(all.in_flight.count() / 2).epsilon(1e-12));
}

TEST_CASE("Doubling among three differs from its formula: nobody waits for a round, but two share a card") {
  // The formula has three rounds of D = α + s/B. Played on links, node 1's vector comes to node 0 along with node 2's:
  // node 0 has the mean after D, the others after 2 D. On cards, the two come in one after the other, s/B later, and
  // what node 0 answers leaves one after the other.
  const double transmission = payload / bandwidth;
  const double message = latency.count() + transmission;
  CHECK(links(AllReduce::recursive_doubling, 3)->all_reduce(3, payload).duration.count() ==
        doctest::Approx(3 * message).epsilon(1e-12));
  CHECK(duration(AllReduce::recursive_doubling, links, 3) == doctest::Approx(2 * message).epsilon(1e-12));
  CHECK(duration(AllReduce::recursive_doubling, cards, 3) ==
        doctest::Approx(2 * message + 2 * transmission).epsilon(1e-12));
}

TEST_CASE("automatic is the fastest by the cost that is charged: by formula a ring, played doubling, among three") {
  // t(N) = 1 + x ms with x = N/B = 0.999 ms. By formula a ring takes 4 t(N/3) = 4 + 4/3 x = 5.332 ms, doubling 3 t(N) =
  // 5.997 ms, Rabenseifner's algorithm 2 t(N/2) + 2 t(N) = 6.997 ms, trees 4 t(N). Played, doubling and trees take
  // 2 t(N) = 3.998 ms, see above, and the ring as in its formula; doubling is the first in the list.
  constexpr NodeId n = 3;
  constexpr Bytes size = 999;
  const Mixing w = testing::complete(n);
  const StepsBy step_times{at_once};
  const auto check = [&](Collectives collectives, AllReduce expected, double time) {
    AlphaBetaNetwork network{{.latency = 1ms, .bandwidth = 1e6}};
    CHECK(fastest_all_reduce(network, collectives, n, size).algorithm == expected);
    Simulation simulation{
        {.mixing = w, .step_times = step_times, .network = network, .payload = size, .collectives = collectives}};
    std::vector<double> ends(n);
    simulation.run([&](Node& node) { return average_after_step(node, simulation, ends); }, {.node_steps = 1});
    CHECK(*std::max_element(ends.begin(), ends.end()) == doctest::Approx(time).epsilon(1e-12));
  };
  check(Collectives::formula, AllReduce::ring, 5.332e-3);
  check(Collectives::played, AllReduce::recursive_doubling, 3.998e-3);
}

TEST_CASE("Played or not, what is named is done, and mpich follows MPICH's rule") {
  const auto choice = [](AllReduce algorithm, Bytes size) {
    const AlphaBetaNetwork network{{.latency = 1ms, .bandwidth = 1e6, .all_reduce = algorithm}};
    const auto played = fastest_all_reduce(network, Collectives::played, 8, size).algorithm;
    CHECK(fastest_all_reduce(network, Collectives::formula, 8, size).algorithm == played);
    return played;
  };
  CHECK(choice(AllReduce::ring, 100) == AllReduce::ring);
  CHECK(choice(AllReduce::parameter_server, 100) == AllReduce::parameter_server);
  CHECK(choice(AllReduce::mpich, 2048) == AllReduce::recursive_doubling);
  CHECK(choice(AllReduce::mpich, 2049) == AllReduce::rabenseifner);
}

TEST_CASE("Many nodes choose by formula, unless a failed link leaves no formula; a choice leaves the network new") {
  AlphaBetaNetwork network{{.latency = 1ms, .bandwidth = 1e6}};
  CHECK(fastest_all_reduce(network, Collectives::played, 301, 999).algorithm ==
        network.all_reduce(301, 999).method.algorithm);
  // Node 0's card sends nothing for a second. All wait for it, so what is fastest is fastest from then on.
  Platform platform = star_platform({1e6, 1ms}, 3);
  platform.changes = {{0s, 0, 0.0}, {1s, 0, 1e6}};
  MaxMinNetwork broken{{}, platform, 3};
  CHECK_THROWS_AS(fastest_all_reduce(broken, Collectives::formula, 3, 999), NetworkError);
  const AllReduce chosen = fastest_all_reduce(broken, Collectives::played, 3, 999).algorithm;
  const std::vector<Seconds> starts(3);
  const auto end = [&](AllReduce algorithm) {
    const auto ends = play_collective(algorithm_of(algorithm), {.nodes = 3}, *broken.fresh(), 999, starts);
    return *std::max_element(ends.begin(), ends.end());
  };
  for (const AllReduce other : all_reduces_among_peers()) CHECK(end(chosen) <= end(other) * (1 + 1e-9));
}

TEST_CASE("A ring goes ahead without a late node as far as it can") {
  // Node i sends its part s once it has joined and part s − 1 has come: S_i(s) = max(J_i, S_{i−1}(s − 1) + c), where J
  // is when it joins and c a chunk's time. With J_0 = T and the others at 0, the result of node i waits for the longest
  // way of at most 2 (n − 1) hops that starts at node 0: n + i hops for i ≤ n − 2, n − 1 hops for i = n − 1.
  constexpr NodeId n = 6;
  constexpr Seconds late = 1s;
  const auto network = links(AllReduce::ring, n);
  const double chunk = latency.count() + payload / (n * bandwidth);
  const auto only_first = [&](NodeId i, std::uint64_t) { return i == 0 ? late : Seconds{0}; };
  const auto ends = ends_of({*network, n, only_first});
  for (NodeId i = 0; i < n; ++i) {
    CAPTURE(i);
    const int hops = i < n - 1 ? n + i : n - 1;
    CHECK(ends[static_cast<std::size_t>(i)] == doctest::Approx(late.count() + hops * chunk).epsilon(1e-12));
  }
  for (const double end : ends_of({*network, n, only_first, Collectives::formula}))
    CHECK(end == doctest::Approx(late.count() + 2 * (n - 1) * chunk).epsilon(1e-12));
}

TEST_CASE("Played all-reduces give the bits of the formula's, one after the other, whoever is late") {
  constexpr NodeId n = 7;
  constexpr Index d = 3;
  const Mixing w = testing::complete(n);
  const DiagonalQuadratics objective{Eigen::MatrixXd::Random(d, n).cwiseAbs(), Eigen::MatrixXd::Random(d, n), 0.1};
  const StepsBy step_times{
      [](NodeId i, std::uint64_t k) { return ((3 * static_cast<std::uint64_t>(i) + 5 * k) % 11 + 1) * Seconds{10ms}; }};
  const auto train = [](Node& node) -> Task {
    Params x = node.initial_params();
    while (node.running()) {
      x = co_await node.all_reduce_mean(x - 0.1 * co_await node.gradient(x));
      node.report(x);
    }
  };
  for (const AllReduceMethod& method : testing::all_reduces) {
    std::vector<std::vector<double>> models;
    for (const Collectives collectives : {Collectives::formula, Collectives::played}) {
      Executor<double> plane{{.objective = objective,
                              .initial_params = [](NodeId, double* x) { std::fill_n(x, d, 1.0); },
                              .common_initial_params = true}};
      NicNetwork network{testing::with_all_reduce(Nic{.latency = latency, .bandwidth = bandwidth}, method), n};
      Simulation simulation{{.mixing = w,
                             .step_times = step_times,
                             .network = network,
                             .plane = &plane,
                             .payload = payload,
                             .collectives = collectives}};
      CHECK(simulation.run(train, {.node_steps = 9}).reason == End::Reason::node_steps);
      for (NodeId i = 0; i < n; ++i) {
        const auto values = plane.values(simulation.models()[static_cast<std::size_t>(i)]);
        models.emplace_back(values.begin(), values.end());
        CHECK(models.back() == models.front());
      }
    }
  }
}

TEST_CASE("A played all-reduce overlaps with the step that runs beside it") {
  // Rounds of a step of 50 ms beside an all-reduce: each takes the longer of the two.
  constexpr NodeId n = 4;
  constexpr int rounds = 5;
  const Mixing w = testing::complete(n);
  const auto overlapped = [](Node& node) -> Task {
    Params x = node.initial_params();
    while (node.running()) {
      auto mean = node.all_reduce_mean(x);
      co_await node.gradient(x);
      x = co_await mean;
    }
  };
  for (const Seconds step : {Seconds{50ms}, Seconds{1ms}}) {
    const auto network = cards(AllReduce::ring, n);
    const StepsBy step_times{[&](NodeId, std::uint64_t) { return step; }};
    Simulation simulation{{.mixing = w,
                           .step_times = step_times,
                           .network = *network,
                           .payload = payload,
                           .collectives = Collectives::played}};
    simulation.run(overlapped, {.node_steps = rounds});
    const Seconds all_reduce = network->all_reduce(n, payload).duration;
    REQUIRE((1ms < all_reduce && all_reduce < 100ms));
    CHECK(simulation.now().count() == doctest::Approx(rounds * std::max(step, all_reduce).count()).epsilon(1e-9));
  }
}

}  // namespace
}  // namespace gossamer
