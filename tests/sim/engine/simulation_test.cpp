#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/network/models/nic.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::DiagonalQuadratics;
using testing::flat;

/// Rounds of computing and a message to each neighbor. `finished`, if given, is called when each step ends.
Task send_to_neighbors(Node& node, std::function<void(NodeId)> finished) {
  Params x = node.initial_params();
  while (node.running()) {
    x = co_await node.gradient(x);
    if (finished) finished(node.id());
    for (const NodeId j : node.out_neighbors()) node.send(j, x);
    for (const NodeId j : node.in_neighbors()) co_await node.receive(j);
  }
}

TEST_CASE("A straggler's delay spreads one hop a round") {
  // Finish times obey F_i(k) = c_i + max(F_i(k − 1), F_j(k − 1) over neighbors j). With c = 3 s on node 0 and 1 s
  // elsewhere, a node at distance h ends step k at k seconds for k ≤ h, and at 3 (k − h) + h afterwards.
  constexpr NodeId n = 12;
  const Mixing w = testing::ring(n);
  const auto objective = flat(n);
  Cluster cluster{{.mixing = w, .objective = objective, .step_time = [](NodeId i, std::uint64_t) {
                     return Seconds{i == 0 ? 3.0 : 1.0};
                   }}};
  std::vector<std::vector<double>> ends(n);
  const auto note = [&](NodeId i) { ends[static_cast<std::size_t>(i)].push_back(cluster.now().count()); };
  cluster.run([&](Node& node) { return send_to_neighbors(node, note); }, {.node_steps = 9});
  for (int i = 0; i < n; ++i) {
    const int h = std::min(i, n - i);
    for (int k = 1; k <= 9; ++k) {
      CAPTURE(i);
      CAPTURE(k);
      const int expected = h == 0 ? 3 * k : k <= h ? k : 3 * (k - h) + h;
      CHECK(ends[static_cast<std::size_t>(i)][static_cast<std::size_t>(k) - 1] == doctest::Approx(expected));
    }
  }
}

TEST_CASE("Messages arrive in the order in which they were sent, and wait until they are received") {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 4ms, .initial = Eigen::MatrixXd::Ones(1, 2)}};
  std::vector<double> received;
  auto& plane = cluster.plane();
  const Program program = [&](Node& node) -> Task {
    return [](Node& self, std::vector<double>& seen, Executor<double>& numbers) -> Task {
      const Params x = self.initial_params();
      if (self.id() == 0) {
        for (int k = 1; k <= 3; ++k) self.send(1, (k + 1.0) * x);
      } else {
        for (int k = 1; k <= 3; ++k) {
          const Params theirs = co_await self.receive(0);
          seen.push_back(numbers.values(theirs)[0]);
        }
      }
    }(node, received, plane);
  };
  cluster.run(program, {});
  CHECK(received == std::vector<double>{2, 3, 4});
  CHECK(cluster.now() == Seconds{4ms});
}

TEST_CASE("An all-reduce begins with the last node and gives everybody the mean in the order of the nodes") {
  constexpr NodeId n = 5;
  const Mixing w = testing::complete(n);
  const auto objective = flat(n);
  Eigen::MatrixXd x0(1, n);
  x0 << 1, 10, 100, 1000, 10000;
  Cluster cluster{{.mixing = w,
                   .objective = objective,
                   .step_time = [](NodeId i, std::uint64_t) { return Seconds{i + 1.0}; },
                   .message_time = 2ms,
                   .initial = x0}};
  const auto program = [](Node& node) -> Task {
    const Params x = node.initial_params();
    const Params g = co_await node.gradient(x);
    node.report(co_await node.all_reduce_mean(x));
  };
  const End end = cluster.run(program, {});
  CHECK(end.reason == End::Reason::finished);
  const Eigen::MatrixXd models = cluster.models();
  for (NodeId i = 0; i < n; ++i) CHECK(models(0, i) == doctest::Approx(2222.2));
  CHECK(cluster.now().count() == doctest::Approx(5 + 8 * 0.002));  // the slowest gradient, then 2 (n − 1) latencies
}

TEST_CASE("Messages under way count with their time, those that have not arrived with what has passed of it") {
  // Node 0 sends three messages of 4 ms at 0, 10 and 20 ms; node 1's 22 ms end the run when the last is half way.
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  Cluster cluster{
      {.mixing = w,
       .objective = objective,
       .step_time = [](NodeId i, std::uint64_t) -> Seconds { return i == 0 ? Seconds{10ms} : Seconds{22ms}; },
       .message_time = 4ms}};
  const auto program = [](Node& node) -> Task {
    const Params x = node.initial_params();
    while (true) {
      if (node.id() == 0) node.send(1, x);
      co_await node.gradient(x);
    }
  };
  cluster.run(program, {.virtual_time = Seconds{22ms}});
  CHECK(cluster.snapshot().transfer->count() == doctest::Approx(2 * 4e-3 + 2e-3).epsilon(1e-12));
}

TEST_CASE("An exchange is answered by the partner's handler on arrival, or by the partner's own exchange") {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  Eigen::MatrixXd x0(1, 2);
  x0 << 1, 5;
  SUBCASE("by its handler, while it computes") {
    Cluster cluster{{.mixing = w,
                     .objective = objective,
                     .step_time = [](NodeId, std::uint64_t) { return Seconds{1}; },
                     .message_time = 4ms,
                     .initial = x0}};
    const auto program = [](Node& node) -> Task {
      Params x = node.initial_params();
      node.on_exchange([&x](const Params& theirs) {
        const Params mine = x;
        x = 0.5 * (mine + theirs);
        return mine;
      });
      if (node.id() == 0) {
        x = co_await node.exchange(1, x);
      } else {
        co_await node.gradient(x);
      }
      node.report(x);
      co_await node.all_done();
    };
    CHECK(cluster.run(program, {}).reason == End::Reason::finished);
    CHECK(cluster.models()(0, 0) == 5);
    CHECK(cluster.models()(0, 1) == 3);
    CHECK(cluster.counters(1).staleness_sum == 1);  // its model was touched while it computed
    CHECK(cluster.now() == Seconds{1});
  }
  SUBCASE("by its own exchange, for which the initiator waits") {
    Cluster cluster{{.mixing = w,
                     .objective = objective,
                     .step_time = [](NodeId, std::uint64_t) { return Seconds{1}; },
                     .message_time = 4ms,
                     .initial = x0}};
    const auto program = [](Node& node) -> Task {
      Params x = node.initial_params();
      if (node.id() == 1) co_await node.gradient(x);
      x = co_await node.exchange(1 - node.id(), x);
      node.report(x);
    };
    CHECK(cluster.run(program, {}).reason == End::Reason::finished);
    CHECK(cluster.models()(0, 0) == 5);
    CHECK(cluster.models()(0, 1) == 1);
    CHECK(cluster.now().count() == doctest::Approx(1.004));
    CHECK(cluster.counters(0).interactions == 1);
    CHECK(cluster.counters(1).interactions == 1);
  }
}

/// Looks at fixed times and records the snapshots.
class Watcher final : public Observer {
 public:
  explicit Watcher(Seconds every) : every_{every} {}
  std::optional<std::string> observe(const Snapshot& snapshot) override {
    times.push_back(snapshot.time.count());
    steps.push_back(snapshot.total.node_steps);
    computing.push_back(snapshot.total.computing.count());
    return std::nullopt;
  }
  Next next() const override { return {.time = every_ * static_cast<double>(times.size())}; }

  std::vector<double> times;
  std::vector<std::uint64_t> steps;
  std::vector<double> computing;

 private:
  Seconds every_;
};

Task compute_only(Node& node) {
  Params x = node.initial_params();
  while (node.running()) x = co_await node.gradient(x);
}

TEST_CASE("A look at an instant sees all that happened up to it, and gradients under way in part") {
  constexpr NodeId n = 3;
  const Mixing w = testing::ring(n);
  const auto objective = flat(n);
  Cluster cluster{{.mixing = w, .objective = objective, .step_time = [](NodeId, std::uint64_t) { return Seconds{1}; }}};
  Watcher watcher{0.5s};
  const End end = cluster.run(compute_only, {.virtual_time = 2.25s}, &watcher);
  CHECK(end.reason == End::Reason::virtual_time);
  CHECK(watcher.times == std::vector<double>{0, 0.5, 1, 1.5, 2, 2.25});
  CHECK(watcher.steps == std::vector<std::uint64_t>{0, 0, 3, 3, 6, 6});
  for (std::size_t k = 0; k < watcher.times.size(); ++k)
    CHECK(watcher.computing[k] == doctest::Approx(3 * watcher.times[k]));
}

TEST_CASE("Looking changes nothing") {
  constexpr NodeId n = 6;
  const Mixing w = testing::ring(n);
  const DiagonalQuadratics objective{Eigen::MatrixXd::Ones(4, n), Eigen::MatrixXd::Random(4, n), 1.0};
  const auto run = [&](Observer* observer) {
    Cluster cluster{{.mixing = w, .objective = objective, .step_time = [](NodeId i, std::uint64_t k) {
                       Draws draws{1, Purpose::step_time, i, k};
                       return Seconds{standard_exponential(draws)};
                     }}};
    const auto program = [](Node& node) -> Task {
      Params x = node.initial_params();
      node.on_exchange([&x](const Params& theirs) {
        const Params mine = x;
        x = mine + 0.5 * (theirs - mine);
        return mine;
      });
      while (node.running()) {
        const Params g = co_await node.gradient(x);
        const Params mine = x;
        const Params theirs = co_await node.exchange(node.random_neighbor(), mine);
        x = x + 0.5 * (theirs - mine) - 0.1 * g;
        node.report(x);
      }
      co_await node.all_done();
    };
    cluster.run(program, {.virtual_time = 50s}, observer);
    return cluster.models();
  };
  Watcher often{0.1s};
  const Eigen::MatrixXd alone = run(nullptr);
  const Eigen::MatrixXd watched = run(&often);
  CHECK(std::memcmp(alone.data(), watched.data(), static_cast<std::size_t>(alone.size()) * sizeof(double)) == 0);
}

TEST_CASE("Waiting for a barrier of n exponential steps costs the harmonic number times their mean") {
  // T25: E round = c H_n; the mean of K independent rounds has variance c² Σ 1/k² / K.
  constexpr NodeId n = 8;
  constexpr std::uint64_t rounds = 20'000;
  const Mixing w = testing::complete(n);
  const auto law = step_times(ExponentialStep{.mean = 1s}, 9);
  AlphaBetaNetwork network{{.latency = 0s, .bandwidth = 1.0}};
  Simulation simulation{{.mixing = w, .step_times = *law, .network = network}};
  const auto program = [](Node& node) -> Task {
    while (node.running()) {
      const Params g = co_await node.gradient({});
      co_await node.all_reduce_mean(g);
    }
  };
  CHECK(simulation.run(program, {.node_steps = rounds}).reason == End::Reason::node_steps);
  double harmonic = 0;
  double variance = 0;
  for (int k = 1; k <= n; ++k) {
    harmonic += 1.0 / k;
    variance += 1.0 / (k * k);
  }
  const double mean = simulation.now().count() / static_cast<double>(rounds);
  CHECK(std::abs(mean - harmonic) < 4 * std::sqrt(variance / static_cast<double>(rounds)));
}

TEST_CASE("Nodes with exponential step times initiate like Poisson clocks") {
  // T24: by time s, n nodes of rate 1 have made Poisson(n s) steps: mean and variance n s. Over R seeds the sample mean
  // has variance n s / R, and the sample variance a relative standard error of √(2 / (R − 1)) for large n s.
  constexpr NodeId n = 10;
  constexpr double time = 20;
  constexpr int seeds = 400;
  const Mixing w = testing::ring(n);
  double sum = 0;
  double squares = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const auto law = step_times(ExponentialStep{.mean = 1s}, seed);
    AlphaBetaNetwork network{{.latency = 0s, .bandwidth = 1.0}};
    Simulation simulation{{.mixing = w, .step_times = *law, .network = network, .seed = seed}};
    simulation.run(compute_only, {.virtual_time = Seconds{time}});
    double steps = 0;
    for (NodeId i = 0; i < n; ++i) steps += static_cast<double>(simulation.counters(i).node_steps);
    sum += steps;
    squares += steps * steps;
  }
  const double mean = sum / seeds;
  const double variance = (squares - seeds * mean * mean) / (seeds - 1);
  CHECK(std::abs(mean - n * time) < 4 * std::sqrt(n * time / seeds));
  CHECK(std::abs(variance / (n * time) - 1) < 4 * std::sqrt(2.0 / (seeds - 1)));
}

TEST_CASE("Bytes are counted exactly: after K rounds each node has sent K times its degree times the payload") {
  // T29, on a directed graph whose nodes speak to three others.
  constexpr NodeId n = 8;
  const Mixing w = testing::exponential(n);
  const auto law = step_times(ConstantStep{.step = 1s});
  NicNetwork network{{.latency = 1ms, .bandwidth = 1e6}, n};
  Simulation simulation{{.mixing = w, .step_times = *law, .network = network, .payload = 1000}};
  simulation.run([](Node& node) { return send_to_neighbors(node, nullptr); }, {.node_steps = 7});
  for (NodeId i = 0; i < n; ++i) {
    CHECK(simulation.counters(i).sent_bytes == 7 * 3 * 1000);
    CHECK(simulation.counters(i).received_bytes == 7 * 3 * 1000);
    CHECK(simulation.counters(i).sent_messages == 7 * 3);
  }
}

TEST_CASE("The shared sequence of pairs is uniform over initiators and neighbors, and the same for both partners") {
  constexpr NodeId n = 6;
  const Mixing w = testing::ring(n);
  const auto law = step_times(ConstantStep{.step = 1s});
  AlphaBetaNetwork network{{.latency = 0s, .bandwidth = 1.0}};
  Simulation simulation{{.mixing = w, .step_times = *law, .network = network}};
  std::vector<std::vector<NodeId>> partners(n);
  const auto program = [&partners](Node& node) -> Task {
    return [](Node& self, std::vector<NodeId>& mine) -> Task {
      while (self.running()) {
        co_await self.gradient({});
        const NodeId partner = self.next_meeting();
        mine.push_back(partner);
        co_await self.exchange(partner, Params{});
      }
    }(node, partners[static_cast<std::size_t>(node.id())]);
  };
  simulation.run(program, {.virtual_time = 4000s});
  // Each of the six edges is equally likely: meetings of node i with its right neighbor are half of all it has, a
  // binomial with standard deviation √N / 2.
  for (NodeId i = 0; i < n; ++i) {
    const auto& met = partners[static_cast<std::size_t>(i)];
    const auto total = static_cast<double>(met.size());
    CHECK(total > 1000);
    const auto right = static_cast<double>(std::count(met.begin(), met.end(), (i + 1) % n));
    CHECK(std::abs(right - total / 2) < 5 * std::sqrt(total) / 2);
  }
}

}  // namespace
}  // namespace gossamer
