#include "topologies/weights.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/graphs/binary_tree.hpp"
#include "topologies/graphs/complete.hpp"
#include "topologies/graphs/exponential.hpp"
#include "topologies/graphs/grid.hpp"
#include "topologies/graphs/hypercube.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/spectrum.hpp"

namespace gossamer {
namespace {

TEST_CASE("Metropolis–Hastings weights on a path of four are 1/3 on every edge, 2/3 kept at the ends") {
  const Mixing w = metropolis_hastings(path(4));
  CHECK(w.weight(0, 1) == 1.0 / 3);
  CHECK(w.weight(1, 2) == 1.0 / 3);
  CHECK(w.weight(1, 1) == 1.0 / 3);
  CHECK(std::abs(w.weight(0, 0) - 2.0 / 3) < 1e-15);
}

TEST_CASE("the period of W is the common divisor of its closed walks: as many eigenvalues have magnitude 1") {
  CHECK(period(metropolis_hastings(ring(6))) == 1);  // a node's weight on itself is a walk of length 1
  CHECK(period(metropolis_hastings_without_self(ring(6))) == 2);
  CHECK(period(metropolis_hastings_without_self(ring(5))) == 1);  // walks of length 2 and 5
  CHECK(period(metropolis_hastings_without_self(complete(2))) == 2);
  CHECK(period(metropolis_hastings(complete(1))) == 1);
  SparseMatrix circle(5, 5), chord(6, 6);
  for (int i = 0; i < 5; ++i) circle.coeffRef(i, (i + 1) % 5) = 1;
  CHECK(period(Mixing{circle}) == 5);  // a permutation, whose eigenvalues are the fifth roots of 1
  // Half of two circles through the same six nodes, of steps 1 and 3: closed walks of lengths 6, 2 and 4.
  for (int i = 0; i < 6; ++i)
    for (const int step : {1, 3}) chord.coeffRef(i, (i + step) % 6) = 0.5;
  CHECK(period(Mixing{chord}) == 2);
}

TEST_CASE("without counting itself a node of a regular graph keeps nothing, and ρ = 1 where the graph is bipartite") {
  const Mixing even = metropolis_hastings_without_self(ring(6));
  CHECK(even.weight(0, 1) == 0.5);
  CHECK(even.weight(0, 0) == 0);
  CHECK(std::abs(spectrum(even).rho - 1) < 1e-14);
  // cos(2π 2/5) = −0.809: the odd ring's eigenvalue of largest magnitude
  CHECK(std::abs(spectrum(metropolis_hastings_without_self(ring(5))).rho - 0.8090169943749475) < 1e-14);
  CHECK(metropolis_hastings_without_self(complete(1)).weight(0, 0) == 1);
}

TEST_CASE("uniform weights are those of Metropolis–Hastings on a regular graph, and refuse an irregular one") {
  const Mixing w = uniform_weights(hypercube(3));
  CHECK((w.matrix() - metropolis_hastings(hypercube(3)).matrix()).norm() == 0);
  CHECK_THROWS_WITH_AS(uniform_weights(star(4)),
                       "uniform: node 0 speaks to 3 others and node 1 speaks to 1, expected equal degrees",
                       TopologyError);
}

TEST_CASE("maximum-degree weights are I − Lap/(d_max + 1)") {
  const Mixing w = max_degree_weights(star(5));
  CHECK(w.weight(0, 3) == 0.2);
  CHECK(w.weight(0, 0) == 0.2);
  CHECK(w.weight(3, 3) == 0.8);
}

TEST_CASE("the best constant reaches ρ = (λ_n − λ₂)/(λ_n + λ₂), and no other constant does better") {
  for (const Graph& graph : {grid(3, 4), star(6), binary_tree(10), ring(8)}) {
    const Mixing best = best_constant_weights(graph);
    const Spectrum s = spectrum(best);
    const double low = *s.laplacian_second, high = *s.laplacian_largest;
    CHECK(std::abs(s.rho - (high - low) / (high + low)) < 1e-13);
    CHECK(s.rho <= spectrum(max_degree_weights(graph)).rho + 1e-13);
  }
  // A star of 6: λ₂ = 1, λ_n = 6, c = 2/7, so the hub gives itself 1 − 5 · 2/7.
  CHECK(std::abs(best_constant_weights(star(6)).weight(0, 0) + 3.0 / 7) < 1e-14);
}

TEST_CASE("laziness moves every eigenvalue λ to θ + (1 − θ) λ") {
  const Mixing w = metropolis_hastings(ring(8));
  const Spectrum plain = spectrum(w), slow = spectrum(lazy(w, 0.25));
  CHECK(std::abs(*slow.second_eigenvalue - (0.25 + 0.75 * *plain.second_eigenvalue)) < 1e-14);
  CHECK(std::abs(*slow.smallest_eigenvalue - (0.25 + 0.75 * *plain.smallest_eigenvalue)) < 1e-14);
  CHECK_THROWS_WITH_AS(lazy(w, 1), "laziness: 1 is out of range, expected at least 0 and below 1", TopologyError);
}

TEST_CASE("rules for undirected graphs refuse a directed one") {
  for (const auto rule : {metropolis_hastings, max_degree_weights, best_constant_weights})
    CHECK_THROWS_WITH_AS(rule(exponential(6)), doctest::Contains("the graph is directed"), TopologyError);
}

TEST_CASE("the automatic rule is Metropolis–Hastings, and uniform where the graph is directed") {
  CHECK((weigh(star(5), {}).matrix() - metropolis_hastings(star(5)).matrix()).norm() == 0);
  CHECK((weigh(exponential(6), {}).matrix() - uniform_weights(exponential(6)).matrix()).norm() == 0);
}

/// Directed: a circle i → i + 1 with the chord 0 → 2, so that degrees differ.
Graph circle_with_chord(NodeId nodes) {
  Graph graph = empty_directed_graph(nodes);
  for (NodeId i = 0; i < nodes; ++i) add_edge(i, (i + 1) % nodes, graph);
  add_edge(0, 2, graph);
  return graph;
}

TEST_CASE("out-uniform weights are column-stochastic, in-uniform ones row-stochastic, by degrees on a directed graph") {
  const Graph graph = circle_with_chord(5);
  const Mixing out = out_uniform_weights(graph);
  CHECK(out.stochasticity() == Stochasticity::columns);
  CHECK(out.weight(0, 0) == 1.0 / 3);  // node 0 speaks to 1 and 2
  CHECK(out.weight(1, 0) == 1.0 / 3);
  CHECK(out.weight(2, 0) == 1.0 / 3);
  CHECK(out.weight(2, 1) == 0.5);
  CHECK(out.weight(0, 2) == 0);
  const Mixing in = in_uniform_weights(graph);
  CHECK(in.stochasticity() == Stochasticity::rows);
  CHECK(in.weight(2, 0) == 1.0 / 3);  // node 2 receives from 0 and 1
  CHECK(in.weight(2, 1) == 1.0 / 3);
  CHECK(in.weight(1, 0) == 0.5);
}

TEST_CASE("on a regular graph out-uniform, in-uniform and uniform weights are one") {
  const Mixing w = uniform_weights(exponential(9));
  CHECK((w.matrix() - out_uniform_weights(exponential(9)).matrix()).norm() == 0);
  CHECK((w.matrix() - in_uniform_weights(exponential(9)).matrix()).norm() == 0);
  CHECK(in_uniform_weights(exponential(9)).stochasticity() == Stochasticity::doubly);
}

TEST_CASE("laziness keeps the sums that are 1") {
  CHECK(lazy(out_uniform_weights(circle_with_chord(4)), 0.3).stochasticity() == Stochasticity::columns);
  CHECK(weigh(circle_with_chord(4), {Weighting::Rule::in_uniform, 0.3}).stochasticity() == Stochasticity::rows);
}

}  // namespace
}  // namespace gossamer
