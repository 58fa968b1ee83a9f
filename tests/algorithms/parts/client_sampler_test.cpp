#include "algorithms/parts/client_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/server/fed_avg.hpp"
#include "algorithms/server/scaffold.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

// Samplers, by the steps of the clients that they choose.
namespace gossamer::client_sampler_test {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;

constexpr NodeId n = 10;  // clients

/// The steps of each client after so many rounds of one step, which takes 10 ms.
std::vector<std::uint64_t> steps(const SamplerChoice& sampler, int rounds) {
  const Mixing w = testing::star(n + 1);
  const auto f = testing::flat(n + 1);
  Cluster cluster{{.mixing = w, .objective = f, .servers = 1}};
  cluster.run([=](Node& node) { return fed_avg(node, {.local_steps = 1, .sampler = sampler}); },
              {.virtual_time = rounds * 10ms + 1ms});
  std::vector<std::uint64_t> result;
  for (NodeId i = 0; i < n; ++i) result.push_back(cluster.counters(i).node_steps);
  return result;
}

std::uint64_t sum(const std::vector<std::uint64_t>& all) {
  std::uint64_t result = 0;
  for (const std::uint64_t one : all) result += one;
  return result;
}

TEST_CASE("All clients are those of the fraction 1") {
  const std::vector<std::uint64_t> always(n, 20);
  CHECK(steps(AllClients{}, 20) == always);
  CHECK(steps(UniformClients{1}, 20) == always);
  CHECK(steps(BernoulliClients{1}, 20) == always);
  CHECK(steps(CyclicClients{1}, 20) == always);
}

TEST_CASE("A uniform sampler chooses as many clients in each round, others in another one") {
  const auto seen = steps(UniformClients{0.34}, 20);
  CHECK(sum(seen) == 20 * 3);
  CHECK(*std::max_element(seen.begin(), seen.end()) < 20);
  CHECK(sum(steps(UniformClients{0.01}, 20)) == 20);  // at least one
}

TEST_CASE("A cyclic sampler chooses the next clients in turn") {
  CHECK(steps(CyclicClients{0.3}, 1) == std::vector<std::uint64_t>{1, 1, 1, 0, 0, 0, 0, 0, 0, 0});
  CHECK(steps(CyclicClients{0.3}, 4) == std::vector<std::uint64_t>{2, 2, 1, 1, 1, 1, 1, 1, 1, 1});
  CHECK(steps(CyclicClients{0.3}, 10) == std::vector<std::uint64_t>(n, 3));
}

TEST_CASE("A Bernoulli sampler chooses each client with its probability, and never none") {
  constexpr int rounds = 2000;
  for (const double p : {0.02, 0.3}) {
    // Rounds without clients are drawn again: a client is in a round with p/(1 − (1 − p)ⁿ).
    const double share = p / (1 - std::pow(1 - p, n));
    const auto seen = steps(BernoulliClients{p}, rounds);
    for (const std::uint64_t count : seen) {
      const double deviation = static_cast<double>(count) / rounds - share;
      CHECK(std::abs(deviation) < 5 * std::sqrt(share * (1 - share) / rounds));
    }
    CHECK(sum(seen) >= rounds);
  }
}

TEST_CASE("SCAFFOLD's clients come from the same samplers") {
  const Mixing w = testing::star(n + 1);
  const auto f = testing::flat(n + 1);
  Cluster cluster{{.mixing = w, .objective = f, .servers = 1}};
  cluster.run([](Node& node) { return scaffold(node, {.local_steps = 1, .sampler = CyclicClients{0.2}}); },
              {.virtual_time = 5 * 10ms + 1ms});
  for (NodeId i = 0; i < n; ++i) CHECK(cluster.counters(i).node_steps == 1);
}

}  // namespace
}  // namespace gossamer::client_sampler_test
