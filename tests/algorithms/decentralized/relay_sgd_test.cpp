#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/relay_sgd.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// RelaySGD (Vogels, He, Koloskova, Lin, Karimireddy, Stich, Jaggi, NeurIPS 2021, arXiv:2110.04175) against its
// specification without messages: the mean of all models, each as old as its way through the tree is long.
namespace gossamer::relay_sgd_test {
namespace {

using Eigen::MatrixXd;
using testing::Directions;
using testing::Quadratics;

using Divisor = RelaySgd::Divisor;

constexpr Index d = 3;
constexpr double eta = 0.2;

/// A tree by the parents of nodes 1, 2, …, and the hops between any two nodes.
struct Tree {
  std::string name;
  Mixing mixing;
  std::vector<std::vector<int>> hops;
};

Tree tree(std::string name, const std::vector<NodeId>& parents) {
  const auto n = static_cast<NodeId>(parents.size() + 1);
  const auto size = static_cast<std::size_t>(n);
  std::vector<std::vector<int>> hops(size, std::vector<int>(size, n));  // n: not known yet
  std::vector<int> degree(size, 0);
  for (std::size_t i = 0; i < size; ++i) hops[i][i] = 0;
  for (std::size_t i = 1; i < size; ++i) {
    const auto parent = static_cast<std::size_t>(parents[i - 1]);
    hops[i][parent] = hops[parent][i] = 1;
    ++degree[i];
    ++degree[parent];
  }
  SparseMatrix w(n, n);
  for (NodeId i = 0; i < n; ++i) w.coeffRef(i, i) = 1;
  for (NodeId i = 1; i < n; ++i) {
    const NodeId parent = parents[static_cast<std::size_t>(i) - 1];
    const int most = std::max(degree[static_cast<std::size_t>(i)], degree[static_cast<std::size_t>(parent)]);
    for (const auto& [a, b] : {std::pair{i, parent}, std::pair{parent, i}}) {
      w.coeffRef(a, b) = 1.0 / (1 + most);
      w.coeffRef(a, a) -= 1.0 / (1 + most);
    }
  }
  for (std::size_t via = 0; via < size; ++via)  // Floyd, Warshall
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < size; ++j) hops[i][j] = std::min(hops[i][j], hops[i][via] + hops[via][j]);
  return {std::move(name), Mixing{w}, std::move(hops)};
}

std::vector<Tree> trees() {
  return {tree("line", {0, 1, 2, 3, 4, 5}), tree("star", {0, 0, 0, 0, 0, 0}),
          tree("binary tree", {0, 0, 1, 1, 2, 2, 3, 3, 4}), tree("a pair", {0})};
}

/// Models after so many rounds: round k ends at the mean over the nodes j with hops(i, j) ≤ k + 1 of node j's adapted
/// model of round k, or, where j is h ≥ 1 hops away, of round k + 1 − h. Divided by the nodes, node i's start takes the
/// place of the others.
MatrixXd delayed_means(const Tree& on, const Quadratics& f, const MatrixXd& start, LocalSteps local, Divisor divisor,
                       int rounds) {
  Directions direction{f, eta, local};
  MatrixXd x = start;
  std::vector<MatrixXd> adapted;
  for (int k = 0; k < rounds; ++k) {
    adapted.push_back(x - eta * direction(x));
    for (std::size_t i = 0; i < on.hops.size(); ++i) {
      Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(d);
      int count = 0;
      for (std::size_t j = 0; j < on.hops.size(); ++j) {
        const int from = k - std::max(0, on.hops[i][j] - 1);
        if (from < 0) continue;
        sum += adapted[static_cast<std::size_t>(from)].row(static_cast<Index>(j));
        ++count;
      }
      const auto n = static_cast<int>(on.hops.size());
      if (divisor == Divisor::nodes) sum += (n - count) * start.row(static_cast<Index>(i));
      x.row(static_cast<Index>(i)) = sum / (divisor == Divisor::nodes ? n : count);
    }
  }
  return x;
}

TEST_CASE("RelaySGD takes the mean of all models, each as old as its way through the tree is long") {
  for (const Tree& on : trees()) {
    const NodeId n = on.mixing.size();
    const Quadratics f = testing::heterogeneous_quadratics(n, d);
    const MatrixXd start = testing::normal_matrix(n, d, 7);
    const testing::SynchronousRun run{.mixing = on.mixing, .objective = f, .start = start};
    for (const LocalSteps local : {LocalSteps{}, LocalSteps{.steps = 3}, LocalSteps{.momentum = 0.5}}) {
      for (const Divisor divisor : {Divisor::received, Divisor::nodes}) {
        for (const int rounds : {1, 2, 4, 30}) {
          CAPTURE(on.name);
          CAPTURE(rounds);
          const RelaySgd settings{.step_size = eta, .divide_by = divisor, .local = local};
          const MatrixXd x = run.models([=](Node& node) { return relay_sgd(node, settings); },
                                        static_cast<std::uint64_t>(rounds * local.steps));
          CHECK(testing::deviation(x, delayed_means(on, f, start, local, divisor, rounds)) < 1e-12);
        }
      }
    }
  }
}

TEST_CASE("RelaySGD ends at the minimum itself, however data differ") {
  // At rest the adapted models do not change: every node is at their mean x̄ = x̄ − η Σ_i (A_i x̄ − b_i)/n, which is the
  // minimum of Σ f_i, on any tree and for every step size that lets it come to rest.
  for (const Tree& on : trees()) {
    CAPTURE(on.name);
    const NodeId n = on.mixing.size();
    const Quadratics f = testing::heterogeneous_quadratics(n, d);
    const testing::SynchronousRun run{.mixing = on.mixing, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    for (const Divisor divisor : {Divisor::received, Divisor::nodes}) {
      const RelaySgd settings{.step_size = eta, .divide_by = divisor};
      const MatrixXd x = run.models([=](Node& node) { return relay_sgd(node, settings); }, 1000);
      CHECK((x.rowwise() - f.minimum()).cwiseAbs().maxCoeff() < 1e-12);
    }
  }
}

}  // namespace
}  // namespace gossamer::relay_sgd_test
