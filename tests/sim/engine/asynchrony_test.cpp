#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "tests/graphs.hpp"
#include "tests/parameter_server.hpp"

// Asynchronous SGD with a server and n workers, whose messages take no time: how stale gradients are, and how many
// come.
namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr NodeId workers = 8;

/// The gradients of a run and their staleness.
struct Seen {
  std::uint64_t updates = 0;
  std::vector<std::uint64_t> version = std::vector<std::uint64_t>(workers + 1);  ///< that each worker computes with
  std::vector<std::uint64_t> of_staleness = {};                                  ///< how many gradients had it

  double mean() const {
    double sum = 0;
    for (std::size_t k = 0; k < of_staleness.size(); ++k)
      sum += static_cast<double>(k) * static_cast<double>(of_staleness[k]);
    return sum / static_cast<double>(updates);
  }
  double share(std::size_t staleness) const {
    return static_cast<double>(of_staleness[staleness]) / static_cast<double>(updates);
  }
};

Seen run(const StepTimes& law, Seconds time) {
  const Mixing w = testing::complete(workers + 1);
  AlphaBetaNetwork network{{.latency = 0s, .bandwidth = 1.0}};
  Simulation simulation{{.mixing = w, .step_times = law, .network = network}};
  Seen seen;
  const auto sends = [&seen](NodeId i) {
    const std::uint64_t staleness = seen.updates++ - seen.version[static_cast<std::size_t>(i)];
    if (seen.of_staleness.size() <= staleness) seen.of_staleness.resize(staleness + 1);
    ++seen.of_staleness[staleness];
  };
  const auto has = [&seen](NodeId i) { seen.version[static_cast<std::size_t>(i)] = seen.updates; };
  simulation.run([&](Node& node) { return testing::parameter_server(node, 0.1, sends, has); }, {.virtual_time = time});
  return seen;
}

TEST_CASE("With n workers gradients are n − 1 updates stale on average, whatever the law of their times") {
  // An update ages the n − 1 gradients that are under way by one each. So after U updates the staleness of all that
  // have come and the age of all that have not add up to (n − 1) U, and the latter is bounded in the mean.
  const auto check = [](const std::unique_ptr<StepTimes>& law) {
    const Seen seen = run(*law, 4000s);
    REQUIRE(seen.updates > 20'000);
    std::uint64_t in_flight = 0;
    for (NodeId i = 1; i <= workers; ++i) in_flight += seen.updates - seen.version[static_cast<std::size_t>(i)];
    const double all = static_cast<double>(workers - 1) * static_cast<double>(seen.updates);
    CHECK(seen.mean() * static_cast<double>(seen.updates) + static_cast<double>(in_flight) == doctest::Approx(all));
    CHECK(seen.mean() == doctest::Approx(workers - 1).epsilon(0.01));
  };
  check(step_times(ExponentialStep{.mean = 1s}, 1));
  check(step_times(UniformStep{.low = 500ms, .high = 1500ms}, 2));
  check(step_times(ParetoStep{.mean = 1s, .shape = 2.5}, 3));
}

TEST_CASE("Exponential workers come in any order: staleness is geometric") {
  // Whoever is next is each of the n with probability 1/n, whatever was before: P(staleness ≥ k) = (1 − 1/n)^k. Shares
  // of U nearly independent gradients lie within five standard errors √(p (1 − p) / U).
  const auto law = step_times(ExponentialStep{.mean = 1s}, 4);
  const Seen seen = run(*law, 10'000s);
  const auto total = static_cast<double>(seen.updates);
  for (const std::size_t k : {0U, 1U, 2U, 7U, 20U}) {
    const double p = std::pow(1 - 1.0 / workers, k) / workers;
    CHECK(std::abs(seen.share(k) - p) < 5 * std::sqrt(p * (1 - p) / total));
  }
}

TEST_CASE("Workers that differ by at most half their mean hardly ever come twice in a row") {
  // The others' remaining times R are stationary, P(R > x) = (1.5 − x)²/2 for x in [0.5, 1.5], and independent, so
  // P(0) = ∫ ((1.5 − x)²/2)^(n−1) dx = 2^(1−n) / (2n − 1). A rare count is nearly Poisson.
  const auto law = step_times(UniformStep{.low = 500ms, .high = 1500ms}, 5);
  const Seen seen = run(*law, 20'000s);
  const double expected = static_cast<double>(seen.updates) * std::pow(2, 1 - workers) / (2 * workers - 1);
  CHECK(std::abs(static_cast<double>(seen.of_staleness[0]) - expected) < 5 * std::sqrt(expected));
  CHECK(seen.share(0) < 0.01 / workers);
}

TEST_CASE("A server is updated n / E[X] times a second") {
  // Workers are independent renewal processes: in the time t each ends t/μ steps with variance σ² t / μ³.
  const auto check = [](const std::unique_ptr<StepTimes>& law, double variance) {
    const double time = 4000;
    const Seen seen = run(*law, Seconds{time});
    CHECK(std::abs(static_cast<double>(seen.updates) - workers * time) <
          4 * std::sqrt(workers * variance * time) + workers);
  };
  check(step_times(ExponentialStep{.mean = 1s}, 6), 1);
  check(step_times(UniformStep{.low = 500ms, .high = 1500ms}, 7), 1.0 / 12);
}

}  // namespace
}  // namespace gossamer
