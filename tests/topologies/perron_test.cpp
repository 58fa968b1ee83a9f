#include "topologies/perron.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "topologies/graphs/complete.hpp"
#include "topologies/graphs/erdos_renyi.hpp"
#include "topologies/graphs/exponential.hpp"
#include "topologies/spectrum.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

/// A circle i → i + 1 in which every third node also speaks two ahead.
Graph uneven_circle(NodeId nodes) {
  Graph graph = empty_directed_graph(nodes);
  for (NodeId i = 0; i < nodes; ++i) add_edge(i, (i + 1) % nodes, graph);
  for (NodeId i = 0; i < nodes; i += 3) add_edge(i, (i + 2) % nodes, graph);
  return graph;
}

TEST_CASE("a node's share of the agreement on an undirected graph is its degree plus one, by detailed balance") {
  const Mixing w = in_uniform_weights(star(9));
  const Eigen::VectorXd pi = perron_vector(w);
  // Σ (d_i + 1) = 8 · 2 + 9
  CHECK(std::abs(pi[0] - 9.0 / 25) < 1e-15);
  for (NodeId i = 1; i < 9; ++i) CHECK(std::abs(pi[i] - 2.0 / 25) < 1e-15);
}

TEST_CASE("the Perron vector is positive, sums to 1 and is left as it is by W, from the left or from the right") {
  for (const NodeId n : {2, 3, 50, 1000}) {
    const Mixing rows = in_uniform_weights(uneven_circle(n < 3 ? 3 : n));
    const Eigen::VectorXd left = perron_vector(rows);
    CHECK(left.minCoeff() > 0);
    CHECK(std::abs(left.sum() - 1) < 1e-14);
    CHECK((rows.matrix().transpose() * left - left).norm() < 1e-14);
    const Mixing columns = out_uniform_weights(uneven_circle(n < 3 ? 3 : n));
    const Eigen::VectorXd right = perron_vector(columns);
    CHECK(right.minCoeff() > 0);
    CHECK((columns.matrix() * right - right).norm() < 1e-14);
  }
  CHECK(perron_vector(uniform_weights(exponential(6))).isApproxToConstant(1.0 / 6, 1e-15));
}

TEST_CASE("averaging with a row-stochastic W ends at the mean that its Perron vector weights") {
  const Mixing w = in_uniform_weights(uneven_circle(12));
  Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(12, 1, 5).array().square();
  const double expected = perron_vector(w).dot(x);
  // Rounding adds at most 2⁻⁵³ of 25 a round and a term.
  for (int round = 0; round < 2000; ++round) x = (w.matrix() * x).eval();
  CHECK((x.array() - expected).abs().maxCoeff() < 1e-10);
}

TEST_CASE("the second largest magnitude agrees with the known spectrum where W is symmetric") {
  const Mixing w = metropolis_hastings(erdos_renyi(40, 0.2, 1));
  CHECK(std::abs(second_magnitude(w) - spectrum(w).rho) < 1e-12);
  const Mixing large = metropolis_hastings(erdos_renyi(700, 0.05, 1));
  CHECK(std::abs(second_magnitude(large) - spectrum(large).rho) < 1e-9);
}

TEST_CASE("a directed circle with weights of one half has the magnitude cos(π/n)") {
  // The eigenvalues are (1 + ω)/2 over the n-th roots of unity; here only the promise is weaker than the truth.
  for (const NodeId n : {7, 300}) {
    Graph circle = empty_directed_graph(n);
    for (NodeId i = 0; i < n; ++i) add_edge(i, (i + 1) % n, circle);
    CHECK(std::abs(second_magnitude(in_uniform_weights(circle)) - std::cos(std::acos(-1.0) / n)) < 1e-9);
  }
}

TEST_CASE("ρ of a W that is not doubly stochastic is the second largest magnitude, the same for its transpose") {
  const Graph graph = uneven_circle(30);
  const double rows = spectrum(in_uniform_weights(graph)).rho;
  CHECK(rows == second_magnitude(in_uniform_weights(graph)));
  CHECK(rows < 1);
  const Mixing transposed{in_uniform_weights(graph).matrix().transpose(), {.stochasticity = Stochasticity::columns}};
  CHECK(std::abs(spectrum(transposed).rho - rows) < 1e-12);
}

}  // namespace
}  // namespace gossamer
