#include "topologies/effective_neighbors.hpp"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "topologies/graphs/complete.hpp"
#include "topologies/graphs/erdos_renyi.hpp"
#include "topologies/graphs/exponential.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/rounds/base_k.hpp"
#include "topologies/rounds/one_peer_exponential.hpp"
#include "topologies/rounds/pairwise.hpp"
#include "topologies/rounds/random_matchings.hpp"
#include "topologies/rounds/rounds.hpp"
#include "topologies/spectrum.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

constexpr double pi = std::numbers::pi;

/// n/((1 − γ) Σ_k λ_k²/(1 − γ λ_k²)) with the eigenvalues of a ring of thirds, all of whose nodes are alike.
double of_ring(NodeId n, double gamma) {
  double sum = 0;
  for (int k = 0; k < n; ++k) {
    const double square = std::pow((1 + 2 * std::cos(2 * pi * k / n)) / 3, 2);
    sum += square / (1 - gamma * square);
  }
  return n / ((1 - gamma) * sum);
}

/// By the definition: all products of so many rounds that γ^t leaves nothing, averaged over the round that comes last.
Eigen::VectorXd by_definition(const std::vector<Mixing>& rounds, double gamma) {
  const auto period = static_cast<int>(rounds.size());
  Eigen::VectorXd variance = Eigen::VectorXd::Zero(rounds.front().size());
  for (int last = 0; last < period; ++last) {
    Eigen::MatrixXd product = Eigen::MatrixXd::Identity(variance.size(), variance.size());
    double factor = 1.0 / period;
    for (int t = 0; factor > 1e-18; ++t, factor *= gamma) {
      const int k = ((last - t) % period + period) % period;
      product = (product * rounds[static_cast<std::size_t>(k)].matrix()).eval();
      variance += factor * product.rowwise().squaredNorm();
    }
  }
  return ((1 - gamma) * variance).cwiseInverse();
}

EffectiveNeighbors of_rounds(const std::vector<Mixing>& rounds, double gamma) {
  return *effective_neighbors(PeriodicSchedule{rounds}, gamma);
}

TEST_CASE("all n are effective where all average, at every node and at any decay") {
  for (const double gamma : {0.0, 0.5, 0.999999}) {
    const auto found = effective_neighbors(metropolis_hastings(complete(17)), gamma);
    CHECK(std::abs(found->all - 17) < 1e-10);
    CHECK((found->nodes.array() - 17).abs().maxCoeff() < 1e-10);
    CHECK(found->error == 0);
  }
  CHECK(effective_neighbors(metropolis_hastings(complete(1)), 0.9)->all == 1);
}

TEST_CASE("every node of a ring has the value from the eigenvalues, also close to γ = 1 and above 600 nodes") {
  for (const NodeId n : {5, 24, 700})
    for (const double gamma : {0.0, 0.3, 0.95, 0.9999}) {
      CAPTURE(n);
      CAPTURE(gamma);
      const auto found = effective_neighbors(metropolis_hastings(ring(n)), gamma);
      CHECK(std::abs(found->all / of_ring(n, gamma) - 1) < 1e-10);
      CHECK((found->nodes.array() / of_ring(n, gamma) - 1).abs().maxCoeff() < 1e-10);
    }
}

TEST_CASE("without communication one neighbor is effective, in separate cliques as many as a clique has") {
  const Mixing alone = pairwise_round(4, {});
  CHECK((of_rounds({alone}, 0.9).nodes.array() - 1).abs().maxCoeff() < 1e-12);
  const std::vector<WeightedPair> pairs{{0, 1, 0.5}, {2, 3, 0.5}};
  CHECK((of_rounds({pairwise_round(4, pairs)}, 0.9).nodes.array() - 2).abs().maxCoeff() < 1e-12);
}

TEST_CASE("nodes of a star or a random graph, symmetric W or not, follow the definition") {
  for (const double gamma : {0.0, 0.6, 0.9}) {
    for (const Mixing& w : {metropolis_hastings(star(9)), metropolis_hastings(erdos_renyi(20, 0.25, 3)),
                            uniform_weights(exponential(13)), metropolis_hastings(ring(6))}) {
      const auto found = effective_neighbors(w, gamma);
      const Eigen::VectorXd expected = by_definition({w}, gamma);
      CHECK((found->nodes - expected).cwiseAbs().maxCoeff() < 1e-10);
      const auto n = static_cast<double>(expected.size());
      CHECK(std::abs(found->all - n / expected.cwiseInverse().sum()) < 1e-10);  // the harmonic mean
      CHECK(std::abs(found->all - spectrum(w, {.decay = gamma}).effective_neighbors) < 1e-9);
    }
  }
}

TEST_CASE("changing rounds count by their products for any period") {
  for (const double gamma : {0.0, 0.6, 0.9})
    for (const auto& rounds : {base_k(7, 1), base_k(10, 2), one_peer_exponential(12)}) {
      const EffectiveNeighbors found = of_rounds(rounds, gamma);
      CHECK((found.nodes - by_definition(rounds, gamma)).cwiseAbs().maxCoeff() < 1e-10);
    }
}

TEST_CASE("the one-peer exponential graph of 2^τ nodes doubles the audience every round, up to n") {
  // After t ≤ τ rounds a model is the mean of 2^t different ones, for any first round; then of all.
  const NodeId tau = 5, n = 32;
  for (const double gamma : {0.2, 0.9, 0.9999}) {
    double inverse = std::pow(gamma, tau) / n;
    for (int t = 1; t <= tau; ++t) inverse += (1 - gamma) * std::pow(gamma, t - 1) * std::pow(0.5, t);
    const EffectiveNeighbors found = of_rounds(one_peer_exponential(n), gamma);
    CHECK((found.nodes.array() * inverse - 1).abs().maxCoeff() < 1e-11);
  }
}

TEST_CASE("one W that repeats is a schedule of one round") {
  const Mixing w = metropolis_hastings(erdos_renyi(30, 0.2, 1));
  CHECK((of_rounds({w}, 0.99).nodes - effective_neighbors(w, 0.99)->nodes).cwiseAbs().maxCoeff() < 1e-9);
  CHECK((of_rounds({w, w, w}, 0.99).nodes - effective_neighbors(w, 0.99)->nodes).cwiseAbs().maxCoeff() < 1e-9);
}

TEST_CASE("the estimate for random rounds is within five standard errors of theory") {
  // A random perfect matching of all leaves c = (n − 2)/(2 (n − 1)) of Γ in expectation, in every direction, so that
  // E‖W(t) ⋯ W(0)‖_F² = 1 + (n − 1) c^{t+1}.
  const NodeId n = 40;
  const double gamma = 0.9, c = (n - 2) / (2.0 * (n - 1));
  const double expected = 1 / (1.0 / n + (1 - gamma) * (n - 1) * c / (n * (1 - gamma * c)));
  const RandomSchedule schedule{random_matchings(metropolis_hastings(complete(n)), 7)};
  const auto found = effective_neighbors(schedule, gamma);
  CHECK(found->error > 0);
  CHECK(found->error < 0.1 * expected);
  CHECK(std::abs(found->all - expected) < 5 * found->error);
  CHECK(found->nodes.size() == 0);
}

TEST_CASE("W that is not doubly stochastic, and too many nodes, have none; a decay of 1 is refused") {
  CHECK_FALSE(effective_neighbors(out_uniform_weights(star(4)), 0.9).has_value());
  CHECK_FALSE(effective_neighbors(metropolis_hastings(ring(4001)), 0.9).has_value());
  CHECK_THROWS_WITH_AS(effective_neighbors(metropolis_hastings(ring(4)), 1),
                       "effective neighbors: decay 1 is out of range, expected at least 0 and below 1", TopologyError);
}

}  // namespace
}  // namespace gossamer
