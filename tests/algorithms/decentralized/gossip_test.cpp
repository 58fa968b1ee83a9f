#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <memory>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>

#include "algorithms/decentralized/choco_gossip.hpp"
#include "algorithms/decentralized/gossip.hpp"
#include "algorithms/decentralized/randomized_gossip.hpp"
#include "sim/compression/top_k.hpp"
#include "tests/estimate.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// The rate at which averaging brings models together: by the spectrum of W in rounds, in expectation at random ticks.
namespace gossamer::gossip_test {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::Cluster;
using testing::estimate;
using testing::flat;

/// Γ = Σ_i ‖x_i − x̄‖² of n × d models.
double potential(const MatrixXd& x) { return (x.rowwise() - x.colwise().mean().eval()).squaredNorm(); }

// ---------------------------------------------------------------------------------------------------------------------
// Rounds

/// I − c Lap on the graph of the pairs for which `joined(i, j)` holds.
Mixing laplacian_steps(NodeId n, double c, const std::function<bool(NodeId, NodeId)>& joined) {
  SparseMatrix w(n, n);
  for (NodeId i = 0; i < n; ++i) {
    w.coeffRef(i, i) = 1;
    for (NodeId j = 0; j < n; ++j) {
      if (i == j || !(joined(i, j) || joined(j, i))) continue;
      w.coeffRef(i, j) = c;
      w.coeffRef(i, i) -= c;
    }
  }
  return Mixing{w};
}
Mixing torus(NodeId side) {
  return laplacian_steps(side * side, 0.2, [=](NodeId i, NodeId j) {
    const NodeId r = i / side, c = i % side;
    return j == r * side + (c + 1) % side || j == (r + 1) % side * side + c;
  });
}
Mixing grid(NodeId side) {
  return laplacian_steps(side * side, 0.2,
                         [=](NodeId i, NodeId j) { return (j == i + 1 && j % side != 0) || j == i + side; });
}
Mixing hypercube(int dimensions) {
  return laplacian_steps(1 << dimensions, 1.0 / (dimensions + 1), [=](NodeId i, NodeId j) {
    const NodeId differ = i ^ j;
    return (differ & (differ - 1)) == 0;
  });
}
Mixing star(NodeId n) {
  return laplacian_steps(n, 1.0 / n, [](NodeId i, NodeId) { return i == 0; });
}

/// |1 + Σ_m exp(2πi k 2^m/n)|/(τ + 1) at its largest over k ≠ 0.
double exponential_rho(NodeId n) {
  double largest = 0;
  for (NodeId k = 1; k < n; ++k) {
    std::complex<double> sum = 1;
    int terms = 1;
    for (NodeId offset = 1; offset < n; offset *= 2, ++terms)
      sum += std::polar(1.0, 2 * std::numbers::pi * k * offset / n);
    largest = std::max(largest, std::abs(sum) / terms);
  }
  return largest;
}
double ring_rho(NodeId n) { return (1 + 2 * std::cos(2 * std::numbers::pi / n)) / 3; }

struct Graph {
  std::string name;
  Mixing mixing;
  double rho;  ///< ‖W − J‖, from the graph's closed form
};
std::vector<Graph> graphs() {
  const double quarter_turn = 1 - (2 - std::numbers::sqrt2) / 5;  // λ_2 of both Laplacians is 2 − 2 cos(π/4)
  return {{"ring 8", testing::ring(8), ring_rho(8)},
          {"ring 16", testing::ring(16), ring_rho(16)},
          {"ring 64", testing::ring(64), ring_rho(64)},
          {"torus 8 × 8", torus(8), quarter_turn},
          {"grid 4 × 4", grid(4), quarter_turn},
          {"hypercube 64", hypercube(6), 5.0 / 7},
          {"star 16", star(16), 0.9375},
          {"exponential 8", testing::exponential(8), 0.5},
          {"exponential 16", testing::exponential(16), 0.6},
          {"exponential 17", testing::exponential(17), exponential_rho(17)},
          {"exponential 33", testing::exponential(33), exponential_rho(33)},
          {"exponential 64", testing::exponential(64), 5.0 / 7}};
}

/// √(Γ(k + 1)/Γ(k)) for k < rounds.
std::vector<double> contractions(const Mixing& w, const MatrixXd& start, int rounds) {
  const auto objective = flat(w.size(), start.cols());
  const testing::SynchronousRun run{.mixing = w, .objective = objective, .start = start};
  std::vector<double> factors;
  double before = potential(start);
  for (int k = 1; k <= rounds; ++k) {
    const double after =
        potential(run.models([](Node& node) { return gossip(node, {}); }, static_cast<std::uint64_t>(k)));
    factors.push_back(std::sqrt(after / before));
    before = after;
  }
  return factors;
}

TEST_CASE("From where it is slowest gossip comes together by ρ in every round, from elsewhere by no less") {
  // W W ᵀ = WᵀW on all these graphs, so that W maps the space on which ‖Wx‖ = ρ‖x‖ into itself. Roundings of 1e-16 in
  // faster directions do not matter while Γ is above 1e-6 of where it began, as after 8 rounds with ρ ≥ 1/2.
  for (const Graph& graph : graphs()) {
    CAPTURE(graph.name);
    const NodeId n = graph.mixing.size();
    const MatrixXd rest = MatrixXd{graph.mixing.matrix()} - MatrixXd::Constant(n, n, 1.0 / n);
    const Eigen::SelfAdjointEigenSolver<MatrixXd> squares{rest.transpose() * rest};
    MatrixXd start(n, 2);
    start << squares.eigenvectors().col(n - 1), -3 * squares.eigenvectors().col(n - 1);
    for (const double factor : contractions(graph.mixing, start, 8))
      CHECK(factor == doctest::Approx(graph.rho).epsilon(1e-12));
    for (const double factor : contractions(graph.mixing, testing::normal_matrix(n, 3, 3), 8))
      CHECK(factor <= graph.rho * (1 + 1e-12));
  }
}

TEST_CASE("From any start the slowest direction of gossip remains") {
  // On the ring of 8 the next eigenvalue is 1/3: after 30 rounds it is down by (0.333/0.805)^60 = 1e-23 in Γ.
  const std::vector<double> factors = contractions(testing::ring(8), testing::normal_matrix(8, 3, 3), 31);
  CHECK(factors.back() == doctest::Approx(graphs()[0].rho).epsilon(1e-9));
}

TEST_CASE("Uncompressed CHOCO-Gossip is gossip, and with γ below 1 that of (1 − γ) I + γ W") {
  const Mixing w = testing::tangle(8);
  const MatrixXd start = testing::normal_matrix(8, 3, 3);
  const auto objective = flat(8, 3);
  const testing::SynchronousRun run{.mixing = w, .objective = objective, .start = start};
  for (const double gamma : {1.0, 0.4}) {
    MatrixXd x = start;
    for (int k = 0; k < 40; ++k) x = ((1 - gamma) * x + gamma * (w.matrix() * x)).eval();
    const Program program = [=](Node& node) { return choco_gossip(node, {.consensus_step = gamma}); };
    CHECK(testing::deviation(run.models(program, 40), x) < 1e-12);
  }
}

/// The k largest magnitudes of each row.
MatrixXd largest(const MatrixXd& v, Index k) {
  MatrixXd sent = MatrixXd::Zero(v.rows(), v.cols());
  for (Index i = 0; i < v.rows(); ++i) {
    std::vector<double> magnitudes;
    for (Index c = 0; c < v.cols(); ++c) magnitudes.push_back(std::abs(v(i, c)));
    std::sort(magnitudes.begin(), magnitudes.end(), std::greater<>{});
    for (Index c = 0; c < v.cols(); ++c)
      if (std::abs(v(i, c)) >= magnitudes[static_cast<std::size_t>(k) - 1]) sent(i, c) = v(i, c);
  }
  return sent;
}

TEST_CASE("CHOCO-Gossip with the k largest coordinates shrinks e = Γ + ‖X − X̂‖² by 1 − δ²ω/82 a round at least") {
  // Koloskova, Stich, Jaggi, ICML 2019, arXiv:1902.00340, Theorem 2, with ω = k/d and its γ; δ = 1 − ρ, b = ‖I − W‖.
  constexpr NodeId n = 8;
  constexpr Index d = 20;
  constexpr Index k = 10;
  const Mixing mixing = testing::ring(n);
  const MatrixXd w{mixing.matrix()}, start = testing::normal_matrix(n, d, 3);
  const double delta = 1 - graphs()[0].rho, b = 4.0 / 3, omega = static_cast<double>(k) / d;
  const double gamma =
      delta * delta * omega / (16 * delta + delta * delta + 4 * b * b + 2 * delta * b * b - 8 * delta * omega);
  const auto objective = flat(n, d);
  const testing::SynchronousRun run{.mixing = mixing, .objective = objective, .start = start};
  const auto codec = std::make_shared<TopK>(TopK::Settings{.k = k});
  const Program program = [=](Node& node) {
    return choco_gossip(node, {.consensus_step = gamma, .compressor = codec});
  };
  MatrixXd x = start, copies = 0 * x;
  double before = potential(x) + x.squaredNorm();
  for (std::uint64_t round = 1; round <= 300; ++round) {
    copies += largest(x - copies, k);
    x += gamma * (w * copies - copies);
    const double after = potential(x) + (x - copies).squaredNorm();
    CHECK(after <= (1 - delta * delta * omega / 82) * before);
    before = after;
    if (round % 60 == 0) CHECK(testing::deviation(run.models(program, round), x) < 1e-12);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Random ticks

/// Exponential gaps of mean 1 s between the ticks of each node.
std::function<Seconds(NodeId, std::uint64_t)> clocks(std::uint64_t seed) {
  return [seed](NodeId i, std::uint64_t k) {
    Draws draws{seed, Purpose::step_time, i, k};
    return Seconds{standard_exponential(draws)};
  };
}

Program gossip_at_random() {
  return [](Node& node) { return randomized_gossip(node, {}); };
}

TEST_CASE("On the complete graph each tick takes E Γ to (1 − 1/(n − 1)) Γ for any models") {
  // Initiators and partners do not depend on the times of ticks: given that there were N, E Γ = (1 − 1/(n − 1))^N Γ(0).
  constexpr NodeId n = 12;
  constexpr double shrinks = 1 - 1.0 / (n - 1);
  const Mixing w = testing::complete(n);
  const MatrixXd start = testing::normal_matrix(n, 4, 3);
  const auto objective = flat(n, 4);
  testing::check(estimate(3000,
                          [&](std::uint64_t seed) {
                            Cluster cluster{{.mixing = w,
                                             .objective = objective,
                                             .step_time = clocks(seed),
                                             .seed = seed,
                                             .initial = start.transpose()}};
                            cluster.run(gossip_at_random(), {.virtual_time = Seconds{1.5}});
                            const auto ticks = static_cast<double>(cluster.snapshot().total.node_steps);
                            return potential(cluster.models().transpose()) /
                                   (std::pow(shrinks, ticks) * potential(start));
                          }),
                 1);
}

TEST_CASE("On any graph one tick takes Σ_e P(e) ‖x_i − x_j‖²/2 from Γ, P(ij) = (1/deg i + 1/deg j)/n") {
  // Averaging i and j takes ‖x_i − x_j‖²/2. Initiators take turns from one replica to the next, so that each comes as
  // often; on a line only the choice among two neighbors is left to chance.
  constexpr NodeId n = 6;
  const Mixing w = testing::line(n);
  const MatrixXd start = testing::normal_matrix(n, 4, 3);
  const auto objective = flat(n, 4);
  const auto degree = [](NodeId i) { return i == 0 || i == n - 1 ? 1.0 : 2.0; };
  double expected = 0;
  for (NodeId i = 0; i + 1 < n; ++i)
    expected += (1 / degree(i) + 1 / degree(i + 1)) / n * (start.row(i) - start.row(i + 1)).squaredNorm() / 2;
  testing::check(estimate(6000,
                          [&](std::uint64_t seed) {
                            const auto initiator = static_cast<NodeId>(seed % n);
                            Cluster cluster{{.mixing = w,
                                             .objective = objective,
                                             .step_time =
                                                 [initiator](NodeId i, std::uint64_t k) {
                                                   return Seconds{i == initiator && k == 0 ? 1.0 : 1e6};
                                                 },
                                             .seed = seed,
                                             .initial = start.transpose()}};
                            cluster.run(gossip_at_random(), {.virtual_time = Seconds{2}});
                            return potential(start) - potential(cluster.models().transpose());
                          }),
                 expected);
}

TEST_CASE("With exponential clocks ticks are a Poisson process, and each node has an equal part of it") {
  constexpr NodeId n = 16;
  constexpr int replicas = 1500;
  constexpr double s = 4, all = n * s;
  const Mixing w = testing::ring(n);
  const auto objective = flat(n, 1);
  std::vector<double> totals, own;
  for (std::uint64_t seed = 0; seed < replicas; ++seed) {
    Cluster cluster{{.mixing = w, .objective = objective, .step_time = clocks(seed), .seed = seed}};
    cluster.run(gossip_at_random(), {.virtual_time = Seconds{s}});
    const NodeCounters total = cluster.snapshot().total;
    totals.push_back(static_cast<double>(total.node_steps));
    for (NodeId i = 0; i < n; ++i) own.push_back(static_cast<double>(cluster.counters(i).node_steps));
    CHECK(total.interactions == 2 * total.node_steps);  // each tick takes two nodes: 2T/n for each on average
  }
  // A Poisson count has variance λ; over R of them the mean is known to √(λ/R), the variance to λ √((2 + 1/λ)/R).
  const auto check_poisson = [](const std::vector<double>& counts, double lambda) {
    const auto r = static_cast<double>(counts.size());
    const double mean = std::accumulate(counts.begin(), counts.end(), 0.0) / r;
    double variance = 0;
    for (const double count : counts) variance += (count - mean) * (count - mean) / (r - 1);
    CAPTURE(mean);
    CAPTURE(variance);
    CHECK(std::abs(mean - lambda) < 4 * std::sqrt(lambda / r));
    CHECK(std::abs(variance - lambda) < 4 * lambda * std::sqrt((2 + 1 / lambda) / r));
  };
  check_poisson(totals, all);
  check_poisson(own, s);
}

}  // namespace
}  // namespace gossamer::gossip_test
