#include <array>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/LU>

#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/decentlam.hpp"
#include "algorithms/decentralized/dmsgd.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// The distance from the minimum at which D-PSGD and its momentum methods end on heterogeneous quadratics, as the step
// size vanishes.
namespace gossamer::bias_test {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::Quadratics;
using Form = DPsgd::Form;

constexpr NodeId n = 8;
constexpr double beta = 0.8;
constexpr std::array<double, 3> step_sizes{0.004, 0.002, 0.001};  ///< each half of the one before

/// One coordinate, so that 10⁴ rounds are cheap; curvatures from ½ to 1½.
Quadratics objective() {
  std::vector<MatrixXd> a;
  for (NodeId i = 0; i < n; ++i) a.push_back(MatrixXd::Constant(1, 1, 1 + 0.5 * std::sin(1 + 1.7 * i)));
  return {std::move(a), 2 * testing::normal_matrix(n, 1, 99)};
}

/// The limit, reached when 35 time constants of the slowest mode, that of the mean, have passed.
MatrixXd limit(const Program& program, const Quadratics& f, double eta) {
  const Mixing w = testing::ring(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = MatrixXd::Constant(n, 1, f.minimum()(0))};
  return run.models(program, static_cast<std::uint64_t>(35 / eta));
}

Program plain(Form form, double eta) {
  return [=](Node& node) { return d_psgd(node, {.step_size = eta, .form = form}); };
}

TEST_CASE("To first order D-PSGD ends off the mean by −η (I − W)⁺ G*, and the mean off the minimum as that implies") {
  // At the minimum x* gradients are the rows of G*, whose mean is zero. AWC at rest: (I − W) X = −η G(X), hence X − x̄ =
  // −η (I − W)⁺ G* + O(η²), and Σ_i g_i(x_i) = 0 moves the mean by η Ā⁻¹ mean(A_i [(I − W)⁺ G*]_i). For ATC W is
  // before (I − W)⁺. The remainder is of second order: relative to the first, it halves with η, to the η/(1 − ρ) ≤ 2 %
  // by which the third order is smaller than the second, times its constant.
  const Quadratics f = objective();
  const MatrixXd w{testing::ring(n).matrix()}, j = MatrixXd::Constant(n, n, 1.0 / n);
  const MatrixXd g = f.gradients(MatrixXd::Constant(n, 1, f.minimum()(0)));
  double curvature = 0;
  for (Index i = 0; i < n; ++i) curvature += f.a(i)(0, 0) / n;
  for (const Form form : {Form::awc, Form::atc}) {
    // (I − W)⁺ = (I − W + J)⁻¹ − J
    MatrixXd off = -((MatrixXd::Identity(n, n) - w + j).inverse() - j) * g;
    if (form == Form::atc) off = (w * off).eval();
    double shift = 0;
    for (Index i = 0; i < n; ++i) shift -= f.a(i)(0, 0) * off(i) / n / curvature;
    std::vector<double> spread_error, mean_error;
    for (const double eta : step_sizes) {
      const MatrixXd x = limit(plain(form, eta), f, eta);
      const double mean = x.mean();
      spread_error.push_back(((x.array() - mean).matrix() - eta * off).norm() / (eta * off).norm());
      mean_error.push_back(std::abs(mean - f.minimum()(0) - eta * shift) / std::abs(eta * shift));
    }
    for (const auto& error : {spread_error, mean_error}) {
      CAPTURE(error[0]);
      CAPTURE(error[1]);
      CAPTURE(error[2]);
      CHECK(error[0] < 0.1);
      CHECK(std::abs(error[0] / error[1] - 2) < 0.1);
      CHECK(std::abs(error[1] / error[2] - 2) < 0.05);
    }
  }
}

/// (1/n) Σ_i ‖x_i − x*‖²
double bias(const MatrixXd& x, const Quadratics& f) { return (x.rowwise() - f.minimum()).squaredNorm() / n; }

TEST_CASE("Momentum amplifies the bias of D-PSGD by 1/(1 − β)² as η vanishes, DecentLaM never") {
  // The bias is η² b (1 + c η + …), with momentum at η/(1 − β): the ratio is 1/(1 − β)² (1 + c η β/(1 − β) + …), so
  // that extrapolating linearly from two step sizes leaves an error of second order, which goes down fourfold with η/2.
  const Quadratics f = objective();
  const double amplification = 1 / ((1 - beta) * (1 - beta));
  std::vector<double> ratios;
  for (const double eta : step_sizes) {
    const double without = bias(limit(plain(Form::atc, eta), f, eta), f);
    const Program with_momentum = [=](Node& node) {
      return dmsgd(node, {.step_size = eta, .local = {.momentum = beta}});
    };
    ratios.push_back(bias(limit(with_momentum, f, eta), f) / without);
    const Program by_decentlam = [=](Node& node) { return decentlam(node, {.step_size = eta, .momentum = beta}); };
    CHECK(bias(limit(by_decentlam, f, eta), f) / without == doctest::Approx(1).epsilon(1e-9));
  }
  CAPTURE(ratios[0]);
  CAPTURE(ratios[1]);
  CAPTURE(ratios[2]);
  CHECK(ratios[0] < ratios[1]);
  CHECK(ratios[1] < ratios[2]);
  CHECK(ratios[2] < amplification);
  const double coarse = 2 * ratios[1] - ratios[0] - amplification, fine = 2 * ratios[2] - ratios[1] - amplification;
  CAPTURE(coarse);
  CAPTURE(fine);
  CHECK(std::abs(fine) < 0.02 * amplification);
  CHECK(std::abs(coarse / fine - 4) < 1);
}

}  // namespace
}  // namespace gossamer::bias_test
