#include <cstdlib>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include <Eigen/Core>

#include "algorithms/registry.hpp"
#include "sim/compression/random_gossip.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/network/models/max_min.hpp"
#include "sim/network/models/nic.hpp"
#include "sim/network/models/piecewise.hpp"
#include "sim/network/platforms/platforms.hpp"
#include "sim/numerics/executor.hpp"
#include "tests/formulas.hpp"
#include "tests/graphs.hpp"

// Algorithms that wait for messages in a fixed order compute the same models on any network, with messages of any size.
namespace gossamer::order_test {
namespace {

using namespace std::chrono_literals;

constexpr NodeId n = 6;
constexpr Index d = 40;
constexpr double rate = 4e3;  // bytes per second: a model takes four steps

std::vector<double> models(const Program& program, Network& network) {
  const Mixing w = testing::ring(n);
  const testing::DiagonalQuadratics objective{Eigen::MatrixXd::Ones(d, n), Eigen::MatrixXd::Random(d, n)};
  const testing::StepsBy steps{[](NodeId, std::uint64_t) { return Seconds{10ms}; }};
  Executor<double> plane{{.objective = objective,
                          .initial_params =
                              [](NodeId i, double* x) {
                                for (Index k = 0; k < d; ++k) x[k] = static_cast<double>(i + k);
                              },
                          .common_initial_params = false,
                          .threads = 1,
                          .window = Executor<double>::default_window}};
  Simulation simulation{{.mixing = w, .step_times = steps, .network = network, .plane = &plane, .payload = 4 * d}};
  simulation.run(program, {.node_steps = 12});
  std::vector<double> result;
  for (const Params& x : simulation.models()) {
    const auto values = plane.values(x);
    result.insert(result.end(), values.begin(), values.end());
  }
  return result;
}

TEST_CASE("Synchronous algorithms leave the same models on every network where codes are of all sizes") {
  const std::shared_ptr<const Codec> everything_or_nothing =
      std::make_shared<RandomGossip>(RandomGossip::Settings{.probability = 0.5});
  for (const auto& algorithm : algorithms()) {
    Values values = defaults(algorithm.settings);
    if (!algorithm.synchronous || !values.contains("compressor")) continue;
    CAPTURE(algorithm.name);
    values["compressor"] = everything_or_nothing;
    const Program program = algorithm.make(values);
    const auto on = [&](auto network) {
      std::srand(1);  // of Eigen's random matrices
      return models(program, network);
    };
    const auto expected = on(AlphaBetaNetwork{{.latency = 1ms, .bandwidth = rate}});
    CHECK(on(PiecewiseNetwork{{.latency = {1e-3}, .bandwidth = {rate}}, n}) == expected);
    CHECK(on(NicNetwork{{.latency = 1ms, .bandwidth = rate}, n}) == expected);
    CHECK(on(NicNetwork{{.latency = 1ms, .bandwidth = rate, .up_bandwidth = rate / 3}, n}) == expected);
    for (const auto connections : {Connections::per_pair, Connections::per_message})
      CHECK(on(MaxMinNetwork{{.connections = connections}, star_platform({rate, 1ms}, n), n}) == expected);
  }
}

}  // namespace
}  // namespace gossamer::order_test
