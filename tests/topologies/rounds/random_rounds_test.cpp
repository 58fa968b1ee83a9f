#include <cmath>

#include <doctest/doctest.h>

#include "tests/topologies/rounds/periods.hpp"
#include "topologies/consensus_factor.hpp"
#include "topologies/graphs/complete.hpp"
#include "topologies/graphs/exponential.hpp"
#include "topologies/graphs/grid.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/rounds/random_groups.hpp"
#include "topologies/rounds/random_matchings.hpp"
#include "topologies/rounds/random_regular_rounds.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

using Rule = Weighting::Rule;

/// Whether the mean of many rounds is E[W], and that of WᵀW is E[WᵀW]: every entry within five standard errors.
void check_moments(const RandomRounds& rounds, int draws) {
  const NodeId n = rounds.mean->size();
  const auto check = [&](const Eigen::MatrixXd& expected, auto&& of) {
    Eigen::ArrayXXd sum = Eigen::ArrayXXd::Zero(n, n), squares = sum;
    for (int k = 0; k < draws; ++k) {
      const Eigen::MatrixXd x = of(rounds.draw(static_cast<std::uint64_t>(k)).matrix());
      sum += x.array();
      squares += x.array().square();
    }
    const Eigen::ArrayXXd mean = sum / draws;
    const Eigen::ArrayXXd error = ((squares / draws - mean.square()).max(0.0) / draws).sqrt();
    CHECK(((mean - expected.array()).abs() <= 5 * error + 1e-12).all());
  };
  check(rounds.mean->matrix(), [](const SparseMatrix& w) { return Eigen::MatrixXd(w); });
  check(rounds.square(), [](const SparseMatrix& w) { return Eigen::MatrixXd(SparseMatrix(w.transpose()) * w); });
}

TEST_CASE("random matchings of a complete graph match all nodes, or all but one, and halve Γ") {
  for (const NodeId n : {2, 7, 8}) {
    const RandomRounds rounds = random_matchings(metropolis_hastings(complete(n)), 1);
    for (std::uint64_t k = 0; k < 20; ++k) CHECK(rounds.draw(k).matrix().nonZeros() == n + n / 2 * 2);
    // Of n eigenvalues of E[W] one is 1, the others are equal, and the trace is n − ⌊n/2⌋.
    const double expected = (n - n / 2 - 1.0) / (n - 1);
    const ConsensusFactor factor = *consensus_factor(RandomSchedule{rounds});
    CHECK(std::abs(factor.factor * factor.factor - expected) < 1e-14);
    check_moments(rounds, 3000);
  }
}

TEST_CASE("random groups of g average, the last one with the nodes that are left, and Γ shrinks to (G − 1)/(n − 1)") {
  struct Row {
    NodeId nodes, size, groups, entries;
  };
  for (const auto& [nodes, size, groups, entries] :
       {Row{8, 2, 4, 16}, Row{7, 2, 4, 13}, Row{12, 4, 3, 48}, Row{11, 4, 3, 41}, Row{5, 5, 1, 25}}) {
    const RandomRounds rounds = random_groups(nodes, size, 1);
    for (std::uint64_t k = 0; k < 20; ++k) CHECK(rounds.draw(k).matrix().nonZeros() == entries);
    const ConsensusFactor factor = *consensus_factor(RandomSchedule{rounds});
    CHECK(std::abs(factor.factor * factor.factor - (groups - 1.0) / (nodes - 1)) < 1e-14);
    check_moments(rounds, 3000);
  }
  CHECK(random_groups(1, 1, 1).draw(0).size() == 1);
  CHECK_THROWS_WITH_AS(random_groups(3, 4, 1), "random_groups: groups of 4 nodes need as many, and there are 3",
                       TopologyError);
}

TEST_CASE("random matchings of other graphs hold an edge with probability 1/(d_i + d_j − 1)") {
  for (const Graph& graph : {ring(7), star(5), grid(3, 3)}) {
    const Mixing base = metropolis_hastings(graph);
    const RandomRounds rounds = random_matchings(base, 2);
    for (NodeId i = 0; i < base.size(); ++i)
      for (const NodeId j : base.neighbors(i))
        CHECK(std::abs(rounds.mean->weight(i, j) -
                       0.5 / static_cast<double>(base.neighbors(i).size() + base.neighbors(j).size() - 1)) < 1e-15);
    for (std::uint64_t k = 0; k < 20; ++k) {
      const Mixing w = rounds.draw(k);
      bool any = false;
      for (NodeId i = 0; i < base.size(); ++i) {
        CHECK(w.neighbors(i).size() <= 1);
        for (const NodeId j : w.neighbors(i)) CHECK(base.position(i, j).has_value());
        any = any || !w.neighbors(i).empty();
      }
      CHECK(any);  // the lowest number of all is lowest at both ends
    }
    check_moments(rounds, 3000);
  }
}

TEST_CASE("a new random regular graph every round contracts every direction by (n/(r + 1) − 1)/(n − 1)") {
  const RandomRounds rounds = random_regular_each_round(10, 3, Rule::automatic, 4);
  const ConsensusFactor factor = *consensus_factor(RandomSchedule{rounds});
  CHECK(std::abs(factor.factor * factor.factor - (10.0 / 4 - 1) / 9) < 1e-14);
  for (std::uint64_t k = 0; k < 10; ++k)
    for (NodeId i = 0; i < 10; ++i) CHECK(rounds.draw(k).neighbors(i).size() == 3);
  check_moments(rounds, 2000);
  check_moments(random_regular_each_round(7, 4, Rule::metropolis_hastings_without_self, 4), 2000);
  CHECK(random_regular_each_round(1, 0, Rule::automatic, 1).draw(0).size() == 1);
}

TEST_CASE("a random schedule is a function of the round, for any order of calls") {
  const auto rounds = [](std::uint64_t seed) { return random_matchings(metropolis_hastings(torus(4, 4)), seed); };
  const RandomSchedule forward{rounds(7)}, backward{rounds(7)};
  CHECK_FALSE(forward.period().has_value());
  std::vector<SparseMatrix> first;
  for (std::uint64_t k = 0; k < 60; ++k) first.push_back(forward.round(k)->matrix());
  for (std::uint64_t k = 60; k-- > 0;) CHECK((backward.round(k)->matrix() - first[k]).norm() == 0);
  for (const std::uint64_t k : {3u, 19u, 3u, 35u, 3u}) CHECK((forward.round(k)->matrix() - first[k]).norm() == 0);
  CHECK((first[0] - first[1]).norm() > 0);
  CHECK((rounds(8).draw(0).matrix() - first[0]).norm() > 0);
  CHECK(forward.round(5).get() == forward.round(5).get());  // nodes that are close in time share it
}

TEST_CASE("laziness acts on every round, on the mean and on the expected square") {
  const RandomRounds plain = random_matchings(metropolis_hastings(ring(6)), 1), slow = lazy(plain, 0.25);
  CHECK(std::abs(slow.mean->weight(0, 1) - 0.75 * plain.mean->weight(0, 1)) < 1e-15);
  CHECK((slow.draw(3).matrix() - lazy(plain.draw(3), 0.25, Connectivity::any).matrix()).norm() == 0);
  check_moments(slow, 3000);
}

TEST_CASE("E[WᵀW] above the dense limit is analyzed as well") {
  const RandomSchedule large{random_matchings(metropolis_hastings(torus(30, 40)), 1)};
  // E[W] = I − (1/14) Lap, whose second eigenvalue is that of the longer side.
  const double rho = 1 - (2 - 2 * std::cos(2 * std::acos(-1.0) / 40)) / 14;
  CHECK(std::abs(consensus_factor(large)->factor - std::sqrt(rho)) < 1e-10);
}

TEST_CASE("impossible random graphs are refused") {
  CHECK_THROWS_WITH_AS(random_matchings(uniform_weights(exponential(6)), 1),
                       "random_matchings: the graph is directed, expected an undirected one", TopologyError);
  CHECK_THROWS_WITH_AS(
      random_regular_each_round(10, 3, Rule::best_constant, 1),
      "random_regular_each_round: weights \"best_constant\" differ from round to round, expected another rule",
      TopologyError);
  CHECK_THROWS_WITH_AS(random_regular_each_round(5, 3, Rule::automatic, 1),
                       doctest::Contains("nodes times degree must be even"), TopologyError);
}

}  // namespace
}  // namespace gossamer
