#include "topologies/common_modes.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "topologies/circulant.hpp"

namespace gossamer {
namespace {

using Rounds = std::vector<std::shared_ptr<const Mixing>>;

std::shared_ptr<const Mixing> mixing_of(const Eigen::MatrixXd& w) {
  return std::make_shared<const Mixing>(SparseMatrix{w.sparseView()}, MixingPromise{.connectivity = Connectivity::any});
}

std::vector<double> real_parts(const Eigen::VectorXcd& eigenvalues) {
  std::vector<double> result;
  for (const std::complex<double>& value : eigenvalues) result.push_back(value.real());
  std::sort(result.begin(), result.end());
  return result;
}

/// A path of four nodes with Metropolis-Hastings weights.
Eigen::MatrixXd path_of_four() {
  Eigen::MatrixXd w = Eigen::MatrixXd::Zero(4, 4);
  for (int i = 0; i < 3; ++i) w(i, i + 1) = w(i + 1, i) = 1.0 / 3;
  for (int i = 0; i < 4; ++i) w(i, i) = 1 - w.row(i).sum();
  return w;
}

TEST_CASE("A circulant has one eigenvalue of each conjugate pair, and looks alike") {
  // (I + C)/2 on four nodes: (1 + i^j)/2, j = 1, 2, 3.
  const Rounds rounds{std::make_shared<const Mixing>(circulant(4, {{0, 0.5}, {1, 0.5}}))};
  const auto modes = common_modes(rounds);
  REQUIRE(modes);
  CHECK(modes->looks_alike);
  REQUIRE(modes->rounds.front().size() == 2);
  CHECK(std::abs(modes->rounds.front()[0] - std::complex<double>{0.5, 0.5}) < 1e-14);
  CHECK(modes->rounds.front()[1] == 0.0);
}

TEST_CASE("A path does not look alike from every node, and a graph of two pairs does") {
  // I − Lap/3 has the eigenvalues 1 − (2 − 2 cos(πk/4))/3, k = 1, 2, 3.
  const auto path = common_modes(Rounds{mixing_of(path_of_four())});
  REQUIRE(path);
  CHECK_FALSE(path->looks_alike);
  const std::vector<double> found = real_parts(path->rounds.front());
  REQUIRE(found.size() == 3);
  CHECK(found[0] == doctest::Approx(1 - (2 + std::sqrt(2.0)) / 3));
  CHECK(found[1] == doctest::Approx(1.0 / 3));
  CHECK(found[2] == doctest::Approx(1 - (2 - std::sqrt(2.0)) / 3));
  Eigen::MatrixXd pairs = Eigen::MatrixXd::Zero(4, 4);  // nodes 0 and 1, and 2 and 3: no circulant
  pairs.topLeftCorner(2, 2).setConstant(0.5);
  pairs.bottomRightCorner(2, 2).setConstant(0.5);
  const auto twice = common_modes(Rounds{mixing_of(pairs)});
  REQUIRE(twice);
  CHECK(twice->looks_alike);
  CHECK(real_parts(twice->rounds.front()).size() == 2);  // 1 and 0
}

TEST_CASE("Rounds that commute have tuples of eigenvalues, and rounds that do not have none") {
  // On the square 0-1-3-2-0: pairs along one side, then along the other. Tuples (1, 0), (0, 1), (0, 0).
  Eigen::MatrixXd first = Eigen::MatrixXd::Zero(4, 4), second = first;
  for (int i = 0; i < 4; ++i) {
    first(i, i) = first(i, i ^ 1) = 0.5;
    second(i, i) = second(i, i ^ 2) = 0.5;
  }
  const auto modes = common_modes(Rounds{mixing_of(first), mixing_of(second)});
  REQUIRE(modes);
  CHECK(modes->looks_alike);
  REQUIRE(modes->rounds.size() == 2);
  REQUIRE(modes->rounds[0].size() == 3);
  double products = 0, sums = 0;
  for (Eigen::Index j = 0; j < 3; ++j) {
    products += (modes->rounds[0][j] * modes->rounds[1][j]).real();
    sums += (modes->rounds[0][j] + modes->rounds[1][j]).real();
  }
  CHECK(std::abs(products) < 1e-12);
  CHECK(sums == doctest::Approx(2));
  CHECK_FALSE(common_modes(Rounds{mixing_of(first), mixing_of(path_of_four())}));
}

}  // namespace
}  // namespace gossamer
