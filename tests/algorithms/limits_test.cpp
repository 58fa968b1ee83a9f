#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/LU>

#include "algorithms/decentralized/actc.hpp"
#include "algorithms/decentralized/choco_sgd.hpp"
#include "algorithms/decentralized/d2.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/da_dmsgd.hpp"
#include "algorithms/decentralized/decentlam.hpp"
#include "algorithms/decentralized/dmsgd.hpp"
#include "algorithms/decentralized/exact_diffusion.hpp"
#include "algorithms/decentralized/extra.hpp"
#include "algorithms/decentralized/gradient_tracking.hpp"
#include "algorithms/decentralized/lead.hpp"
#include "algorithms/decentralized/nids.hpp"
#include "algorithms/decentralized/qg_dmsgd.hpp"
#include "tests/codecs.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// The limits of synchronous algorithms on heterogeneous quadratics without noise: the solutions of linear systems. With
// all models in one vector x, node after node, WW = W ⊗ I and A = diag(A_1, …, A_n), an update at rest is
//     AWC  x = WW x − η (A x − b)          ATC  x = WW (x − η (A x − b))
namespace gossamer::limits_test {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::Quadratics;
using Form = DPsgd::Form;

constexpr NodeId n = 8;
constexpr Index d = 3;
constexpr double eta = 0.2;

/// The system's matrices, nd × nd.
struct System {
  MatrixXd ww, a, identity;
  VectorXd b;

  System(const MatrixXd& w, const Quadratics& f)
      : ww{MatrixXd::Zero(n * d, n * d)}, a{ww}, identity{MatrixXd::Identity(n * d, n * d)}, b{n * d} {
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j) ww.block(i * d, j * d, d, d) = w(i, j) * MatrixXd::Identity(d, d);
      a.block(i * d, i * d, d, d) = f.a(i);
      b.segment(i * d, d) = f.b().row(i).transpose();
    }
  }

  MatrixXd solve(const MatrixXd& matrix, const VectorXd& right) const {
    const VectorXd x = matrix.lu().solve(right);
    return Eigen::Map<const MatrixXd>(x.data(), d, n).transpose();
  }
  MatrixXd awc(double step) const { return solve(identity - ww + step * a, step * b); }
  MatrixXd atc(double step) const { return solve(identity - ww * (identity - step * a), step * ww * b); }
  MatrixXd cta(double step) const { return solve(identity - (identity - step * a) * ww, step * b); }
};

MatrixXd relaxed(const MatrixXd& w, double gamma) {
  return (1 - gamma) * MatrixXd::Identity(w.rows(), w.rows()) + gamma * w;
}

struct Expected {
  std::string name;
  Program program;
  MatrixXd models;
};

/// Rounds after which nothing moves: the slowest mode of all tests below shrinks by 1 − η ½ ζ = 0.97 with ζ = 0.3, and
/// 0.97^1500 = 1e-20.
constexpr std::uint64_t rounds = 1500;

void check(const std::vector<Expected>& all, const testing::SynchronousRun& run) {
  for (const Expected& one : all) {
    CAPTURE(one.name);
    CHECK(testing::deviation(run.models(one.program, rounds), one.models) < 1e-12);
  }
}

TEST_CASE("Each form of D-PSGD ends where its own fixed point solves, on directed graphs, too") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  for (const Mixing& w : {testing::ring(n), testing::exponential(n), testing::tangle(n)}) {
    const System system{MatrixXd{w.matrix()}, f};
    check({{"AWC", [](Node& node) { return d_psgd(node, {.step_size = eta, .form = Form::awc}); }, system.awc(eta)},
           {"ATC", [](Node& node) { return d_psgd(node, {.step_size = eta, .form = Form::atc}); }, system.atc(eta)},
           {"CTA", [](Node& node) { return d_psgd(node, {.step_size = eta, .form = Form::cta}); }, system.cta(eta)}},
          {.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)});
  }
}

TEST_CASE(
    "Momentum methods end where D-PSGD does with the step η/(1 − β), or as if they had none, as their papers say") {
  // On directed graphs, whose W has complex eigenvalues, DecentLaM and quasi-global momentum need not converge.
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  constexpr double beta = 0.6;
  for (const Mixing& w : {testing::ring(n), testing::line(n)}) {
    const System system{MatrixXd{w.matrix()}, f};
    const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    std::vector<Expected> all;
    for (const bool nesterov : {false, true}) {  // d = g (1 + β/(1 − β)) = g/(1 − β) at rest, either way
      const LocalSteps local{.momentum = beta, .nesterov = nesterov};
      all.push_back({"DmSGD, ATC", [=](Node& node) { return dmsgd(node, {.step_size = eta, .local = local}); },
                     system.atc(eta / (1 - beta))});
      all.push_back({"DmSGD, AWC",
                     [=](Node& node) { return dmsgd(node, {.step_size = eta, .form = Form::awc, .local = local}); },
                     system.awc(eta / (1 - beta))});
      all.push_back({"QG-DmSGD",
                     [=](Node& node) {
                       return qg_dmsgd(
                           node, {.step_size = eta, .momentum = beta, .global_momentum = 0.7, .nesterov = nesterov});
                     },
                     system.atc(nesterov ? eta * (1 + beta) : eta)});  // m = 0 at rest, h = g
    }
    for (const double some : {0.0, 0.3, 0.8})
      all.push_back({"DecentLaM", [=](Node& node) { return decentlam(node, {.step_size = eta, .momentum = some}); },
                     system.atc(eta)});
    const MatrixXd k = (system.identity - beta * system.ww).inverse();  // h = β m + g, m = WW h: h = K g
    all.push_back(
        {"DA-DmSGD", [](Node& node) { return da_dmsgd(node, {.step_size = eta, .momentum = beta}); },
         system.solve(system.identity - system.ww + eta * system.ww * k * system.a, eta * system.ww * k * system.b)});
    check(all, run);
  }
}

TEST_CASE("The limit of CTA, mixed once more, is that of ATC") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::tangle(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = MatrixXd::Zero(n, d)};
  const auto limit = [&](Form form) {
    return run.models([=](Node& node) { return d_psgd(node, {.step_size = eta, .form = form}); }, rounds);
  };
  CHECK(testing::deviation(w.matrix() * limit(Form::cta), limit(Form::atc)) < 1e-12);
}

TEST_CASE("CHOCO-SGD converges to the limit of D-PSGD on (1 − γ) I + γ W for every Q") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  constexpr double gamma = 0.6;
  for (const Mixing& w : {testing::ring(n), testing::tangle(n)}) {
    const System system{relaxed(MatrixXd{w.matrix()}, gamma), f};
    const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    for (const double factor : {0.5, 0.9}) {
      const auto codec = std::make_shared<testing::Scaling>(factor);
      const auto choco = [=](ChocoSgd::Order order) -> Program {
        return [=](Node& node) {
          return choco_sgd(node, {.step_size = eta, .consensus_step = gamma, .order = order, .compressor = codec});
        };
      };
      check({{"the paper's order", choco(ChocoSgd::Order::paper), system.atc(eta)},
             {"the code's order", choco(ChocoSgd::Order::awc), system.awc(eta)}},
            run);
    }
  }
}

TEST_CASE("ACTC without compression converges to the limit of D-PSGD's ATC for every ζ") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  for (const Mixing& w : {testing::ring(n), testing::tangle(n)}) {
    const System system{MatrixXd{w.matrix()}, f};
    const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    for (const double zeta : {0.3, 0.7, 1.0})
      check({{"ACTC", [=](Node& node) { return actc(node, {.step_size = eta, .stability = zeta}); }, system.atc(eta)}},
            run);
  }
}

TEST_CASE(
    "On a matrix whose rows alone sum to 1, ACTC ends where ATC solves: at first order, where Σ_i π_i f_i is least") {
  // πᵀ W = πᵀ. At rest x = W (x − η g(x)): πᵀ g = 0; models differ from each other and from the minimum by O(η).
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const SparseMatrix rows = testing::unequal_shares(n).transpose();
  const Mixing w{rows, {.stochasticity = Stochasticity::rows}};
  const MatrixXd dense{rows};
  MatrixXd equations = dense.transpose() - MatrixXd::Identity(n, n);
  equations.row(0).setOnes();  // Σ π_i = 1 in place of one of n dependent equations
  const VectorXd pi = equations.lu().solve(VectorXd::Unit(n, 0));
  MatrixXd sum = MatrixXd::Zero(d, d);
  for (Index i = 0; i < n; ++i) sum += pi(i) * f.a(i);
  const Eigen::RowVectorXd weighted = sum.lu().solve(f.b().transpose() * pi).transpose();
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  std::vector<double> off;
  for (const double step : {0.02, 0.01}) {
    const MatrixXd x = run.models([=](Node& node) { return actc(node, {.step_size = step}); }, 6000);
    // The sum of 6000 differences keeps their roundings, some √6000 · 1e-15; at rest models are off by 2/η of that.
    CHECK(testing::deviation(x, System{dense, f}.atc(step)) < 2e-11);
    off.push_back((x.rowwise() - weighted).norm());
  }
  CHECK(std::abs(off[0] / off[1] - 2) < 0.1);  // the next order is smaller by η/(1 − |λ_2|) < 0.1
  CHECK((weighted - f.minimum()).norm() > 5 * off[1]);
}

/// Recursions in differences, and LEAD's dual, have a unit eigenvalue: they add up the roundings of all rounds, 1500
/// times some 1e-16 of models and of duals near 5, which the limit feels by 1/(1 − λ_2) = 5 at most.
constexpr double summed_roundings = 4e-12;

struct Method {
  std::string name;
  Program program;
};
std::vector<Method> exact_methods(LocalSteps local) {
  return {
      {"EXTRA", [=](Node& node) { return extra(node, {.step_size = eta, .local = local}); }},
      {"NIDS", [=](Node& node) { return nids(node, {.step_size = eta, .local = local}); }},
      {"exact diffusion", [=](Node& node) { return exact_diffusion(node, {.step_size = eta, .local = local}); }},
      {"D²", [=](Node& node) { return d2(node, {.step_size = eta, .local = local}); }},
      {"GT, ATC", [=](Node& node) { return gradient_tracking(node, {.step_size = eta, .local = local}); }},
      {"GT",
       [=](Node& node) {
         return gradient_tracking(node, {.step_size = eta, .form = GradientTracking::Form::non_atc, .local = local});
       }},
      {"LEAD", [=](Node& node) { return lead(node, {.step_size = eta, .local = local}); }},
      {"LEAD, compressed",
       [=](Node& node) {
         return lead(node, {.step_size = eta, .compressor = std::make_shared<testing::Scaling>(0.9), .local = local});
       }},
  };
}

TEST_CASE("Exact methods end at the minimum of the sum, on every node, however objectives differ") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::ring(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  for (const Method& method : exact_methods({})) {
    CAPTURE(method.name);
    const MatrixXd x = run.models(method.program, rounds);
    CHECK((x.rowwise() - f.minimum()).cwiseAbs().maxCoeff() < summed_roundings);
  }
}

TEST_CASE("With H local steps exact methods converge to the point where displacements cancel, not to the minimum") {
  // H steps from x move node i by −M_i (x − θ_i), with M_i = I − (I − η A_i)^H and θ_i = A_i⁻¹ b_i its own minimum. An
  // exact method ends at a common x where Σ_i M_i (x − θ_i) = 0: the fixed point of local SGD.
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::ring(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  for (const int steps : {2, 3}) {
    MatrixXd sum = MatrixXd::Zero(d, d);
    VectorXd right = VectorXd::Zero(d);
    for (Index i = 0; i < n; ++i) {
      const MatrixXd identity = MatrixXd::Identity(d, d), one = identity - eta * f.a(i);
      const MatrixXd moved = identity - (steps == 2 ? MatrixXd{one * one} : MatrixXd{one * one * one});
      sum += moved;
      right += moved * f.a(i).lu().solve(f.b().row(i).transpose());
    }
    const Eigen::RowVectorXd expected = sum.lu().solve(right).transpose();
    CHECK((expected - f.minimum()).norm() > 1e-3);
    for (const Method& method : exact_methods({.steps = steps})) {
      if (method.name == "GT" || method.name == "D²") continue;  // need smaller steps: η H is too long for them
      CAPTURE(method.name);
      const MatrixXd x = run.models(method.program, rounds * static_cast<std::uint64_t>(steps));
      CHECK((x.rowwise() - expected).cwiseAbs().maxCoeff() < summed_roundings);
    }
  }
}

TEST_CASE(
    "With equal curvatures ν, H local steps are one of step 1 − (1 − ην)^H: (I − a W) x = (1 − a) W c, and so on") {
  // f_i(x) = ν/2 ‖x − c_i‖²: H steps take z to c_i + a (z − c_i) with a = (1 − ην)^H.
  constexpr double nu = 0.7;
  const MatrixXd c = testing::normal_matrix(n, d, 5), identity = MatrixXd::Identity(n, n);
  const Quadratics f{std::vector<MatrixXd>(n, nu * MatrixXd::Identity(d, d)), nu * c};
  for (const Mixing& mixing : {testing::ring(n), testing::tangle(n)}) {
    const MatrixXd w{mixing.matrix()};
    const testing::SynchronousRun run{.mixing = mixing, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    for (const int steps : {1, 2, 5}) {
      const double a = std::pow(1 - eta * nu, steps);
      const auto limit = [&](Form form) {
        const Program program = [=](Node& node) {
          return d_psgd(node, {.step_size = eta, .form = form, .local = {.steps = steps}});
        };
        return run.models(program, rounds * static_cast<std::uint64_t>(steps));
      };
      CAPTURE(steps);
      CHECK(testing::deviation(limit(Form::atc), (identity - a * w).lu().solve((1 - a) * w * c)) < 1e-12);
      CHECK(testing::deviation(limit(Form::cta), (identity - a * w).lu().solve((1 - a) * c)) < 1e-12);
      // AWC is stable where λ_min(W) − (1 − a) > −1; the ring's is −1/3, and a > 1/3 here.
      CHECK(testing::deviation(limit(Form::awc), ((2 - a) * identity - w).lu().solve((1 - a) * c)) < 1e-12);
    }
  }
}

}  // namespace
}  // namespace gossamer::limits_test
