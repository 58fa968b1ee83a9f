#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/QR>

#include "sim/ground/random.hpp"
#include "sim/learning/models/quadratics.hpp"
#include "sim/proof/sign_patterns.hpp"
#include "tests/sim/proof/attained.hpp"
#include "tests/sim/proof/golden_programs.hpp"

namespace gossamer::testing {
namespace {

constexpr int problems_in_all = 10'000;

Eigen::VectorXd normal(Index size, Draws& draws) {
  Eigen::VectorXd x(size);
  for (double& element : x) element = standard_normal(draws);
  return x;
}

Eigen::MatrixXd random_axes(Index d, Draws& draws) {
  Eigen::MatrixXd normals(d, d);
  for (double& element : normals.reshaped()) element = standard_normal(draws);
  return Eigen::HouseholderQR<Eigen::MatrixXd>{normals}.householderQ();
}

/// Often 0 or 1, where worst cases are.
double random_share(Draws& draws) { return std::clamp(1.6 * draws.uniform() - 0.3, 0.0, 1.0); }

/// Gradients at x*, one per column: their mean is zero, and their mean square ζ².
Eigen::MatrixXd random_slopes(Index d, Index n, double zeta, Draws& draws) {
  Eigen::MatrixXd slopes(d, n);
  for (double& element : slopes.reshaped()) element = standard_normal(draws);
  slopes.colwise() -= slopes.rowwise().mean().eval();
  return slopes * (zeta / std::sqrt(slopes.squaredNorm() / static_cast<double>(n)));
}

/// f_i(x) = (x − x*)ᵀA_i(x − x*)/2 + s_iᵀ(x − x*), with eigenvalues of A_i in [μ, L].
QuadraticTerms random_quadratics(const FunctionClass& among, const Eigen::VectorXd& optimum,
                                 const Eigen::MatrixXd& slopes, Draws& draws) {
  const Index d = optimum.size();
  QuadraticTerms terms{.A = {}, .b = slopes};
  for (Index i = 0; i < slopes.cols(); ++i) {
    const Eigen::MatrixXd Q = random_axes(d, draws);
    Eigen::VectorXd eigenvalues(d);
    for (double& eigenvalue : eigenvalues)  // f has one minimum only
      eigenvalue = among.mu + (among.L - among.mu) * std::max(random_share(draws), 1e-3);
    const Eigen::MatrixXd A = Q * eigenvalues.asDiagonal() * Q.transpose();
    terms.A.push_back((A + A.transpose()) / 2);
    terms.b.col(i) = terms.A.back() * optimum - slopes.col(i);
  }
  return terms;
}

/// Interpolations of points of μ/2 ‖y‖² + (L − μ) Σ_k w_k h_k(q_k·y) + s_iᵀy, y = x − x*, where h_k is Huber's function:
/// t²/2 up to a width, then linear.
InterpolatedTerms random_interpolations(const FunctionClass& among, const Eigen::VectorXd& optimum,
                                        const Eigen::MatrixXd& slopes, Draws& draws) {
  const Index d = optimum.size(), count = 6;
  InterpolatedTerms terms{.among = among, .nodes = {}, .optimum = optimum};
  for (Index i = 0; i < slopes.cols(); ++i) {
    const Eigen::MatrixXd Q = random_axes(d, draws);
    Eigen::VectorXd weights(d), widths(d);
    for (double& weight : weights) weight = random_share(draws);
    for (double& width : widths) width = draws.uniform() * optimum.norm();
    FunctionPoints points{.x = Eigen::MatrixXd(d, count), .g = Eigen::MatrixXd(d, count), .f = Eigen::VectorXd(count)};
    for (Index p = 0; p < count; ++p) {
      const Eigen::VectorXd y =
          p == 0 ? Eigen::VectorXd::Zero(d).eval() : (2 * optimum.norm() * normal(d, draws)).eval();
      const Eigen::VectorXd t = Q.transpose() * y, bent = t.cwiseMax(-widths).cwiseMin(widths);
      points.x.col(p) = optimum + y;
      points.g.col(p) = among.mu * y + (among.L - among.mu) * (Q * weights.cwiseProduct(bent)) + slopes.col(i);
      points.f[p] = among.mu / 2 * y.squaredNorm() + slopes.col(i).dot(y) +
                    (among.L - among.mu) * weights.dot((bent.cwiseProduct(t) - bent.cwiseAbs2() / 2));
    }
    terms.nodes.push_back(std::move(points));
  }
  return terms;
}

/// Of two, four or eight nodes, with eigenvalues that are often ends of the interval.
Eigen::MatrixXd random_mixing(const SpectrumInterval& interval, Draws& draws) {
  Eigen::VectorXd eigenvalues(1 + static_cast<Index>(draws.below(3)));
  for (double& eigenvalue : eigenvalues)
    eigenvalue = interval.least + (interval.largest - interval.least) * random_share(draws);
  return signed_mixing(eigenvalues, interval).W;
}

double random_measure(const Program& program, const WorstCaseSettings& settings, Draws draws) {
  const ProblemClass& problems = settings.problems;
  const FunctionClass among{.mu = problems.strong_convexity, .L = problems.smoothness};
  const Eigen::MatrixXd W = random_mixing(std::get<SpectrumInterval>(settings.mixing), draws);
  const Index d = 1 + static_cast<Index>(draws.below(3)), n = W.rows();
  const Eigen::VectorXd optimum = problems.distance * normal(d, draws).normalized();
  const Eigen::MatrixXd slopes = random_slopes(d, n, *problems.dissimilarity, draws);
  const Eigen::MatrixXd start = Eigen::MatrixXd::Zero(d, n);
  if (draws.below(2) == 0)
    return measured_run(program, {W}, Quadratics<double>{random_quadratics(among, optimum, slopes, draws)}, start,
                        settings);
  return measured_run(program, {W}, Interpolated<double>{random_interpolations(among, optimum, slopes, draws)}, start,
                      settings);
}

/// The first row of each algorithm, and other forms, whose codes are whole.
std::vector<GoldenWorstCase> rows_of_random_problems() {
  std::vector<GoldenWorstCase> rows;
  std::set<std::string> seen;
  for (const GoldenWorstCase& golden : golden_worst_cases) {
    const std::string_view mixing = golden.mixing;
    if (!(mixing[0] == '-' || mixing[0] == '0') || golden.start == std::string_view{"separate"}) continue;
    const RowSettings row{golden.settings};
    if (row.number("delta", 1) < 1 || golden.dissimilarity == 0) continue;
    if (seen.insert(std::string{golden.algorithm} + row.text("form", "")).second) rows.push_back(golden);
  }
  return rows;
}

TEST_CASE("No program does worse on ten thousand random problems than its worst case") {
  const std::vector<GoldenWorstCase> rows = rows_of_random_problems();
  REQUIRE(rows.size() > 15);
  const int each = problems_in_all / static_cast<int>(rows.size()) + 1;
  for (const GoldenWorstCase& golden : rows) {
    CAPTURE(name_of(golden));
    const WorstCaseSettings settings = settings_of(golden);
    const Program program = program_of(golden);
    const double bound = worst_case(program, settings).value;
    double worst = 0;
    for (int seed = 0; seed < each; ++seed)
      worst =
          std::max(worst, random_measure(program, settings, Draws{static_cast<std::uint64_t>(seed), Purpose::data}));
    CHECK(worst <= bound * (1 + 1e-9));
    CHECK(worst >= 0.5 * bound);  // the problems are hard enough to notice a bound that is half of it
    if (std::getenv("GOSSAMER_SHOW_ROWS"))
      MESSAGE(fmt::format("{}: {:.3f} of the bound", name_of(golden), worst / bound));
  }
}

}  // namespace
}  // namespace gossamer::testing
