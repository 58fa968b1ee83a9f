#include "sim/proof/worst_case.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/proof/proof_error.hpp"
#include "sim/proof/semidefinite_program.hpp"

namespace gossamer {
namespace {

using Sense = SemidefiniteProgram::Sense;

/// (a bᵀ + b aᵀ)/2
Eigen::MatrixXd symmetric_product(const Eigen::RowVectorXd& a, const Eigen::RowVectorXd& b) {
  const Eigen::MatrixXd product = a.transpose() * b;
  return (product + product.transpose()) / 2;
}

/// The real block of a Hermitian D of half the size, for Re(u D vᴴ): (1/2) [[Re A, −Im A], [Im A, Re A]] with
/// A = (u vᴴ + v uᴴ)/2.
Eigen::MatrixXd hermitian_product(const Eigen::RowVectorXcd& u, const Eigen::RowVectorXcd& v) {
  const Eigen::MatrixXcd product = u.transpose() * v.conjugate();
  const Eigen::MatrixXcd a = (product + product.adjoint()) / 2;
  const Eigen::Index s = a.rows();
  Eigen::MatrixXd block(2 * s, 2 * s);
  block << a.real(), -a.imag(), a.imag(), a.real();
  return block / 2;
}

/// A sum of inner products of symbolic vectors, averaged over the nodes, as a form in the Gram matrices.
class InnerProducts {
 public:
  explicit InnerProducts(const SymbolicRun& run) : run_{run} {
    matrix_.push_back(Eigen::MatrixXd::Zero(run.mean_symbols, run.mean_symbols));
    for (const bool is_complex : run.is_complex) {
      const Eigen::Index size = (is_complex ? 2 : 1) * run.deviation_symbols;
      matrix_.push_back(Eigen::MatrixXd::Zero(size, size));
    }
  }

  /// Adds w (1/n) Σ_i ⟨u_i, v_i⟩.
  InnerProducts& add(double w, const SymbolicVector& u, const SymbolicVector& v) {
    matrix_[0] += w * symmetric_product(u.mean, v.mean);
    for (std::size_t j = 0; j < run_.is_complex.size(); ++j) {
      const auto row = static_cast<Eigen::Index>(j);
      matrix_[j + 1] += w * (run_.is_complex[j]
                                 ? hermitian_product(u.deviation.row(row), v.deviation.row(row))
                                 : symmetric_product(u.deviation.row(row).real(), v.deviation.row(row).real()));
    }
    return *this;
  }
  InnerProducts& add(double w, const SymbolicVector& u) { return add(w, u, u); }

  BlockMatrix matrix() && { return std::move(matrix_); }

 private:
  const SymbolicRun& run_;
  BlockMatrix matrix_;
};

SymbolicVector difference(const SymbolicVector& a, const SymbolicVector& b, double unit) {
  return {.mean = (a.mean - b.mean) / unit, .deviation = (a.deviation - b.deviation) / unit};
}

SymbolicVector mean_of(const SymbolicVector& v) {
  return {.mean = v.mean, .deviation = Eigen::MatrixXcd::Zero(v.deviation.rows(), v.deviation.cols())};
}

SymbolicVector zero_like(const SymbolicVector& v) { return difference(v, v, 1); }

double largest_of(const SymbolicVector& v) {
  const double deviation = v.deviation.size() == 0 ? 0 : v.deviation.cwiseAbs().maxCoeff();
  return std::max(v.mean.cwiseAbs().maxCoeff(), deviation);
}

/// Makes the semidefinite program of a run. It is normalized: L = R = 1.
class ProgramOfRun {
 public:
  ProgramOfRun(const SymbolicRun& run, const WorstCaseSettings& settings)
      : run_{run}, settings_{settings}, length_{settings.problems.distance},
        slope_{settings.problems.smoothness * length_} {
    for (const Eigen::MatrixXd& block : InnerProducts{run}.matrix())
      program_.block_sizes.push_back(static_cast<int>(block.rows()));
    program_.numbers = static_cast<int>(run.points.size());
    interpolate();
    bound_start();
    bound_codes();
    if (const auto* const interval = std::get_if<SpectrumInterval>(&settings.mixing)) relate_averages(*interval);
    program_.objective = objective();
  }

  const SemidefiniteProgram& program() const { return program_; }
  /// The unit of the objective.
  double unit() const {
    switch (settings_.measure) {
      case WorstMeasure::value:
      case WorstMeasure::average:
        return slope_ * length_;
      case WorstMeasure::gradient:
        return slope_ * slope_;
      default:
        return length_ * length_;
    }
  }
  double unit_of_values() const { return slope_ * length_; }

 private:
  void add(InnerProducts form, double bound, std::vector<std::pair<int, double>> numbers = {}) {
    program_.rows.push_back({.form = {std::move(form).matrix(), std::move(numbers)}, .bound = bound});
  }

  /// For all pairs of points, x* included: there is a function of the class through them.
  void interpolate() {
    std::vector<SymbolicPoint> points = run_.points;
    points.push_back({.x = run_.optimum, .h = zero_like(run_.optimum)});
    const std::size_t star = run_.points.size();
    const double mu = settings_.problems.strong_convexity / settings_.problems.smoothness;
    const double c = 1 / (2 * (1 - mu));
    for (std::size_t p = 0; p <= star; ++p) {
      for (std::size_t q = 0; q <= star; ++q) {
        if (p == q) continue;
        const SymbolicVector dx = difference(points[p].x, points[q].x, length_);
        const SymbolicVector dh = difference(points[p].h, points[q].h, slope_);
        const SymbolicVector h = difference(points[q].h, points[star].h, slope_);
        InnerProducts form{run_};
        form.add(1, h, dx).add(c, dh);
        if (mu != 0) form.add(c * mu, dx).add(-2 * c * mu, dh, dx);
        std::vector<std::pair<int, double>> numbers;
        if (p != star) numbers.emplace_back(static_cast<int>(p), -1.0);
        if (q != star) numbers.emplace_back(static_cast<int>(q), 1.0);
        add(std::move(form), 0, std::move(numbers));
      }
    }
  }

  void bound_start() {
    add(std::move(InnerProducts{run_}.add(1, difference(run_.start, run_.optimum, length_))), 1);
    if (!settings_.problems.dissimilarity || run_.modes == 0) return;
    const double zeta = *settings_.problems.dissimilarity / slope_;
    const SymbolicVector& g = run_.optimum_gradient;
    add(std::move(InnerProducts{run_}.add(1, difference(g, zero_like(g), slope_))), zeta * zeta);
  }

  void bound_codes() {
    for (const SymbolicCode& code : run_.codes) {
      const double unit = largest_of(code.v);
      const SymbolicVector error = difference(code.q, code.v, unit), v = difference(code.v, zero_like(code.v), unit);
      InnerProducts form{run_};
      form.add(1, error).add(code.contraction - 1, v);
      add(std::move(form), 0);
    }
  }

  /// (Y − l X)ᵀ(Y − u X) ⪯ 0 and XᵀY symmetric, for all that one W has averaged.
  void relate_averages(const SpectrumInterval& interval) {
    std::vector<std::uint64_t> done;
    for (const SymbolicAverage& first : run_.averages) {
      const std::uint64_t round = interval.changing ? first.round : 0;
      if (std::find(done.begin(), done.end(), round) != done.end()) continue;
      done.push_back(round);
      std::vector<SymbolicAverage> same;
      for (const SymbolicAverage& one : run_.averages)
        if (!interval.changing || one.round == round) same.push_back(one);
      relate(same, interval);
    }
  }

  void relate(const std::vector<SymbolicAverage>& averages, const SpectrumInterval& interval) {
    const double l = interval.least, u = interval.largest;
    const auto count = static_cast<Eigen::Index>(averages.size());
    const std::size_t slack = program_.block_sizes.size();
    program_.block_sizes.push_back(static_cast<int>(count));
    const auto scaled = [](const Eigen::RowVectorXd& row, const SymbolicAverage& one) -> Eigen::RowVectorXd {
      return row / one.sent.cwiseAbs().maxCoeff();
    };
    for (Eigen::Index p = 0; p < count; ++p) {
      const SymbolicAverage& one = averages[static_cast<std::size_t>(p)];
      const Eigen::RowVectorXd x = scaled(one.sent, one), y = scaled(one.averaged, one);
      for (Eigen::Index q = p; q < count; ++q) {
        const SymbolicAverage& other = averages[static_cast<std::size_t>(q)];
        const Eigen::RowVectorXd v = scaled(other.sent, other), w = scaled(other.averaged, other);
        BlockMatrix matrix(slack + 1);
        matrix[1] = symmetric_product(y, w) - (l + u) / 2 * (symmetric_product(x, w) + symmetric_product(v, y)) +
                    l * u * symmetric_product(x, v);
        matrix[slack] = Eigen::MatrixXd::Zero(count, count);
        matrix[slack](p, q) += 0.5;
        matrix[slack](q, p) += 0.5;
        program_.rows.push_back({.form = {std::move(matrix), {}}, .sense = Sense::equal, .bound = 0});
        if (p == q) continue;
        BlockMatrix skew(2);
        skew[1] = symmetric_product(x, w) - symmetric_product(v, y);
        program_.rows.push_back({.form = {std::move(skew), {}}, .sense = Sense::equal, .bound = 0});
      }
    }
  }

  SemidefiniteProgram::Form objective() const {
    const SymbolicVector& x = run_.iterates.back();
    InnerProducts form{run_};
    switch (settings_.measure) {
      case WorstMeasure::value:
      case WorstMeasure::average:
        return {{}, {{static_cast<int>(run_.measured.value()), 1.0}}};
      case WorstMeasure::gradient: {
        const SymbolicVector h = mean_of(run_.points[run_.measured.value()].h);
        form.add(1, difference(h, zero_like(h), slope_));
        break;
      }
      case WorstMeasure::mean:
        form.add(1, difference(mean_of(x), run_.optimum, length_));
        break;
      case WorstMeasure::distance:
        form.add(1, difference(x, run_.optimum, length_));
        break;
      case WorstMeasure::consensus:
        form.add(1, difference(x, mean_of(x), length_));
        break;
    }
    return {std::move(form).matrix(), {}};
  }

  const SymbolicRun& run_;
  const WorstCaseSettings& settings_;
  double length_;
  double slope_;
  SemidefiniteProgram program_;
};

MeasuredPoint measured_point(WorstMeasure measure) {
  switch (measure) {
    case WorstMeasure::value:
    case WorstMeasure::gradient:
      return MeasuredPoint::last_mean;
    case WorstMeasure::average:
      return MeasuredPoint::mean_of_means;
    default:
      return MeasuredPoint::none;
  }
}

void require(bool holds, std::string_view found_and_expected) {
  if (!holds) throw ProofError{fmt::format("worst case: {}", found_and_expected)};
}

void check(const WorstCaseSettings& settings) {
  const ProblemClass& problems = settings.problems;
  const double L = problems.smoothness, mu = problems.strong_convexity;
  require(settings.rounds >= 1, fmt::format("{} rounds, expected at least 1", settings.rounds));
  require(std::isfinite(L) && L > 0, fmt::format("L = {}, expected a number above 0", L));
  require(mu >= 0 && mu < L, fmt::format("mu = {}, expected at least 0 and less than L = {}", mu, L));
  require(std::isfinite(problems.distance) && problems.distance > 0,
          fmt::format("R = {}, expected a number above 0", problems.distance));
  if (const auto zeta = problems.dissimilarity)
    require(std::isfinite(*zeta) && *zeta >= 0, fmt::format("zeta = {}, expected at least 0", *zeta));
  if (const auto* const interval = std::get_if<SpectrumInterval>(&settings.mixing)) {
    require(-1 <= interval->least && interval->least <= interval->largest && interval->largest <= 1,
            fmt::format("eigenvalues in [{}, {}], expected an interval within [-1, 1]", interval->least,
                        interval->largest));
  } else {
    require(!std::get<SpectrumModes>(settings.mixing).rounds.empty(), "no eigenvalues, expected those of a round");
  }
}

/// D of a Gram block, see `hermitian_product`.
Eigen::MatrixXcd deviation_gram(const Eigen::MatrixXd& block, bool is_complex) {
  if (!is_complex) return block;
  const Eigen::Index s = block.rows() / 2;
  const Eigen::MatrixXd below = block.bottomLeftCorner(s, s);
  Eigen::MatrixXcd gram(s, s);
  gram.real() = (block.topLeftCorner(s, s) + block.bottomRightCorner(s, s)) / 2;
  gram.imag() = (below.transpose() - below) / 2;
  return gram;
}

}  // namespace

WorstCase worst_case(const Program& program, const WorstCaseSettings& settings) {
  check(settings);
  WorstCase worst;
  worst.run = run_on_symbols(program, {.rounds = settings.rounds,
                                       .mixing = settings.mixing,
                                       .start = settings.start,
                                       .measured = measured_point(settings.measure),
                                       .nodes = settings.nodes,
                                       .contraction = settings.contraction,
                                       .distance = settings.problems.distance,
                                       .slope = settings.problems.smoothness * settings.problems.distance});
  const ProgramOfRun made{worst.run, settings};
  SemidefiniteSolution solution = solve(made.program());
  constexpr double rounding = 1e-12;
  if (!(solution.certificate >= -rounding))
    throw ProofError{fmt::format("csdp found no proof of a worst case: {}, and its multipliers miss by {:.1e}",
                                 solution.status, -solution.certificate)};
  worst.value = made.unit() * solution.bound;
  worst.attained = made.unit() * solution.attained;
  worst.gap = std::abs(solution.bound - solution.attained) /
              (1e-3 + std::abs(solution.bound) + std::abs(solution.attained));
  worst.certificate = solution.certificate;
  worst.mean_gram = solution.blocks[0];
  for (std::size_t j = 0; j < worst.run.is_complex.size(); ++j)
    worst.deviation_grams.push_back(deviation_gram(solution.blocks[j + 1], worst.run.is_complex[j]));
  worst.point_values = made.unit_of_values() * solution.numbers;
  worst.block_sizes = made.program().block_sizes;
  worst.constraints = made.program().rows.size();
  worst.multipliers = std::move(solution.multipliers);
  worst.status = std::move(solution.status);
  return worst;
}

}  // namespace gossamer
