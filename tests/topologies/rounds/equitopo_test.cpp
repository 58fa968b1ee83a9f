#include <cmath>
#include <map>
#include <tuple>

#include <doctest/doctest.h>

#include "tests/topologies/rounds/periods.hpp"
#include "topologies/consensus_factor.hpp"
#include "topologies/graphs/equistatic.hpp"
#include "topologies/rounds/equidyn.hpp"
#include "topologies/spectrum.hpp"

namespace gossamer {
namespace {

using testing::largest_beside_constant;

/// E[W] and E[WᵀW] over rounds that are equally likely.
struct Moments {
  Eigen::MatrixXd mean, square;
};
Moments moments(const std::vector<Mixing>& rounds) {
  const NodeId n = rounds.front().size();
  Moments result{Eigen::MatrixXd::Zero(n, n), Eigen::MatrixXd::Zero(n, n)};
  const auto count = static_cast<double>(rounds.size());
  for (const Mixing& w : rounds) {
    result.mean += Eigen::MatrixXd(w.matrix()) / count;
    result.square += Eigen::MatrixXd(SparseMatrix(w.matrix().transpose()) * w.matrix()) / count;
  }
  return result;
}

std::vector<Mixing> all_od(NodeId n, double eta) {
  std::vector<Mixing> rounds;
  for (NodeId u = 1; u < n; ++u) rounds.push_back(od_equidyn_round(n, u, eta));
  return rounds;
}
std::vector<Mixing> all_ou(NodeId n, double eta) {
  std::vector<Mixing> rounds;
  for (NodeId u = 1; u < n; ++u)
    for (NodeId start = 0; start < n; ++start) rounds.push_back(ou_equidyn_round(n, u, start, eta));
  return rounds;
}

TEST_CASE("OD-EquiDyn contracts every direction by c² + e² − 2ce/(n − 1), which is 1/2 − 1/(2n) for h = 1/2") {
  for (const NodeId n : {2, 5, 10, 17})
    for (const double h : {0.5, 0.53, 1.0, n / (2.0 * (n - 1))}) {
      const double e = h * (n - 1) / n, c = 1 - e;
      const double expected = c * c + e * e - 2 * c * e / (n - 1);
      const RandomRounds rounds = od_equidyn(n, {}, h, 1);
      const Eigen::MatrixXd closed =
          expected * Eigen::MatrixXd::Identity(n, n) + (1 - expected) / n * Eigen::MatrixXd::Ones(n, n);
      CHECK((moments(all_od(n, h)).square - closed).norm() < 1e-14);
      CHECK((Eigen::MatrixXd(rounds.square()) - closed).norm() < 1e-14);
      CHECK((Eigen::MatrixXd(rounds.mean->matrix()) - moments(all_od(n, h)).mean).norm() < 1e-14);
      if (h == 0.5) CHECK(std::abs(expected - 0.5 * (1 - 1.0 / n)) < 1e-15);
    }
  // The least factor, at h = n/(2(n − 1)) = 0.53125 for n = 17, is (1 − 1/(n − 1))/2.
  const ConsensusFactor least = *consensus_factor(RandomSchedule{od_equidyn(17, {}, 17.0 / 32, 1)});
  CHECK(std::abs(least.factor * least.factor - 0.5 * (1 - 1.0 / 16)) < 1e-14);
  CHECK(least.expected);
}

TEST_CASE("OU-EquiDyn contracts by 0.5448, 0.5481 and 0.5465, and its moments are those of all offsets and starts") {
  for (const auto& [n, h, published] : {std::tuple{10, 0.5, 0.5448}, {17, 0.5, 0.5481}, {17, 0.53, 0.5465}}) {
    const Moments enumerated = moments(all_ou(n, h));
    const RandomRounds rounds = ou_equidyn(n, {}, h, 1);
    CHECK((Eigen::MatrixXd(rounds.square()) - enumerated.square).norm() < 1e-13);
    CHECK((Eigen::MatrixXd(rounds.mean->matrix()) - enumerated.mean).norm() < 1e-13);
    CHECK(std::abs(largest_beside_constant(rounds.square()) - published) < 5e-5);
  }
}

TEST_CASE("with M static offsets the moments are those of these offsets, with their multiplicity") {
  const NodeId n = 11;
  const std::vector<NodeId> offsets{3, 3, 5};
  std::vector<Mixing> directed, paired;
  for (const NodeId u : offsets) {
    directed.push_back(od_equidyn_round(n, u, 0.4));
    for (NodeId start = 0; start < n; ++start) paired.push_back(ou_equidyn_round(n, u, start, 0.4));
  }
  CHECK((Eigen::MatrixXd(od_equidyn(n, offsets, 0.4, 1).square()) - moments(directed).square).norm() < 1e-14);
  CHECK((Eigen::MatrixXd(od_equidyn(n, offsets, 0.4, 1).mean->matrix()) - moments(directed).mean).norm() < 1e-14);
  CHECK((Eigen::MatrixXd(ou_equidyn(n, offsets, 0.4, 1).square()) - moments(paired).square).norm() < 1e-14);
  CHECK((Eigen::MatrixXd(ou_equidyn(n, offsets, 0.4, 1).mean->matrix()) - moments(paired).mean).norm() < 1e-14);
}

TEST_CASE("an EquiDyn round is drawn by its number: every offset as often as chance has it") {
  const NodeId n = 9;
  const RandomRounds rounds = od_equidyn(n, {}, 0.5, 3);
  std::map<NodeId, int> counts;
  constexpr int draws = 4000;
  for (std::uint64_t k = 0; k < draws; ++k) ++counts[rounds.draw(k).neighbors(0)[0]];
  CHECK(counts.size() == 8);
  // Each count is binomial: five standard deviations of √(4000 · 1/8 · 7/8) = 20.9.
  for (const auto& [offset, count] : counts) CHECK(std::abs(count - draws / 8) < 105);
  for (NodeId i = 0; i < n; ++i) CHECK(ou_equidyn(n, {}, 0.5, 3).draw(7).neighbors(i).size() <= 1);
}

TEST_CASE("all offsets together are exact averaging: the mean of the basis is J") {
  std::vector<NodeId> all;
  for (NodeId u = 1; u < 13; ++u) all.push_back(u);
  CHECK(spectrum(d_equistatic(13, all)).rho < 1e-14);
  CHECK(u_equistatic(13, all).is_symmetric());
  CHECK(spectrum(u_equistatic(13, all)).rho < 1e-14);
}

TEST_CASE("ρ of D- and U-EquiStatic over draws has the known means") {
  // The known values are means of 20 draws to two digits, as are these: they differ by √2 standard errors, of which
  // five are allowed, and by a rounding of 0.005.
  constexpr int draws = 20;
  for (const auto& [count, directed, undirected] : {std::tuple{4, 0.96, 0.90}, {8, 0.77, 0.70}, {16, 0.58, 0.47}}) {
    Eigen::ArrayXd d(draws), u(draws);
    for (int seed = 0; seed < draws; ++seed) {
      const auto offsets = equitopo_offsets("test", 256, count, static_cast<std::uint64_t>(seed));
      const auto rho = [&](auto build) {
        // Offsets that are all even leave two parts; ρ is 1 then.
        try {
          return spectrum(build(256, offsets)).rho;
        } catch (const TopologyError&) {
          return 1.0;
        }
      };
      d[seed] = rho(d_equistatic), u[seed] = rho(u_equistatic);
    }
    const auto close = [](const Eigen::ArrayXd& sample, double known) {
      const double error = std::sqrt((sample - sample.mean()).square().sum() / (draws - 1) / draws);
      CHECK(error < 0.03);
      CHECK(std::abs(sample.mean() - known) < 5 * std::sqrt(2.0) * error + 0.005);
    };
    close(d, directed);
    close(u, undirected);
  }
}

TEST_CASE("the guarantee asks for M = ⌈8 ln(2n/p)/(3 ε²)⌉ offsets, and then holds") {
  CHECK(equitopo_offset_count(300, 0.5, 0.1) == static_cast<NodeId>(std::ceil(8 / 0.75 * std::log(6000.0))));
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto offsets = equitopo_offsets("test", 100, equitopo_offset_count(100, 0.5, 1e-6), seed);
    CHECK(spectrum(d_equistatic(100, offsets)).rho < 0.5);  // fails with a probability of 1e-6
  }
}

TEST_CASE("offsets can be given, one by one") {
  CHECK(equitopo_offsets("d_equistatic", 10, std::vector<std::int64_t>{3, 9, 3}) == std::vector<NodeId>{3, 9, 3});
  // A^(3) twice of three: (2/3) · (9/10) for i + 3.
  CHECK(std::abs(d_equistatic(10, {3, 9, 3}).weight(0, 3) - 0.6) < 1e-15);
  CHECK_THROWS_WITH_AS(equitopo_offsets("d_equistatic", 10, std::vector<std::int64_t>{3, 10}),
                       "d_equistatic: offset 10 is out of range, expected 1 to 9, one below the number of nodes",
                       TopologyError);
  CHECK_THROWS_WITH_AS(equitopo_offsets("d_equistatic", 10, std::vector<std::int64_t>{}),
                       "d_equistatic: offset_list names no offset, expected at least 1", TopologyError);
}

TEST_CASE("one node, no offset and offsets that leave parts are refused") {
  CHECK_THROWS_WITH_AS(equitopo_offsets("d_equistatic", 1, 3, 1), "d_equistatic: needs at least 2 nodes, got 1",
                       TopologyError);
  CHECK_THROWS_WITH_AS(equitopo_offsets("d_equistatic", 8, 0, 1), "d_equistatic: needs at least 1 offset, got 0",
                       TopologyError);
  CHECK_THROWS_WITH_AS(od_equidyn(1, {}, 0.5, 1), "od_equidyn: needs at least 2 nodes, got 1", TopologyError);
  CHECK_THROWS_WITH_AS(od_equidyn(8, {2, 4}, 0.5, 1), doctest::Contains("the graph is not connected"), TopologyError);
}

}  // namespace
}  // namespace gossamer
