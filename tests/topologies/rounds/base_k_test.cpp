#include "topologies/rounds/base_k.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include <doctest/doctest.h>

#include "tests/topologies/rounds/periods.hpp"

namespace gossamer {
namespace {

using testing::distance_to_exact;

TEST_CASE("a period of the Base-(k + 1) graph averages exactly, in at most 2 log_{k+1} n + 2 rounds of degree k") {
  for (NodeId k = 1; k <= 4; ++k)
    for (NodeId n = 1; n < 100; ++n) {
      CAPTURE(k);
      CAPTURE(n);
      const std::vector<Mixing> rounds = base_k(n, k);
      CHECK(distance_to_exact(rounds) < 1e-14);
      CHECK(static_cast<double>(rounds.size()) <= 2 * std::log(n) / std::log(k + 1) + 2);
      for (const Mixing& round : rounds) {
        // `Mixing` proves that weights are nonnegative and that rows and columns sum to 1.
        CHECK(round.stochasticity() == Stochasticity::doubly);
        CHECK(round.is_symmetric());
        for (NodeId i = 0; i < n; ++i) CHECK(round.neighbors(i).size() <= static_cast<std::size_t>(k));
      }
    }
}

TEST_CASE("the periods are as short as the paper's constructions make them") {
  const std::map<std::pair<NodeId, NodeId>, std::size_t> lengths{{{1, 5}, 5}, {{1, 6}, 4}, {{1, 7}, 5}, {{1, 25}, 9},
                                                                 {{2, 5}, 3}, {{2, 6}, 2}, {{2, 7}, 4}, {{2, 25}, 6},
                                                                 {{3, 5}, 3}, {{3, 6}, 2}, {{3, 7}, 3}, {{3, 25}, 5}};
  for (const auto& [sizes, length] : lengths) CHECK(base_k(sizes.second, sizes.first).size() == length);
}

TEST_CASE("where n is a power of k + 1 the rounds are cliques, log_{k+1} n of them") {
  const std::vector<Mixing> rounds = base_k(81, 2);
  CHECK(rounds.size() == 4);
  for (const Mixing& round : rounds)
    for (NodeId i = 0; i < 81; ++i) {
      CHECK(round.neighbors(i).size() == 2);
      CHECK(round.weight(i, round.neighbors(i)[0]) == 1.0 / 3);
    }
}

/// ‖W(t − 1) ⋯ W(0) − J‖_F² after t = 1, 2, … rounds
std::vector<double> left_after(const std::vector<const Mixing*>& rounds) {
  const NodeId n = rounds.front()->size();
  Eigen::MatrixXd product = Eigen::MatrixXd::Identity(n, n);
  std::vector<double> result;
  for (const Mixing* round : rounds) {
    product = (round->matrix() * product).eval();
    result.push_back((product.array() - 1.0 / n).square().sum());
  }
  return result;
}
std::vector<const Mixing*> pointers(const std::vector<Mixing>& rounds) {
  std::vector<const Mixing*> result;
  for (const Mixing& round : rounds) result.push_back(&round);
  return result;
}

TEST_CASE("cliques of the largest factor come first: after l of them n/(f_1 ⋯ f_l) − 1 is left of Γ") {
  const std::vector<double> six = left_after(pointers(base_k(6, 2)));  // 3 · 2
  CHECK(std::abs(six[0] - 1) < 1e-14);
  const std::vector<double> thirty = left_after(pointers(base_k(30, 4)));  // 5 · 3 · 2
  CHECK(std::abs(thirty[0] - 5) < 1e-13);
  CHECK(std::abs(thirty[1] - 1) < 1e-13);
}

/// Whether an order of rounds, given by their numbers, arises from exchanging neighbors that commute: all pairs that do
/// not commute are in their old order.
bool keeps_dependencies(const std::vector<std::size_t>& order, const Eigen::MatrixXi& commute) {
  for (std::size_t a = 0; a < order.size(); ++a)
    for (std::size_t b = a + 1; b < order.size(); ++b)
      if (order[a] > order[b] && commute(static_cast<int>(order[a]), static_cast<int>(order[b])) == 0) return false;
  return true;
}

TEST_CASE("no exchange of rounds that commute leaves less of Γ, summed over the rounds of a period") {
  // 10 = 2 · 5, 14 = 2 · 7 and 20 = 4 · 5: rounds across groups, which commute with those within them.
  for (const auto& [n, k] :
       {std::pair{NodeId{10}, NodeId{1}}, {14, 1}, {20, 1}, {10, 2}, {14, 2}, {15, 2}, {14, 3}, {6, 2}, {30, 4}}) {
    const std::vector<Mixing> rounds = base_k(n, k);
    const auto count = static_cast<int>(rounds.size());
    Eigen::MatrixXi commute(count, count);
    for (int a = 0; a < count; ++a)
      for (int b = 0; b < count; ++b) {
        const SparseMatrix& first = rounds[static_cast<std::size_t>(a)].matrix();
        const SparseMatrix& second = rounds[static_cast<std::size_t>(b)].matrix();
        commute(a, b) = SparseMatrix(first * second - second * first).norm() < 1e-12 ? 1 : 0;
      }
    const auto sum_of = [&rounds = rounds](const std::vector<std::size_t>& order) {
      std::vector<const Mixing*> chosen;
      for (const std::size_t r : order) chosen.push_back(&rounds[r]);
      const std::vector<double> left = left_after(chosen);
      CHECK(left.back() < 1e-20);
      return std::accumulate(left.begin(), left.end(), 0.0);
    };
    std::vector<std::size_t> order(rounds.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const double found = sum_of(order);
    double least = found, most = found;
    do {
      if (!keeps_dependencies(order, commute)) continue;
      const double sum = sum_of(order);
      least = std::min(least, sum), most = std::max(most, sum);
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(found < least + 1e-12);
    CHECK(found < most - 1e-3);  // other orders are worse
  }
}

TEST_CASE("a degree above the number of nodes takes one round of all") {
  CHECK(base_k(6, 100).size() == 1);
  CHECK(distance_to_exact(base_k(6, 100)) < 1e-15);
}

TEST_CASE("no node and no neighbor are refused") {
  CHECK_THROWS_WITH_AS(base_k(0, 2), "base_k: needs at least 1 node, got 0", TopologyError);
  CHECK_THROWS_WITH_AS(base_k(5, 0), "base_k: degree must be at least 1, got 0", TopologyError);
}

}  // namespace
}  // namespace gossamer
