#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/dmsgd.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/moments/moments_cluster.hpp"

// Moments that are known in closed form, with f_i(x) = ½ a ‖x‖² for all i, and noise of variance s² on each coordinate of
// every gradient.
namespace gossamer::closed_forms_test {
namespace {

using testing::MomentsCluster;

bool agrees(double found, double expected) { return std::abs(found - expected) <= 1e-12 * std::abs(expected); }

TEST_CASE("SGD of one node has the variance of an autoregressive process, after few steps and after many") {
  // x ← q x − η s z with q = 1 − η a, so that Var x_k = d η² s² (1 − q^(2k))/(1 − q²).
  constexpr double eta = 0.01, a = 0.5, s = 3, q = 1 - eta * a;
  const Mixing alone = testing::complete(1);
  for (const int steps : {0, 1, 2, 10, 1000, 20'000}) {
    CAPTURE(steps);
    MomentsCluster cluster{{.mixing = alone, .dimension = 3, .curvature = a, .noise = s}};
    cluster.run([](Node& node) { return d_psgd(node, {.step_size = eta}); },
                {.node_steps = static_cast<std::uint64_t>(steps)});
    CHECK(agrees(cluster.variance_of_mean(), 3 * eta * eta * s * s * (1 - std::pow(q, 2 * steps)) / (1 - q * q)));
  }
}

TEST_CASE("D-PSGD's models settle at their modes' variances, and the mean of n of them at an n-th") {
  // Var(x̄) = η/(n (2 − η)) with a = s = 1; a mode of AWC, u ← (λ − η) u + η z, has η²/(1 − (λ − η)²); of ATC,
  // u ← λ((1 − η) u + η z), λ²η²/(1 − λ²(1 − η)²). A model's variance is the mean over modes. All are per coordinate.
  // After 200 rounds the slowest mode is within 0.9⁴⁰⁰ = 5e-19 of its limit.
  constexpr NodeId n = 8;
  constexpr double eta = 0.1;
  double awc = 0, atc = 0;
  for (int k = 0; k < n; ++k) {
    const double lambda = (1 + 2 * std::cos(2 * std::numbers::pi * k / n)) / 3;
    awc += eta * eta / (1 - (lambda - eta) * (lambda - eta)) / n;
    atc += lambda * lambda * eta * eta / (1 - lambda * lambda * (1 - eta) * (1 - eta)) / n;
  }
  const double mean = eta / (n * (2 - eta));
  const Mixing w = testing::ring(n);
  for (const auto& [form, model] : {std::pair{DPsgd::Form::awc, awc}, std::pair{DPsgd::Form::atc, atc}}) {
    MomentsCluster cluster{{.mixing = w}};
    cluster.run([form = form](Node& node) { return d_psgd(node, {.step_size = eta, .form = form}); },
                {.node_steps = 200});
    CHECK(agrees(cluster.variance_of_mean(), mean));
    CHECK(agrees(cluster.mean_variance(), model));
    CHECK(agrees(cluster.potential(), n * (model - mean)));
  }
}

TEST_CASE("With momentum the mean settles at (η/n)(1 + β)/((1 − β)(2(1 + β) − η)), in any form, on any graph") {
  // Its mode is z² − (1 + β − η) z + β = 0 with |z|² = β = 0.8 while η < (1 − √β)²: 400 steps leave 0.8⁴⁰⁰ < 1e-38 of
  // complex roots; with η = 0.02 they are complex.
  constexpr NodeId n = 8;
  constexpr double eta = 0.02, beta = 0.8;
  const double mean = eta / n * (1 + beta) / ((1 - beta) * (2 * (1 + beta) - eta));
  for (const Mixing& w : {testing::ring(n), testing::tangle(n)}) {
    for (const DPsgd::Form form : {DPsgd::Form::atc, DPsgd::Form::awc}) {
      MomentsCluster cluster{{.mixing = w}};
      cluster.run(
          [form](Node& node) {
            return dmsgd(node, {.step_size = eta, .form = form, .local = {.momentum = beta}});
          },
          {.node_steps = 400});
      CHECK(agrees(cluster.variance_of_mean(), mean));
    }
  }
}

/// All sequences of so many meetings among the pairs of n nodes.
std::vector<std::vector<std::pair<NodeId, NodeId>>> sequences(NodeId n, int meetings) {
  std::vector<std::vector<std::pair<NodeId, NodeId>>> all{{}};
  for (int t = 0; t < meetings; ++t) {
    std::vector<std::vector<std::pair<NodeId, NodeId>>> longer;
    for (const auto& sequence : all)
      for (NodeId i = 0; i < n; ++i)
        for (NodeId j = i + 1; j < n; ++j) {
          longer.push_back(sequence);
          longer.back().emplace_back(i, j);
        }
    all = std::move(longer);
  }
  return all;
}

TEST_CASE("SwarmSGD on pure noise: Γ gains c v in each meeting, and keeps 1 − 1/(n − 1) of itself, on average over pairs") {
  // f_i = 0, and v = η² H d s² is the variance of a node's local steps between two meetings. On the complete graph one
  // meeting of a uniformly random pair takes E Γ to (1 − 1/(n − 1)) E Γ + c v with c = 1 − 2/n if it is blocking, and
  // c = 2 (1 − 1/n) if it is not and both nodes learn. Each node learns in each, so E ‖x̄‖² gains 2 v/n².
  constexpr NodeId n = 4;
  constexpr int meetings = 3;
  const Mixing w = testing::complete(n);
  const double kept = 1 - 1.0 / (n - 1), v = 0.1 * 0.1 * 2 * 3 * 1.5 * 1.5;
  const auto all = sequences(n, meetings);
  for (const auto& [variant, c] : {std::pair{SwarmSgd::Variant::blocking, 1 - 2.0 / n},
                                  std::pair{SwarmSgd::Variant::nb2, 2 * (1 - 1.0 / n)}}) {
    const SwarmSgd settings{.step_size = 0.1, .local_steps = 2, .variant = variant};
    double potential = 0, of_mean = 0;
    for (const auto& sequence : all) {
      MomentsCluster cluster{{.mixing = w, .dimension = 3, .curvature = 0, .noise = 1.5, .meetings = sequence}};
      cluster.run([=](Node& node) { return swarm_sgd(node, settings); }, {});
      potential += cluster.potential() / static_cast<double>(all.size());
      of_mean += cluster.variance_of_mean() / static_cast<double>(all.size());
    }
    CHECK(agrees(potential, c * v * (1 + kept + kept * kept)));
    CHECK(agrees(of_mean, 2 * v * meetings / (n * n)));
  }
}

}  // namespace
}  // namespace gossamer::closed_forms_test
