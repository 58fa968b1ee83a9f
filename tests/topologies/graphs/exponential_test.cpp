#include "topologies/graphs/exponential.hpp"

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/spectrum.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("ρ of the static exponential graph has the known values, 1 − 2/(1 + τ) for even n") {
  const auto rho = [](NodeId n) { return spectrum(uniform_weights(exponential(n))).rho; };
  CHECK(std::abs(rho(8) - 0.5) < 1e-14);
  CHECK(std::abs(rho(16) - 0.6) < 1e-14);
  CHECK(std::abs(rho(17) - 0.547620910484919) < 1e-14);
  CHECK(std::abs(rho(33) - 0.607800043744406) < 1e-14);
  CHECK(std::abs(rho(64) - 5.0 / 7) < 1e-14);
  CHECK(std::abs(rho(12) - (1 - 2.0 / 5)) < 1e-14);
}

TEST_CASE("node i receives from i + 2^m and sends to i − 2^m, each with weight 1/(τ + 1)") {
  const NodeId n = 11;  // τ = 4
  const Mixing w = uniform_weights(exponential(n));
  CHECK(w.is_directed());
  CHECK_FALSE(w.is_symmetric());
  for (NodeId i = 0; i < n; ++i) {
    for (const NodeId offset : {0, 1, 2, 4, 8}) CHECK(w.weight(i, (i + offset) % n) == 0.2);
    CHECK(w.neighbors(i).size() == 4);
    CHECK(w.receivers(i).size() == 4);
    for (const NodeId j : w.receivers(i)) CHECK(w.weight(j, i) == 0.2);
  }
  const GraphFacts f = facts(w);
  CHECK(f.directed);
  CHECK(f.edges == 44);
}

TEST_CASE("the diameter of a static exponential graph on 2^τ nodes is τ, the most bits to be set") {
  CHECK(facts(uniform_weights(exponential(64))).diameter == 6);
}

TEST_CASE("effective neighbors of a directed circulant follow from its complex eigenvalues") {
  const NodeId n = 13;
  const double gamma = 0.9;
  double sum = 0;
  for (int k = 0; k < n; ++k) {
    std::complex<double> lambda = 1;
    for (const int offset : {1, 2, 4, 8}) lambda += std::polar(1.0, 2 * std::numbers::pi * k * offset / n);
    const double square = std::norm(lambda / 5.0);
    sum += square / (1 - gamma * square);
  }
  const Spectrum s = spectrum(uniform_weights(exponential(n)), {.decay = gamma});
  CHECK(std::abs(s.effective_neighbors - n / ((1 - gamma) * sum)) < 1e-11);
  CHECK_FALSE(s.second_eigenvalue.has_value());
  CHECK_FALSE(s.laplacian_second.has_value());
}

TEST_CASE("with base b node i receives from i + b^m, and ρ is the largest |1 + Σ exp(2πi k b^m/n)|/(τ + 1)") {
  for (const NodeId base : {2, 3, 4, 10})
    for (const NodeId n : {2, 9, 10, 17, 28, 33, 64}) {
      CAPTURE(base);
      CAPTURE(n);
      std::vector<NodeId> offsets;
      for (NodeId power = 1; power < n; power *= base) offsets.push_back(power);
      double rho = 0;
      for (int k = 1; k < n; ++k) {
        std::complex<double> sum = 1;
        for (const NodeId offset : offsets) sum += std::polar(1.0, 2 * std::numbers::pi * k * offset / n);
        rho = std::max(rho, std::abs(sum) / static_cast<double>(offsets.size() + 1));
      }
      const Mixing w = uniform_weights(exponential(n, base));
      CHECK(std::abs(spectrum(w).rho - rho) < 1e-13);
      CHECK(w.neighbors(0).size() == offsets.size());
      for (const NodeId offset : offsets) CHECK(w.weight(1, (1 + offset) % n) > 0);
    }
  CHECK_THROWS_WITH_AS(exponential(8, 1), "exponential: base must be at least 2, got 1", TopologyError);
}

TEST_CASE("the symmetric exponential graph joins i with i ± b^m up to half the circle") {
  // 20 nodes, base 4: ±1, ±4 (16 is beyond 10). 32 nodes, base 2: ±1, ±2, ±4, ±8 and 16, which is its own opposite.
  const Mixing four = metropolis_hastings(symmetric_exponential(20));
  CHECK_FALSE(four.is_directed());
  CHECK(facts(four).degree_min == 4);
  CHECK(facts(four).degree_max == 4);
  for (const NodeId j : {1, 4, 16, 19}) CHECK(four.weight(0, j) == 0.2);
  CHECK(facts(metropolis_hastings(symmetric_exponential(32, 2))).degree_max == 9);
  CHECK_THROWS_WITH_AS(symmetric_exponential(8, 1), "symmetric_exponential: base must be at least 2, got 1",
                       TopologyError);
}

TEST_CASE("two nodes make an exponential graph, one does not") {
  CHECK(spectrum(uniform_weights(exponential(2))).rho < 1e-15);
  CHECK_THROWS_WITH_AS(exponential(1), "exponential: needs at least 2 nodes, got 1", TopologyError);
}

}  // namespace
}  // namespace gossamer
