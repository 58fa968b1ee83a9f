#include <algorithm>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Core>

#include "tests/cluster.hpp"

// Push-sum (Kempe, Dobra, Gehrke, "Gossip-based computation of aggregate information", FOCS 2003) whose messages are
// taken in some rounds after they were sent, as in overlapped stochastic gradient push (Assran, Loizou, Ballas, Rabbat,
// "Stochastic Gradient Push for Distributed Deep Learning", ICML 2019, arXiv:1811.10792).
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;

constexpr NodeId n = 6;
constexpr Index numerators = 2;  ///< the third coordinate is the weight

class Flat final : public Objective<double> {
 public:
  Index dimension() const override { return numerators + 1; }
  void gradient(NodeId, std::uint64_t, const double*, double* g, Workspace&) const override {
    for (Index k = 0; k <= numerators; ++k) g[k] = 0;
  }
};

/// A path, whose shares 1/(degree + 1) sum to one over those who get them, but not over those who give: what is
/// averaged without weights would be wrong.
Mixing path() {
  SparseMatrix w(n, n);
  for (NodeId i = 0; i < n; ++i)
    for (NodeId j = std::max(0, i - 1); j <= std::min(n - 1, i + 1); ++j)
      w.coeffRef(i, j) = i != j ? 1.0 / 3 : (i == 0 || i == n - 1 ? 2.0 / 3 : 1.0 / 3);
  return Mixing{w};
}

struct Rounds {
  int taken = 0;        ///< that a node makes
  int delay = 0;        ///< rounds until what is sent is taken in
  bool drains = false;  ///< whether what is then still under way is taken in at the end
};

Task push_sum(Node& node, Rounds rounds) {
  Params x = node.initial_params();
  const double share = 1.0 / static_cast<double>(node.out_neighbors().size() + 1);
  for (int k = 0; k < rounds.taken + (rounds.drains ? rounds.delay : 0); ++k) {
    if (k < rounds.taken) {
      co_await node.gradient(x);
      x = share * x;
      for (const NodeId j : node.out_neighbors()) node.send(j, x);
    }
    if (k < rounds.delay) continue;
    Combination sum = 1.0 * x;
    for (const NodeId j : node.in_neighbors()) sum += 1.0 * co_await node.receive(j);
    x = sum;
    node.report(x);
  }
}

Eigen::MatrixXd initial() {
  Eigen::MatrixXd x0(numerators + 1, n);
  for (NodeId i = 0; i < n; ++i) x0.col(i) << i * i, 1.0 / (i + 1), 1;
  return x0;
}

/// The models after a run in which nodes differ in speed, and messages take longer than a step.
Eigen::MatrixXd run(Rounds rounds) {
  const Mixing w = path();
  const Flat objective;
  Cluster cluster{
      {.mixing = w,
       .objective = objective,
       .step_time = [](NodeId i,
                       std::uint64_t k) { return Seconds{1 + 0.3 * ((7 * i + 3 * static_cast<int>(k)) % 5)}; },
       .message_time = 2500ms,
       .initial = initial()}};
  CHECK(cluster.run([rounds](Node& node) { return push_sum(node, rounds); }, {}).reason == End::Reason::finished);
  return cluster.models();
}

/// Column j of the matrix P of shares: the shares that node j keeps and sends.
Eigen::MatrixXd shares() {
  const Mixing w = path();
  Eigen::MatrixXd p = Eigen::MatrixXd::Zero(n, n);
  for (NodeId j = 0; j < n; ++j) {
    const double share = 1.0 / static_cast<double>(w.receivers(j).size() + 1);
    p(j, j) = share;
    for (const NodeId i : w.receivers(j)) p(i, j) = share;
  }
  return p;
}

TEST_CASE("Push-sum under delay keeps the sums of numerators and weights, held and under way") {
  // X_{k+1} = X_k D + M_{k−τ}, where D is the diagonal of P and M_k = X_k (P − D)ᵀ what is given in round k.
  const Eigen::MatrixXd p = shares();
  const Eigen::MatrixXd kept = p.diagonal().asDiagonal(), given = (p - kept).transpose();
  for (const int delay : {0, 1, 3}) {
    CAPTURE(delay);
    const int rounds = 12;
    Eigen::MatrixXd x = initial();
    std::vector<Eigen::MatrixXd> sent;
    for (int k = 0; k < rounds; ++k) {
      sent.push_back(x * given);
      x = (x * kept).eval();
      if (k >= delay) x += sent[static_cast<std::size_t>(k - delay)];
    }
    const Eigen::MatrixXd held = run({.taken = rounds, .delay = delay});
    CHECK((held - x).norm() < 1e-12);
    Eigen::VectorXd in_flight = Eigen::VectorXd::Zero(numerators + 1);
    for (int k = rounds - delay; k < rounds; ++k) in_flight += sent[static_cast<std::size_t>(k)].rowwise().sum();
    const Eigen::VectorXd sums = initial().rowwise().sum();
    CHECK((held.rowwise().sum() + in_flight - sums).norm() < 1e-12);
    if (delay > 0) CHECK(in_flight[numerators] > 0.5);  // it would show if it were lost
    const Eigen::MatrixXd drained = run({.taken = rounds, .delay = delay, .drains = true});
    CHECK((drained.rowwise().sum() - sums).norm() < 1e-12);
    CHECK(drained.row(numerators).sum() == doctest::Approx(n).epsilon(1e-14));
  }
}

TEST_CASE("The ratios of push-sum come to the mean, which what nodes hold does not") {
  const Eigen::VectorXd mean = initial().rowwise().mean();
  for (const int delay : {0, 2}) {
    const Eigen::MatrixXd x = run({.taken = 800, .delay = delay, .drains = true});
    for (NodeId i = 0; i < n; ++i) CHECK((x.col(i) / x(numerators, i) - mean).norm() < 1e-9);
    CHECK(x.row(numerators).maxCoeff() > 1.1);
  }
}

}  // namespace
}  // namespace gossamer
