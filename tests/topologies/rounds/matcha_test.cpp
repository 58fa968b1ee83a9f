#include "topologies/rounds/matcha.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "tests/topologies/rounds/periods.hpp"
#include "topologies/graphs/complete.hpp"
#include "topologies/graphs/erdos_renyi.hpp"
#include "topologies/graphs/exponential.hpp"
#include "topologies/graphs/random_regular.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/rounds/edge_coloring.hpp"
#include "topologies/rounds/optimal_activation.hpp"
#include "topologies/rounds/pairwise.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

using testing::largest_beside_constant;

Eigen::MatrixXd laplacian(NodeId n, const Matching& matching) {
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(n, n);
  for (const auto& [i, j] : matching) {
    result(i, i) += 1, result(j, j) += 1;
    result(i, j) -= 1, result(j, i) -= 1;
  }
  return result;
}

/// The graph of 8 nodes and 12 edges that the paper's authors use, and their own five matchings of it.
const std::vector<Matching> authors_matchings{
    {{1, 5}, {6, 7}, {0, 4}, {2, 3}}, {{1, 7}, {3, 6}}, {{0, 1}, {3, 7}, {5, 6}}, {{1, 2}, {0, 7}}, {{1, 3}}};

Mixing authors_graph() {
  Graph graph = empty_graph(8);
  for (const Matching& matching : authors_matchings)
    for (const auto& [i, j] : matching) add_edge(i, j, graph);
  return metropolis_hastings(graph);
}

/// All proper colorings of the edges from number `next` on, given those before, with up to `colors` matchings.
void enumerate(const Matching& edges, std::size_t next, std::size_t colors, std::vector<Matching>& matchings,
               std::vector<std::vector<Matching>>& found) {
  if (next == edges.size()) {
    found.push_back(matchings);
    return;
  }
  const auto [i, j] = edges[next];
  const auto meets = [i = i, j = j](const std::pair<NodeId, NodeId>& e) {
    return e.first == i || e.first == j || e.second == i || e.second == j;
  };
  for (std::size_t c = 0; c < matchings.size(); ++c) {
    if (std::any_of(matchings[c].begin(), matchings[c].end(), meets)) continue;
    matchings[c].push_back(edges[next]);
    enumerate(edges, next + 1, colors, matchings, found);
    matchings[c].pop_back();
  }
  if (matchings.size() == colors) return;
  matchings.push_back({edges[next]});
  enumerate(edges, next + 1, colors, matchings, found);
  matchings.pop_back();
}

/// E[WᵀW] and E[W] over all 2^m patterns of active matchings.
struct Moments {
  Eigen::MatrixXd mean, square;
};
Moments enumerated(NodeId n, const Matcha& matcha) {
  const std::size_t m = matcha.matchings.size();
  Moments result{Eigen::MatrixXd::Zero(n, n), Eigen::MatrixXd::Zero(n, n)};
  for (std::size_t pattern = 0; pattern < std::size_t{1} << m; ++pattern) {
    double probability = 1;
    Eigen::MatrixXd w = Eigen::MatrixXd::Identity(n, n);
    for (std::size_t j = 0; j < m; ++j) {
      const bool active = (pattern >> j & 1) != 0;
      const double p = matcha.probabilities[static_cast<Eigen::Index>(j)];
      probability *= active ? p : 1 - p;
      if (active) w -= matcha.weight * laplacian(n, matcha.matchings[j]);
    }
    result.mean += probability * w;
    result.square += probability * w.transpose() * w;
  }
  return result;
}

double connectivity(NodeId n, const std::vector<Matching>& matchings, const Eigen::VectorXd& p) {
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(n, n);
  for (std::size_t j = 0; j < matchings.size(); ++j)
    sum += p[static_cast<Eigen::Index>(j)] * laplacian(n, matchings[j]);
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(sum, Eigen::EigenvaluesOnly).eigenvalues()[1];
}

TEST_CASE("E[WᵀW] = I − 2α L̄ + α² (L̄² + 2 L̃), by enumeration of all patterns") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Mixing base = metropolis_hastings(erdos_renyi(9, 0.45, seed));
    Matcha matcha{.matchings = edge_coloring(base), .probabilities = {}, .weight = 0.3};
    const auto m = static_cast<Eigen::Index>(matcha.matchings.size());
    matcha.probabilities = Eigen::VectorXd::LinSpaced(m, 0.1, 0.9);
    const Moments all = enumerated(9, matcha);
    CHECK((Eigen::MatrixXd(expected_square(9, matcha)) - all.square).norm() < 1e-13);
    CHECK((Eigen::MatrixXd(matcha_rounds(9, matcha, 1).mean->matrix()) - all.mean).norm() < 1e-14);
  }
}

TEST_CASE("a ring of eight in two matchings, each active half the time, has the known ρ_M") {
  Matcha matcha{.matchings = edge_coloring(metropolis_hastings(ring(8))),
                .probabilities = Eigen::Vector2d{0.5, 0.5},
                .weight = 0};
  CHECK(matcha.matchings.size() == 2);
  // For a matching's Laplacian L_m² = 2 L_m, so E W² = I − αL + α²(L/2 + L²/4). L has the eigenvalues 2 − 2 cos(πk/4).
  for (const auto& [weight, known] : {std::pair{0.3, 0.858345}, {0.5, 0.801777}, {0.6, 0.784853}}) {
    double largest = 0;
    for (int k = 1; k <= 4; ++k) {
      const double l = 2 - 2 * std::cos(std::numbers::pi * k / 4);
      largest = std::max(largest, 1 - weight * l + weight * weight * (l / 2 + l * l / 4));
    }
    matcha.weight = weight;
    CHECK(std::abs(expected_contraction(8, matcha) - largest) < 1e-12);
    CHECK(std::abs(largest - known) < 5e-7);
  }
  matcha.weight = 0.7;
  CHECK(std::abs(expected_contraction(8, matcha) - 1.14) < 5e-3);  // models diverge
}

TEST_CASE("α makes ρ_M smallest: no weight of a fine grid has a smaller one") {
  for (const Graph& graph : {ring(8), path(6), star(5), erdos_renyi(12, 0.4, 1)}) {
    const Mixing base = metropolis_hastings(graph);
    Matcha found = matcha(base, 0.4, Activation::uniform);
    const double best = expected_contraction(base.size(), found);
    CHECK(best < 1);
    for (int k = 1; k <= 300; ++k) {
      found.weight = 0.005 * k;
      CHECK(expected_contraction(base.size(), found) > best - 1e-9);
    }
  }
}

TEST_CASE("the authors' graph falls into five matchings, which mix as well as the authors' own at every budget") {
  const Mixing base = authors_graph();
  for (const auto& [budget, known] : {std::pair{0.3, 0.777}, {0.5, 0.644}, {0.8, 0.615}}) {
    const Matcha found = matcha(base, budget, Activation::optimized);
    CHECK(found.matchings.size() == 5);  // node 1 has five edges, so fewer do not suffice
    const double theirs = expected_contraction(8, matcha(8, authors_matchings, budget, Activation::optimized));
    CHECK(expected_contraction(8, found) < theirs + 1e-4);
    CHECK(expected_contraction(8, found) < known + 5e-4);  // three digits, rounded
  }
  // Half the exchanges mix better than all edges in every round with the best constant weight.
  const double all = expected_contraction(8, matcha(base, 1, Activation::optimized));
  CHECK(expected_contraction(8, matcha(base, 0.5, Activation::optimized)) < all);
}

TEST_CASE("no coloring of the authors' graph with five matchings mixes better than the one that is found") {
  std::vector<std::vector<Matching>> all;
  std::vector<Matching> none;
  const Mixing base = authors_graph();
  enumerate(undirected_edges("test", base), 0, 5, none, all);
  REQUIRE(all.size() > 100);
  const double found = expected_contraction(8, matcha(base, 0.5, Activation::optimized));
  double least = 1, most = 0;
  for (const auto& matchings : all) {
    const double rho = expected_contraction(8, matcha(8, matchings, 0.5, Activation::optimized));
    least = std::min(least, rho), most = std::max(most, rho);
  }
  CHECK(found < least + 1e-4);
  CHECK(most > found + 0.1);  // the choice matters
}

TEST_CASE("with the whole budget every round is the best constant weight: ρ_M = ρ²") {
  const Mixing base = metropolis_hastings(erdos_renyi(15, 0.3, 2));
  const Matcha all = matcha(base, 1, Activation::optimized);
  CHECK(all.probabilities.isOnes());
  const Mixing best = best_constant_weights(graph_of(base));
  const auto [i, j] = all.matchings[0][0];
  CHECK(std::abs(all.weight - best.weight(i, j)) < 1e-5);
  const double rho = largest_beside_constant(best.matrix());
  CHECK(std::abs(expected_contraction(15, all) - rho * rho) < 1e-5);
}

TEST_CASE("where all matchings are alike, all are active as often") {
  for (const auto& [n, graph] : {std::pair{NodeId{8}, ring(8)}, {NodeId{6}, star(6)}}) {
    const auto matchings = edge_coloring(metropolis_hastings(graph));
    for (const double budget : {0.2, 0.5, 0.9}) {
      const OptimalActivation found = optimal_activation(n, matchings, budget);
      CHECK((found.probabilities.array() - budget).abs().maxCoeff() < 1e-5);
    }
  }
}

TEST_CASE("no probabilities on a grid connect a graph better than the optimal ones") {
  Graph tailed = empty_graph(5);
  for (const auto& [i, j] : {std::pair{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 4}}) add_edge(i, j, tailed);
  for (const Graph& graph : {path(5), tailed}) {
    const auto matchings = edge_coloring(metropolis_hastings(graph));
    const auto m = static_cast<Eigen::Index>(matchings.size());
    for (const double budget : {0.3, 0.5, 0.8}) {
      const OptimalActivation found = optimal_activation(5, matchings, budget);
      CHECK(found.probabilities.minCoeff() >= 0);
      CHECK(found.probabilities.maxCoeff() <= 1);
      CHECK(found.probabilities.sum() <= budget * static_cast<double>(m) + 1e-12);
      constexpr int steps = 16;
      double best = 0;
      for (int point = 0; point < std::pow(steps + 1, m); ++point) {
        Eigen::VectorXd p(m);
        int digits = point;
        for (double& one : p) one = 1.0 * (digits % (steps + 1)) / steps, digits /= steps + 1;
        if (p.sum() <= budget * static_cast<double>(m) + 1e-12) best = std::max(best, connectivity(5, matchings, p));
      }
      CHECK(found.connectivity > best - 1e-9);
      // Rounding the optimum down to the grid takes less than 1/steps from each probability, and at most twice that
      // each from λ₂: the grid is not far below.
      CHECK(found.connectivity < best + 2.0 * static_cast<double>(m) / steps);
    }
  }
}

TEST_CASE("the dual bound proves the probabilities optimal to 1e-6, above uniform ones") {
  for (const Graph& graph : {erdos_renyi(40, 0.15, 1), random_regular(30, 4, 1), path(12), complete(9)}) {
    const Mixing base = metropolis_hastings(graph);
    const auto matchings = edge_coloring(base);
    const OptimalActivation found = optimal_activation(base.size(), matchings, 0.4);
    CHECK(std::abs(found.connectivity - connectivity(base.size(), matchings, found.probabilities)) < 1e-10);
    CHECK(found.connectivity <= found.bound * (1 + 1e-10));
    CHECK(found.connectivity > found.bound * (1 - 2e-6));
    const auto m = static_cast<Eigen::Index>(matchings.size());
    CHECK(found.connectivity > connectivity(base.size(), matchings, Eigen::VectorXd::Constant(m, 0.4)) * (1 - 2e-6));
  }
}

TEST_CASE("rounds activate each matching as often as it should be") {
  const Mixing base = metropolis_hastings(erdos_renyi(10, 0.4, 3));
  const Matcha found = matcha(base, 0.5, Activation::optimized);
  const RandomRounds rounds = matcha_rounds(10, found, 5);
  constexpr int draws = 2000;
  Eigen::ArrayXd active = Eigen::ArrayXd::Zero(found.probabilities.size());
  for (std::uint64_t k = 0; k < draws; ++k) {
    const Mixing w = rounds.draw(k);
    for (Eigen::Index m = 0; m < active.size(); ++m) {
      const auto [i, j] = found.matchings[static_cast<std::size_t>(m)][0];
      if (w.weight(i, j) > 0) ++active[m];
    }
  }
  const Eigen::ArrayXd p = found.probabilities;
  // A binomial count: five standard deviations, and a hundredth of one draw for probabilities of 0 or 1.
  CHECK(((active - draws * p).abs() < 5 * (draws * p * (1 - p)).sqrt() + 0.01 * draws).all());
}

TEST_CASE("a graph too large for optimal probabilities, a wrong budget and a directed graph are refused") {
  CHECK_THROWS_WITH_AS(matcha(metropolis_hastings(ring(601)), 0.5, Activation::optimized),
                       "matcha: optimized probabilities take up to 600 nodes and 4000 edges, got 601 and 601; expected "
                       "a smaller graph, or \"probabilities\": \"uniform\"",
                       TopologyError);
  CHECK_THROWS_WITH_AS(matcha(metropolis_hastings(ring(6)), 0, Activation::uniform),
                       "matcha: budget 0 is out of range, expected above 0 and at most 1", TopologyError);
  CHECK_THROWS_AS(matcha(uniform_weights(exponential(6)), 0.5, Activation::uniform), TopologyError);
}

TEST_CASE("a single node has rounds with W = 1") {
  const Matcha alone = matcha(metropolis_hastings(complete(1)), 0.5, Activation::optimized);
  CHECK(matcha_rounds(1, alone, 1).draw(3).weight(0, 0) == 1);
}

}  // namespace
}  // namespace gossamer
