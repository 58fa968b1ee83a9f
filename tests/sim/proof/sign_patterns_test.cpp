#include "sim/proof/sign_patterns.hpp"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>

#include "sim/proof/proof_error.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer::testing {
namespace {

Eigen::VectorXd vector(const std::vector<double>& values) {
  return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Index>(values.size()));
}

TEST_CASE("A signed W is doubly stochastic and has the eigenvalues for orthogonal signs") {
  struct Case {
    std::vector<double> eigenvalues;
    SpectrumInterval interval;
    Index nodes;
  };
  const std::vector<Case> cases{
      {{}, {-0.5, 0.5}, 2},
      {{0.9}, {-0.3, 0.9}, 2},
      {{-0.9}, {-0.9, 0.3}, 2},
      {{0.5, -0.5}, {-0.5, 0.5}, 4},
      {{0.0, 0.0, 0.0, 0.0, 0.0}, {0, 0}, 8},
      {{0.3, 0.3, -0.3}, {-0.4, 0.4}, 4},  // (1 − 0.3 − 0.3 − 0.3)/4 and more
      {{0.9, 0.9, -0.9, 0.9}, {-0.9, 0.9}, 16},
      {{0.6, 0.5, 0.6}, {0.4, 0.9}, 4},  // (1 + 0.5 − 0.6 − 0.6)/4 and more
      {{0.9, 0.5, 0.9}, {0.4, 0.9}, 8},  // (1 + 0.5 − 0.9 − 0.9)/4 is negative
  };
  for (const auto& [eigenvalues, interval, nodes] : cases) {
    const SignedMixing mixing = signed_mixing(vector(eigenvalues), interval);
    const Eigen::MatrixXd& W = mixing.W;
    REQUIRE(W.rows() == nodes);
    CHECK(W == W.transpose());
    CHECK(W.minCoeff() >= 0);
    CHECK((W.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-14);
    REQUIRE(mixing.signs.cols() == static_cast<Index>(eigenvalues.size()));
    CHECK((mixing.signs.array().abs() == 1).all());
    CHECK((W * mixing.signs - mixing.signs * vector(eigenvalues).asDiagonal()).norm() < 1e-13);
    CHECK(mixing.signs.colwise().sum().norm() == 0);
    CHECK(mixing.signs.transpose() * mixing.signs ==
          static_cast<double>(nodes) * Eigen::MatrixXd::Identity(mixing.signs.cols(), mixing.signs.cols()));
    const Eigen::VectorXd all = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>{W}.eigenvalues();  // ascending
    CHECK(all[0] >= interval.least - 1e-12);
    CHECK(all[nodes - 2] <= interval.largest + 1e-12);
  }
}

TEST_CASE("A W that needs negative weights is refused") {
  // Of two signs whose mean product over w is -0.9 each, that of the product is at least 0.8, which is out of the interval.
  CHECK(message_of<ProofError>([] {
          signed_mixing(vector({-0.9, -0.9}), {-0.9, 0.3});
        }) == "a W with the eigenvalues of this worst case needs negative weights, which no run allows");
}

}  // namespace
}  // namespace gossamer::testing
