#include "topologies/mixing.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "topologies/graphs/exponential.hpp"
#include "topologies/graphs/random_regular.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

SparseMatrix matrix(std::vector<std::vector<double>> rows) {
  const auto n = static_cast<NodeId>(rows.size());
  SparseMatrix result(n, n);
  for (NodeId i = 0; i < n; ++i)
    for (NodeId j = 0; j < n; ++j) result.insert(i, j) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
  return result;
}

TEST_CASE("neighbors, positions and weights of a mixing matrix agree with its entries") {
  const Mixing w{matrix({{0.5, 0.5, 0}, {0.5, 0.25, 0.25}, {0, 0.25, 0.75}})};
  CHECK(std::vector(w.neighbors(1).begin(), w.neighbors(1).end()) == std::vector<NodeId>{0, 2});
  CHECK(std::vector(w.neighbors(2).begin(), w.neighbors(2).end()) == std::vector<NodeId>{1});
  CHECK(w.position(1, 2) == 1);
  CHECK(w.position(2, 0) == std::nullopt);
  CHECK(w.position(1, 1) == std::nullopt);
  CHECK(w.weight(2, 2) == 0.75);
  CHECK(w.weight(0, 2) == 0);
  CHECK(w.matrix().nonZeros() == 7);
  CHECK(w.is_symmetric());
  CHECK_FALSE(w.is_directed());
}

TEST_CASE("a W whose support is symmetric and whose weights are not is neither symmetric nor directed") {
  // A circulant of three nodes with unequal weights to the left and to the right.
  const Mixing w{matrix({{0.5, 0.3, 0.2}, {0.2, 0.5, 0.3}, {0.3, 0.2, 0.5}})};
  CHECK_FALSE(w.is_symmetric());
  CHECK_FALSE(w.is_directed());
  CHECK(w.receivers(0).data() == w.neighbors(0).data());
}

TEST_CASE("a matrix that is not doubly stochastic is refused with its row or column") {
  CHECK_THROWS_WITH_AS(Mixing{matrix({{0.5, 0.4}, {0.5, 0.5}})},
                       "mixing matrix: row 0 sums to 0.9, expected 1 (W must be doubly stochastic)", TopologyError);
  CHECK_THROWS_WITH_AS(Mixing{matrix({{0.5, 0.5}, {0.25, 0.75}})},
                       "mixing matrix: column 0 sums to 0.75, expected 1 (W must be doubly stochastic)", TopologyError);
  CHECK_THROWS_AS(Mixing{matrix({{0.5, 0.5 + 1e-11}, {0.5, 0.5}})}, TopologyError);
  CHECK_NOTHROW(Mixing{matrix({{0.5, 0.5 + 1e-13}, {0.5, 0.5}})});
}

TEST_CASE("a weight that is negative or not a number is refused with its place") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH_AS(Mixing{matrix({{0.5, 0.5}, {nan, 0.5}})},
                       "mixing matrix: the weight at row 1, column 0 is nan, expected a finite number", TopologyError);
  CHECK_THROWS_WITH_AS(Mixing{matrix({{1.25, -0.25}, {-0.25, 1.25}})},
                       "mixing matrix: the weight at row 0, column 1 is -0.25, expected none below 0", TopologyError);
  CHECK_THROWS_AS(Mixing{matrix({{-0.25, 1.25}, {1.25, -0.25}})}, TopologyError);
  CHECK_NOTHROW(Mixing{matrix({{-0.25, 1.25}, {1.25, -0.25}}), {.diagonal = Diagonal::any_sign}});
}

TEST_CASE("a graph in two parts, no node and a matrix that is not square are refused") {
  CHECK_THROWS_WITH_AS(Mixing{matrix({{0.5, 0, 0.5, 0}, {0, 0.5, 0, 0.5}, {0.5, 0, 0.5, 0}, {0, 0.5, 0, 0.5}})},
                       "the graph is not connected: of 4 nodes, 2 are linked with node 0, and node 1 is not",
                       TopologyError);
  CHECK_THROWS_WITH_AS(Mixing{SparseMatrix(0, 0)}, "mixing matrix: expected at least one node, got none",
                       TopologyError);
  CHECK_THROWS_WITH_AS(Mixing{SparseMatrix(2, 3)}, "mixing matrix: expected as many rows as columns, got 2 × 3",
                       TopologyError);
}

TEST_CASE("rows or columns alone sum to 1 if that is promised, and the error names the wrong sum") {
  const SparseMatrix rows = matrix({{0.5, 0.5}, {0.25, 0.75}});
  const Mixing by_rows{rows, {.stochasticity = Stochasticity::rows}};
  CHECK(by_rows.stochasticity() == Stochasticity::rows);
  CHECK(name(by_rows.stochasticity()) == "row-stochastic");
  const Mixing by_columns{rows.transpose(), {.stochasticity = Stochasticity::columns}};
  CHECK(by_columns.stochasticity() == Stochasticity::columns);
  CHECK(Mixing{matrix({{0.5, 0.5}, {0.5, 0.5}}), {.stochasticity = Stochasticity::columns}}.stochasticity() ==
        Stochasticity::doubly);
  CHECK_THROWS_WITH_AS((Mixing{rows, {.stochasticity = Stochasticity::columns}}),
                       "mixing matrix: column 0 sums to 0.75, expected 1 (W must be column-stochastic)", TopologyError);
  CHECK_THROWS_WITH_AS((Mixing{by_columns.matrix(), {.stochasticity = Stochasticity::rows}}),
                       "mixing matrix: row 0 sums to 0.75, expected 1 (W must be row-stochastic)", TopologyError);
}

TEST_CASE("a row-stochastic W in which one node sends to no other is not connected, for any such node") {
  const MixingPromise rows{.stochasticity = Stochasticity::rows};
  CHECK_THROWS_WITH_AS((Mixing{matrix({{1, 0}, {0.5, 0.5}}), rows}),
                       "the graph is not connected: of 2 nodes, 1 are linked with node 0, and node 1 is not",
                       TopologyError);
  CHECK_THROWS_WITH_AS((Mixing{matrix({{0.5, 0.5}, {0, 1}}), rows}),
                       "the graph is not connected: of 2 nodes, 1 are linked with node 0, and node 1 is not",
                       TopologyError);
}

TEST_CASE("one round of a schedule may leave nodes to themselves") {
  const SparseMatrix pairs = matrix({{0.5, 0.5, 0}, {0.5, 0.5, 0}, {0, 0, 1}});
  CHECK_THROWS_AS(Mixing{pairs}, TopologyError);
  const Mixing round{pairs, {.connectivity = Connectivity::any}};
  CHECK(round.neighbors(2).empty());
  CHECK(round.stochasticity() == Stochasticity::doubly);
}

TEST_CASE("averaging keeps the mean of the models on any graph") {
  const auto drift = [](const Mixing& w) {
    Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(w.size(), 1, 2).array().square();
    const double mean = x.mean();
    for (int round = 0; round < 100; ++round) x = (w.matrix() * x).eval();
    return std::abs(x.mean() - mean) / mean;
  };
  // In each of 100 rounds a node rounds its sum at most five times, by 2⁻⁵³ relative: 5.6e-14 if all errors line up.
  CHECK(drift(metropolis_hastings(ring(9))) < 5.6e-14);
  CHECK(drift(uniform_weights(exponential(12))) < 5.6e-14);
  CHECK(drift(best_constant_weights(random_regular(20, 3, 1))) < 5.6e-14);
}

}  // namespace
}  // namespace gossamer
