#include <cmath>
#include <complex>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>

#include "algorithms/decentralized/d2.hpp"
#include "algorithms/decentralized/exact_diffusion.hpp"
#include "algorithms/decentralized/extra.hpp"
#include "algorithms/decentralized/gradient_tracking.hpp"
#include "algorithms/decentralized/lead.hpp"
#include "algorithms/decentralized/nids.hpp"
#include "tests/golden.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// The rate of convergence of exact methods on f_i(x) = ν/2 ‖x − c_i‖². Along an eigenvector v ⊥ 1 of a symmetric W,
// Wv = λv, the part s_k = vᵀX_k of the models follows a recurrence of its own in which c cancels,
//     s_{k+2} = p s_{k+1} − q s_k,      z² − p z + q = 0 at its roots,
// and the mean goes to c̄ by r = 1 − ην a round. With a = ην:
//     NIDS, exact diffusion, LEAD   X⁺ = M (2X − X_prev − η(G − G_prev)) with G = ν(X − C), and for LEAD
//                                   M = I − γ/2 (I − W), so μ = 1 − γ(1 − λ)/2:    p = μ (1 + r),   q = μ r
//     D²                            the same with μ = λ
//     EXTRA                         p = 1 + λ − a,   q = (1 + λ)/2 − a
//     gradient tracking             x⁺ = λx − ηy, y⁺ = λy + ν(x⁺ − x): p and q are trace and determinant of its
//                                   matrix, 2λ − a and λ(λ − a) − a(1 − λ) = λ² − a
//     gradient tracking, ATC        x⁺ = λ(x − ηy), y⁺ = λ(y + ν(x⁺ − x)):   p = 2λ − λ²a,   q = λ²(1 − a)
namespace gossamer::linear_rate_test {
namespace {

using Eigen::MatrixXd;
using Complex = std::complex<double>;

constexpr NodeId n = 8;
constexpr Index d = 2;
constexpr double nu = 0.5;
constexpr double eta = 0.2;
constexpr double a = eta * nu;  // 0.1
constexpr double r = 1 - a;

struct Recurrence {
  double p, q;

  /// Its roots, the larger one first.
  std::pair<Complex, Complex> roots() const {
    const Complex root = std::sqrt(Complex{p * p / 4 - q});
    const Complex one = p / 2 + root, other = p / 2 - root;
    return std::abs(one) >= std::abs(other) ? std::pair{one, other} : std::pair{other, one};
  }
};

struct Method {
  std::string name;
  Program program;
  std::function<Recurrence(double lambda)> mode;
  double rate;  ///< the largest factor of all modes, the mean's among them, to six digits
};

Recurrence of_differences(double mu) { return {mu * (1 + r), mu * r}; }

std::vector<Method> methods() {
  const auto lazy = [](double lambda) { return of_differences((1 + lambda) / 2); };
  return {
      {"NIDS", [](Node& node) { return nids(node, {.step_size = eta}); }, lazy, 0.901184},
      {"exact diffusion", [](Node& node) { return exact_diffusion(node, {.step_size = eta}); }, lazy, 0.901184},
      {"LEAD", [](Node& node) { return lead(node, {.step_size = eta}); }, lazy, 0.901184},
      {"LEAD, γ = 0.7", [](Node& node) { return lead(node, {.step_size = eta, .consensus_step = 0.7}); },
       [](double lambda) { return of_differences(1 - 0.35 * (1 - lambda)); },
       std::sqrt((1 - 0.35 * (2 - std::numbers::sqrt2) / 3) * r)},  // complex roots at λ_2 = (1 + √2)/3
      {"D²", [](Node& node) { return d2(node, {.step_size = eta}); }, of_differences, 0.949342},
      {"EXTRA", [](Node& node) { return extra(node, {.step_size = eta}); },
       [](double lambda) {
         return Recurrence{1 + lambda - a, (1 + lambda) / 2 - a};
       },
       0.9},
      {"gradient tracking",
       [](Node& node) { return gradient_tracking(node, {.step_size = eta, .form = GradientTracking::Form::non_atc}); },
       [](double lambda) {
         return Recurrence{2 * lambda - a, lambda * lambda - a};
       },
       0.903150},
      {"gradient tracking, ATC", [](Node& node) { return gradient_tracking(node, {.step_size = eta}); },
       [](double lambda) {
         return Recurrence{2 * lambda - lambda * lambda * a, lambda * lambda * (1 - a)};
       },
       0.9},
  };
}

/// The models after each of so many rounds.
std::vector<MatrixXd> history(const Program& program, const testing::SynchronousRun& run, int rounds) {
  std::vector<MatrixXd> models{run.start};
  for (int k = 1; k <= rounds; ++k) models.push_back(run.models(program, static_cast<std::uint64_t>(k)));
  return models;
}

TEST_CASE("Each mode of an exact method's error shrinks by the root of its own recurrence") {
  const MatrixXd c = testing::normal_matrix(n, d, 5);
  const testing::Quadratics f{std::vector<MatrixXd>(n, nu * MatrixXd::Identity(d, d)), nu * c};
  const Mixing w = testing::ring(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  const Eigen::SelfAdjointEigenSolver<MatrixXd> modes{MatrixXd{w.matrix()}};  // ascending: the last is the mean's
  constexpr int first = 10, last = 70;
  for (const Method& method : methods()) {
    CAPTURE(method.name);
    const std::vector<MatrixXd> x = history(method.program, run, last + 1);
    const auto part = [&](const Eigen::VectorXd& v, int k) { return v.dot(x[static_cast<std::size_t>(k)].col(0)); };
    double rate = r;
    for (Index mode = 0; mode < n - 1; ++mode) {
      const Eigen::VectorXd v = modes.eigenvectors().col(mode);
      const Recurrence s = method.mode(modes.eigenvalues()[mode]);
      CAPTURE(modes.eigenvalues()[mode]);
      for (int k = 0; k + 1 < last; ++k)  // models near 1 are known to 1e-15
        CHECK(std::abs(part(v, k + 2) - s.p * part(v, k + 1) + s.q * part(v, k)) < 1e-13);
      const auto [slow, fast] = s.roots();
      rate = std::max(rate, std::abs(slow));
      // s_{k+1} − fast s_k shrinks by `slow` alone; over 60 rounds a relative error of 1e-15/slow^70 is divided by 60.
      if (std::abs(slow) < 0.8) continue;  // too little is left of it
      const Complex before = part(v, first + 1) - fast * part(v, first),
                    after = part(v, last + 1) - fast * part(v, last);
      CHECK(std::pow(std::abs(after / before), 1.0 / (last - first)) == doctest::Approx(std::abs(slow)).epsilon(1e-9));
    }
    for (int k = 1; k <= last; ++k)  // the first step moves the mean, too
      CHECK((x[static_cast<std::size_t>(k)].colwise().mean() - c.colwise().mean() -
             std::pow(r, k) * (x[0] - c).colwise().mean())
                .norm() < 1e-13);
    CHECK(rate == doctest::Approx(method.rate).epsilon(6e-7));
  }
}

TEST_CASE("With too long a step non-ATC gradient tracking diverges, as its matrix predicts") {
  // On the golden instance (X, Y) moves by [[W, −ηI], [A(W − I), W − ηA]], up to a constant. Its largest eigenvalue is
  // one real number, −1.12419; models grow by it, once what grows by the next, 1, is left behind by 1.124^400 = 2e20.
  namespace golden = testing::golden;
  constexpr NodeId m = golden::nodes;
  const Mixing w = testing::ring(m);
  const auto objective = golden::objective();
  const MatrixXd mixing{w.matrix()}, identity = MatrixXd::Identity(m, m);
  MatrixXd curvature = MatrixXd::Zero(m, m);
  for (Index i = 0; i < m; ++i) curvature(i, i) = static_cast<double>(i + 1);
  MatrixXd matrix(2 * m, 2 * m);
  matrix << mixing, -golden::step_size * identity, curvature * (mixing - identity),
      mixing - golden::step_size * curvature;
  const double radius = matrix.eigenvalues().cwiseAbs().maxCoeff();
  CHECK(radius == doctest::Approx(1.12419).epsilon(5e-6));
  const testing::SynchronousRun run{.mixing = w, .objective = objective, .start = MatrixXd::Zero(m, 1)};
  const Program program = [](Node& node) {
    return gradient_tracking(node, {.step_size = golden::step_size, .form = GradientTracking::Form::non_atc});
  };
  const double before = run.models(program, 400).norm(), after = run.models(program, 500).norm();
  CHECK(std::pow(after / before, 0.01) == doctest::Approx(radius).epsilon(1e-9));
}

}  // namespace
}  // namespace gossamer::linear_rate_test
