#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/swarm_sgd.hpp"
#include "sim/compression/lattice.hpp"
#include "tests/cluster.hpp"
#include "tests/estimate.hpp"
#include "tests/graphs.hpp"

// Pure noise: all objectives are flat and a node's local steps between two interactions add noise of total variance v.
// Averaging uniformly random pairs then balances the noise at a potential E Γ = E Σ_i ‖x_i − x̄‖² that is known exactly:
// one interaction takes E Γ to Γ − tr(XᵀLX)/(2|E|) + c v, where L is the graph's Laplacian, and on the complete graph
// tr(XᵀLX)/(2|E|) = Γ/(n − 1). Hence E Γ = c v (n − 1), where
//
//     c = 1 − 2/n        blocking: both nodes end at the mean of both noises, of total variance v, less its mean
//     c = 2 (1 − 1/n)    non-blocking symmetric: each of both keeps its own noise
//     c = 1 − 1/n        non-blocking, the initiator alone
//
namespace gossamer::swarm_potential_test {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::DiagonalQuadratics;
using testing::Estimate;
using testing::estimate;

constexpr NodeId n = 16;
constexpr Index d = 64;
constexpr double eta = 0.1;

double potential(const Eigen::MatrixXd& models) {
  return (models.colwise() - models.rowwise().mean().eval()).squaredNorm();
}

/// Noise of standard deviation 1/(η √(H d)) on each coordinate makes v = η² H d s² = 1.
DiagonalQuadratics noise(int local_steps, std::uint64_t seed) {
  return {Eigen::MatrixXd::Zero(d, n), Eigen::MatrixXd::Zero(d, n), 1 / (eta * std::sqrt(local_steps * d)), seed};
}

/// T independent uniformly random pairs.
std::vector<std::pair<NodeId, NodeId>> pairs(int count, std::uint64_t seed) {
  std::vector<std::pair<NodeId, NodeId>> result;
  Draws draws{seed, Purpose::pairing};
  for (int t = 0; t < count; ++t) {
    const auto i = static_cast<NodeId>(draws.below(n));
    const auto j = static_cast<NodeId>(draws.below(n - 1));
    result.emplace_back(i, j < i ? j : j + 1);
  }
  return result;
}

/// Γ after T interactions, whose distance from its limit has shrunk by (1 − 1/(n − 1))^T < 1e-9.
double after_pairs(SwarmSgd settings, std::uint64_t seed) {
  constexpr int interactions = 320;
  const Mixing w = testing::complete(n);
  const auto objective = noise(settings.local_steps, seed);
  Cluster cluster{{.mixing = w, .objective = objective, .seed = seed, .meetings = pairs(interactions, seed)}};
  cluster.run([=](Node& node) { return swarm_sgd(node, settings); }, {});
  return potential(cluster.models());
}

TEST_CASE("Blocking SwarmSGD settles at v (n − 1)(n − 2)/n") {
  check(estimate(300,
                 [](std::uint64_t seed) {
                   return after_pairs({.step_size = eta, .local_steps = 2, .variant = SwarmSgd::Variant::blocking},
                                      seed);
                 }),
        13.125);
}

TEST_CASE("Non-blocking symmetric SwarmSGD settles at 2 v (n − 1)²/n") {
  check(estimate(300,
                 [](std::uint64_t seed) {
                   return after_pairs({.step_size = eta, .local_steps = 2, .variant = SwarmSgd::Variant::nb2}, seed);
                 }),
        28.125);
}

TEST_CASE("Non-blocking initiator SwarmSGD settles at v (n − 1)²/n") {
  // Exponential step times with H = 1 make initiators independent and uniform; messages take no time.
  check(estimate(300,
                 [](std::uint64_t seed) {
                   const Mixing w = testing::complete(n);
                   const auto objective = noise(1, seed);
                   Cluster cluster{{.mixing = w,
                                    .objective = objective,
                                    .step_time =
                                        [seed](NodeId i, std::uint64_t k) {
                                          Draws draws{seed, Purpose::step_time, i, k};
                                          return Seconds{standard_exponential(draws)};
                                        },
                                    .seed = seed}};
                   cluster.run([](Node& node) { return swarm_sgd(node, {.step_size = eta, .local_steps = 1}); },
                               {.virtual_time = 20s});
                   return potential(cluster.models());
                 }),
        14.0625);
}

TEST_CASE(
    "The mean of all models walks at random, by 2 v/n² per interaction where both nodes learn, v/n² where one does") {
  // Averagings keep the mean, which u_i moves by −u_i/n: after T interactions E‖x̄‖² is v/n² times the number of nodes'
  // local steps that have been applied, and all noise is independent.
  constexpr int interactions = 40;
  constexpr double each = 1.0 / (n * n);
  const auto moved = [](SwarmSgd settings) {
    return estimate(600, [=](std::uint64_t seed) {
      const Mixing w = testing::complete(n);
      const auto objective = noise(settings.local_steps, seed);
      Cluster cluster{{.mixing = w, .objective = objective, .seed = seed, .meetings = pairs(interactions, seed)}};
      cluster.run([=](Node& node) { return swarm_sgd(node, settings); }, {});
      return cluster.models().rowwise().mean().squaredNorm();
    });
  };
  for (const auto variant : {SwarmSgd::Variant::blocking, SwarmSgd::Variant::nb2})
    check(moved({.step_size = eta, .local_steps = 2, .variant = variant}), 2 * each * interactions);
  check(estimate(600,
                 [](std::uint64_t seed) {  // relative to the number of initiatives that have come to pass
                   const Mixing w = testing::complete(n);
                   const auto objective = noise(1, seed);
                   Cluster cluster{{.mixing = w,
                                    .objective = objective,
                                    .step_time =
                                        [seed](NodeId i, std::uint64_t k) {
                                          Draws draws{seed, Purpose::step_time, i, k};
                                          return Seconds{standard_exponential(draws)};
                                        },
                                    .seed = seed}};
                   cluster.run([](Node& node) { return swarm_sgd(node, {.step_size = eta, .local_steps = 1}); },
                               {.virtual_time = 3s});
                   const double initiatives = static_cast<double>(cluster.snapshot().total.interactions) / 2;
                   return cluster.models().rowwise().mean().squaredNorm() / initiatives;
                 }),
        each);
}

TEST_CASE("Quantized by a dithered lattice, SwarmSGD settles where the errors of its codes are averaged out as fast") {
  // No noise but that of codes, of variance V = d s²/12 each, for any vector. With the exact own term each of both
  // nodes gets half the other's error, 2 · V/4, less V/(2n) of the mean; with the quantized one both get the mean of
  // both errors, 2 · V/2, less 2 V/n. As above E Γ is n − 1 times that.
  const double side = std::sqrt(12.0 / d);  // V = 1
  const auto codec = std::make_shared<Lattice>(Lattice::Settings{.colors = 256, .side = side});
  const auto settles = [&codec](SwarmSgd::OwnTerm own_term) {
    return estimate(300, [=](std::uint64_t seed) {
      constexpr int interactions = 320;
      const Mixing w = testing::complete(n);
      const DiagonalQuadratics flat{Eigen::MatrixXd::Zero(d, n), Eigen::MatrixXd::Zero(d, n)};
      Cluster cluster{{.mixing = w, .objective = flat, .seed = seed, .meetings = pairs(interactions, seed)}};
      const SwarmSgd settings{
          .local_steps = 1, .variant = SwarmSgd::Variant::blocking, .compressor = codec, .own_term = own_term};
      cluster.run([=](Node& node) { return swarm_sgd(node, settings); }, {});
      return potential(cluster.models());
    });
  };
  check(settles(SwarmSgd::OwnTerm::exact), (n - 1) * (0.5 - 0.5 / n));
  check(settles(SwarmSgd::OwnTerm::quantized), (n - 1) * (1 - 2.0 / n));
}

TEST_CASE("A geometric number of local steps has mean H, and leaves the potential as a fixed number does") {
  check(estimate(300,
                 [](std::uint64_t seed) {
                   return after_pairs({.step_size = eta,
                                       .local_steps = 3,
                                       .variant = SwarmSgd::Variant::nb2,
                                       .steps = SwarmSgd::Steps::geometric},
                                      seed);
                 }),
        28.125);
}

TEST_CASE("With heterogeneous targets, blocking SwarmSGD keeps each node off its own by the exact factor") {
  // f_i(x) = ν/2 (x − c_i)²: H steps take z to c_i + a (z − c_i) with a = (1 − ην)^H, and on the complete graph
  // E x_i − c̄ → (1 − a)(n − 2)/((2 − a)(n − 1) + a) (c_i − c̄). Here ην = 0.1, H = 3, n = 8: 0.168918.
  constexpr NodeId nodes = 8;
  const double a = std::pow(0.9, 3);
  const double factor = (1 - a) * (nodes - 2) / ((2 - a) * (nodes - 1) + a);
  CHECK(factor == doctest::Approx(0.168918).epsilon(1e-5));
  Eigen::MatrixXd c(1, nodes);
  c << -7, -5, -3, -1, 1, 3, 5, 7;  // c̄ = 0
  const DiagonalQuadratics objective{Eigen::MatrixXd::Ones(1, nodes), c};
  const Mixing w = testing::complete(nodes);
  const Estimate slope = estimate(3000, [&](std::uint64_t seed) {
    std::vector<std::pair<NodeId, NodeId>> meetings;
    Draws draws{seed, Purpose::pairing};
    for (int t = 0; t < 120; ++t) {
      const auto i = static_cast<NodeId>(draws.below(nodes));
      const auto j = static_cast<NodeId>(draws.below(nodes - 1));
      meetings.emplace_back(i, j < i ? j : j + 1);
    }
    Cluster cluster{{.mixing = w, .objective = objective, .seed = seed, .meetings = meetings}};
    cluster.run(
        [](Node& node) {
          return swarm_sgd(node, {.step_size = 0.1, .local_steps = 3, .variant = SwarmSgd::Variant::blocking});
        },
        {});
    return cluster.models().row(0).dot(c.row(0)) / c.squaredNorm();  // regression of x_i on c_i
  });
  CAPTURE(slope.mean);
  CHECK(std::abs(slope.mean - factor) < 4 * slope.error);
  CHECK(slope.error < 0.02 * factor);
}

}  // namespace
}  // namespace gossamer::swarm_potential_test
