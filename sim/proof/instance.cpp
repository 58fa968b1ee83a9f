#include "sim/proof/instance.hpp"

#include <cmath>
#include <complex>
#include <functional>
#include <utility>
#include <variant>

#include <Eigen/Eigenvalues>

#include "sim/proof/eigenspaces.hpp"
#include "sim/proof/proof_error.hpp"
#include "sim/proof/sign_patterns.hpp"
#include "sim/proof/symmetric_extension.hpp"

namespace gossamer {
namespace {

/// The vectors that were sent span some directions. If a direction is shorter than this fraction of the longest one, it is a
/// rounding error of the solver.
constexpr double shortest_direction = 1e-4;

/// The columns of a symbolic vector in a coordinate system: d × n.
using Lift = std::function<Eigen::MatrixXd(const SymbolicVector&)>;

/// C ∈ C^{r×S} with CᵀC̄ = G, where r counts the eigenvalues of the Hermitian G above `least`.
Eigen::MatrixXcd complex_root(const Eigen::MatrixXcd& G, double least) {
  if (G.imag().isZero(0)) return gram_root(G.real(), least).cast<std::complex<double>>();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> solver{G};
  const Index rank = (solver.eigenvalues().array() > least).count();
  return solver.eigenvalues().tail(rank).cwiseSqrt().asDiagonal() * solver.eigenvectors().rightCols(rank).transpose();
}

double largest_eigenvalue(const Eigen::MatrixXcd& G) {
  if (G.size() == 0) return 0;
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd>{G, Eigen::EigenvaluesOnly}.eigenvalues().maxCoeff();
}

Eigen::MatrixXd mean_root(const WorstCase& worst, double tolerance) {
  return gram_root(worst.mean_gram, tolerance * largest_eigenvalue(worst.mean_gram));
}

/// Whether the projection on each of the eigenspaces has one number on its diagonal.
bool look_alike(const std::vector<Eigen::MatrixXcd>& bases) {
  for (const Eigen::MatrixXcd& basis : bases) {
    const Eigen::VectorXd diagonal = basis.rowwise().squaredNorm();
    if (diagonal.maxCoeff() - diagonal.minCoeff() > 1e-7) return false;
  }
  return true;
}

/// f_i(x) = point value + ⟨∇f_i(x*), x − x*⟩ at every point and at x*.
InterpolatedTerms terms_of(const WorstCase& worst, const ProblemClass& problems, const Lift& lift) {
  const SymbolicRun& run = worst.run;
  const Eigen::MatrixXd optimum = lift(run.optimum), slopes = lift(run.optimum_gradient);
  const auto count = static_cast<Index>(run.points.size());
  std::vector<FunctionPoints> nodes(static_cast<std::size_t>(optimum.cols()));
  for (FunctionPoints& node : nodes)
    node = {.x = Eigen::MatrixXd(optimum.rows(), count + 1),
            .g = Eigen::MatrixXd(optimum.rows(), count + 1),
            .f = Eigen::VectorXd(count + 1)};
  const auto put = [&](Index p, const Eigen::MatrixXd& x, const Eigen::MatrixXd& h, double value) {
    for (Index i = 0; i < optimum.cols(); ++i) {
      FunctionPoints& node = nodes[static_cast<std::size_t>(i)];
      node.x.col(p) = x.col(i);
      node.g.col(p) = h.col(i) + slopes.col(i);
      node.f[p] = value + slopes.col(i).dot(x.col(i) - optimum.col(i));
    }
  };
  for (Index p = 0; p < count; ++p) {
    const SymbolicPoint& point = run.points[static_cast<std::size_t>(p)];
    put(p, lift(point.x), lift(point.h), worst.point_values[p]);
  }
  put(count, optimum, Eigen::MatrixXd::Zero(optimum.rows(), optimum.cols()), 0);
  return {.among = {.mu = problems.strong_convexity, .L = problems.smoothness},
          .nodes = std::move(nodes),
          .optimum = optimum.col(0)};
}

/// One after the other.
template <class Member>
Eigen::MatrixXd lifted_codes(const std::vector<SymbolicCode>& codes, Member member, const Lift& lift, Index d) {
  Eigen::MatrixXd result(d, 0);
  for (const SymbolicCode& code : codes) {
    const Eigen::MatrixXd columns = lift(code.*member);
    result.conservativeResize(Eigen::NoChange, result.cols() + columns.cols());
    result.rightCols(columns.cols()) = columns;
  }
  return result;
}

WorstInstance lifted(const WorstCase& worst, const ProblemClass& problems, const Lift& lift) {
  const Eigen::MatrixXd start = lift(worst.run.start);
  return {.W = {},
          .terms = terms_of(worst, problems, lift),
          .start = start,
          .coded = lifted_codes(worst.run.codes, &SymbolicCode::v, lift, start.rows()),
          .codes = lifted_codes(worst.run.codes, &SymbolicCode::q, lift, start.rows())};
}

/// w as its eigenvalues; V in the coordinates of its eigenvectors.
struct DiagonalDeviations {
  Eigen::VectorXd eigenvalues;
  Eigen::MatrixXd V;
};

DiagonalDeviations diagonal_deviations(const WorstCase& worst, const SpectrumInterval& interval, double tolerance) {
  const Eigen::MatrixXcd& D = worst.deviation_grams[0];
  const Eigen::MatrixXd V = gram_root(D.real(), tolerance * largest_eigenvalue(D));
  const std::vector<SymbolicAverage>& averages = worst.run.averages;
  if (averages.empty() || V.rows() == 0)
    return {.eigenvalues = Eigen::VectorXd::Constant(V.rows(), (interval.least + interval.largest) / 2), .V = V};
  Eigen::MatrixXd X(V.rows(), static_cast<Index>(averages.size())), Y = X;
  for (Index p = 0; p < X.cols(); ++p) {
    const SymbolicAverage& average = averages[static_cast<std::size_t>(p)];
    X.col(p) = V * average.sent.transpose();
    Y.col(p) = V * average.averaged.transpose();
  }
  const Diagonalized w = symmetric_extension(X, Y, interval, shortest_direction);
  return {.eigenvalues = w.eigenvalues, .V = w.eigenvectors.transpose() * V};
}

}  // namespace

WorstInstance worst_instance(const WorstCase& worst, const WorstCaseSettings& settings, double tolerance) {
  const auto* interval = std::get_if<SpectrumInterval>(&settings.mixing);
  if (!interval) throw ProofError{"an instance of a worst case on a graph needs the W of that graph"};
  if (interval->changing)
    throw ProofError{"a worst case with a W for every round is an upper bound, which no instance need attain"};
  const Eigen::MatrixXd U = mean_root(worst, tolerance);
  const DiagonalDeviations deviations = diagonal_deviations(worst, *interval, tolerance);
  const SignedMixing mixing = signed_mixing(deviations.eigenvalues, *interval);
  const Lift lift = [&](const SymbolicVector& s) {
    Eigen::MatrixXd x(U.rows() + deviations.V.rows(), mixing.W.rows());
    x.topRows(U.rows()).colwise() = U * s.mean.transpose();
    x.bottomRows(deviations.V.rows()) =
        (deviations.V * s.deviation.row(0).real().transpose()).asDiagonal() * mixing.signs.transpose();
    return x;
  };
  WorstInstance result = lifted(worst, settings.problems, lift);
  result.W = mixing.W;
  result.mean_rank = U.rows();
  result.deviation_rank = deviations.V.rows();
  return result;
}

WorstInstance worst_instance_on(const std::vector<Eigen::MatrixXd>& rounds, const WorstCase& worst,
                                const WorstCaseSettings& settings, double tolerance) {
  const auto* modes = std::get_if<SpectrumModes>(&settings.mixing);
  if (!modes) throw ProofError{"an instance of a worst case over an interval of eigenvalues has a W of its own"};
  std::vector<Eigen::MatrixXcd> bases = eigenspaces(rounds, *modes);
  if (!look_alike(bases))
    throw ProofError{
        "a worst case on a graph that does not look alike from every node is an upper bound, which no instance need "
        "attain"};
  const Eigen::MatrixXd U = mean_root(worst, tolerance);
  const Index n = rounds[0].rows();
  double largest = 0;
  for (const Eigen::MatrixXcd& D : worst.deviation_grams) largest = std::max(largest, largest_eigenvalue(D));
  std::vector<Eigen::MatrixXcd> roots;
  Index rank = 0;  // complex coordinates count as two
  for (std::size_t j = 0; j < bases.size(); ++j) {
    roots.push_back(complex_root(worst.deviation_grams[j], tolerance * largest));
    rank += (worst.run.is_complex[j] ? 2 : 1) * roots[j].rows() * bases[j].cols();
    bases[j] *= std::sqrt(static_cast<double>(n) / static_cast<double>(bases[j].cols()));
  }
  const Lift lift = [&](const SymbolicVector& s) {
    Eigen::MatrixXd x(U.rows() + rank, n);
    x.topRows(U.rows()).colwise() = U * s.mean.transpose();
    Index row = U.rows();
    for (std::size_t j = 0; j < bases.size(); ++j) {
      const Eigen::VectorXcd z = roots[j] * s.deviation.row(static_cast<Index>(j)).transpose();
      for (Index a = 0; a < bases[j].cols(); ++a) {
        const Eigen::MatrixXcd part = z * bases[j].col(a).transpose();
        x.middleRows(row, z.size()) = part.real();
        row += z.size();
        if (!worst.run.is_complex[j]) continue;
        x.middleRows(row, z.size()) = part.imag();
        row += z.size();
      }
    }
    return x;
  };
  WorstInstance result = lifted(worst, settings.problems, lift);
  result.mean_rank = U.rows();
  result.deviation_rank = rank;
  return result;
}

}  // namespace gossamer
