#include "sim/proof/symbols.hpp"

#include <algorithm>
#include <complex>
#include <optional>
#include <utility>
#include <vector>

#include <Eigen/QR>

namespace gossamer {
namespace {

struct SymbolicVersion : Version {
  SymbolicVector vector;
};

const SymbolicVector& vector_of(const Version* version) { return static_cast<const SymbolicVersion*>(version)->vector; }

/// to ← to + c v, where both may lack columns at the end.
void add(SymbolicVector& to, double c, const SymbolicVector& v) {
  if (to.mean.size() < v.mean.size())
    to.mean.conservativeResizeLike(Eigen::RowVectorXd::Zero(v.mean.size()));
  to.mean.head(v.mean.size()) += c * v.mean;
  if (v.deviation.size() == 0) return;
  if (to.deviation.cols() < v.deviation.cols())
    to.deviation.conservativeResizeLike(Eigen::MatrixXcd::Zero(v.deviation.rows(), v.deviation.cols()));
  to.deviation.leftCols(v.deviation.cols()) += c * v.deviation;
}

double largest_coefficient(const SymbolicVector& v) {
  const double mean = v.mean.size() == 0 ? 0 : v.mean.cwiseAbs().maxCoeff();
  const double deviation = v.deviation.size() == 0 ? 0 : v.deviation.cwiseAbs().maxCoeff();
  return std::max(mean, deviation);
}

bool are_equal(const SymbolicVector& a, const SymbolicVector& b, double unit) {
  SymbolicVector difference = a;
  add(difference, -1, b);
  return largest_coefficient(difference) <= 1e-12 * unit;
}

Eigen::RowVectorXd padded(const Eigen::RowVectorXd& row, Eigen::Index columns) {
  Eigen::RowVectorXd result = row;
  result.conservativeResizeLike(Eigen::RowVectorXd::Zero(columns));
  return result;
}

void pad(SymbolicVector& v, const SymbolicRun& run) {
  v.mean = padded(v.mean, run.mean_symbols);
  v.deviation.conservativeResizeLike(Eigen::MatrixXcd::Zero(run.modes, run.deviation_symbols));
}

/// The averaged vector of a row of deviations, with all columns, that is a combination of rows that the same W has averaged.
std::optional<Eigen::RowVectorXd> combined_average(const std::vector<SymbolicAverage>& averages, bool changing,
                                                   std::uint64_t round, const Eigen::RowVectorXd& row) {
  const double size = row.size() == 0 ? 0 : row.cwiseAbs().maxCoeff();
  if (size == 0) return row;
  std::vector<const SymbolicAverage*> same;
  for (const SymbolicAverage& one : averages)
    if (!changing || one.round == round) same.push_back(&one);
  if (same.empty()) return std::nullopt;
  const auto count = static_cast<Eigen::Index>(same.size());
  Eigen::MatrixXd sent(row.size(), count), averaged(row.size(), count);
  for (Eigen::Index p = 0; p < count; ++p) {
    const SymbolicAverage& one = *same[static_cast<std::size_t>(p)];
    const double unit = one.sent.cwiseAbs().maxCoeff();
    sent.col(p) = padded(one.sent, row.size()).transpose() / unit;
    averaged.col(p) = padded(one.averaged, row.size()).transpose() / unit;
  }
  const Eigen::VectorXd weights = sent.completeOrthogonalDecomposition().solve(row.transpose());
  if ((sent * weights - row.transpose()).cwiseAbs().maxCoeff() > 1e-11 * size) return std::nullopt;
  return (averaged * weights).transpose();
}

}  // namespace

Version* SymbolicPlane::combine(std::span<const Term> terms) {
  SymbolicVector sum;
  for (const Term& term : terms) add(sum, term.coefficient, vector_of(term.version));
  const Params made_of_sum = made(std::move(sum));
  ++made_of_sum.version()->handles;
  return made_of_sum.version();
}

void SymbolicPlane::release(Version* version) { delete static_cast<SymbolicVersion*>(version); }

Params SymbolicPlane::made(SymbolicVector vector) {
  auto* const version = new SymbolicVersion;
  version->plane = this;
  version->handles = 1;
  version->vector = std::move(vector);
  return Params::adopt(version);
}

const SymbolicVector& SymbolicPlane::vector(const Params& x) { return vector_of(x.version()); }

Symbols::Symbols(const SymbolicRunSettings& settings)
    : mixing_{settings.mixing}, distance_{settings.distance}, slope_{settings.slope} {
  if (const auto* const modes = std::get_if<SpectrumModes>(&mixing_)) {
    run_.modes = modes->rounds.front().size();
    run_.is_complex.resize(static_cast<std::size_t>(run_.modes));
    for (const Eigen::VectorXcd& eigenvalues : modes->rounds)
      for (Eigen::Index j = 0; j < run_.modes; ++j)
        if (eigenvalues[j].imag() != 0) run_.is_complex[static_cast<std::size_t>(j)] = true;
  } else {
    run_.is_complex = {false};
  }
  run_.start = settings.start == SymbolicStart::separate ? fresh(Parts::deviation, distance_) : zero();
  run_.optimum = fresh(Parts::mean, distance_);
  run_.optimum_gradient = fresh(Parts::deviation, slope_);
}

SymbolicVector Symbols::zero() const { return {.mean = {}, .deviation = Eigen::MatrixXcd::Zero(run_.modes, 0)}; }

SymbolicVector Symbols::fresh(Parts parts, double unit) {
  SymbolicVector v = zero();
  if (parts != Parts::deviation) {
    v.mean = Eigen::RowVectorXd::Zero(++run_.mean_symbols);
    v.mean[run_.mean_symbols - 1] = unit;
  }
  if (parts != Parts::mean) {
    v.deviation = Eigen::MatrixXcd::Zero(run_.modes, ++run_.deviation_symbols);
    v.deviation.rightCols(1).setConstant(unit);
  }
  return v;
}

std::optional<std::size_t> Symbols::point_at(const SymbolicVector& x) const {
  const auto is_there = [&](const SymbolicPoint& point) { return are_equal(point.x, x, distance_); };
  const auto at = std::find_if(run_.points.begin(), run_.points.end(), is_there);
  if (at == run_.points.end()) return std::nullopt;
  return static_cast<std::size_t>(at - run_.points.begin());
}

SymbolicVector Symbols::gradient(const SymbolicVector& x) {
  SymbolicVector g = run_.optimum_gradient;
  if (are_equal(x, run_.optimum, distance_)) return g;
  std::optional<std::size_t> at = point_at(x);
  if (!at) {
    at = run_.points.size();
    run_.points.push_back({.x = x, .h = fresh(Parts::both, slope_)});
  }
  add(g, 1, run_.points[*at].h);
  return g;
}

void Symbols::measure(MeasuredPoint measured) {
  if (measured == MeasuredPoint::none) return;
  SymbolicVector at = zero();
  if (measured == MeasuredPoint::last_mean) {
    add(at, 1, run_.iterates.back());
  } else {
    const double share = 1.0 / static_cast<double>(run_.iterates.size());
    for (const SymbolicVector& x : run_.iterates) add(at, share, x);
  }
  at = mean(at);
  gradient(at);
  run_.measured = point_at(at);
}

SymbolicVector Symbols::average(std::uint64_t round, const SymbolicVector& s) {
  run_.uses_mixing = true;
  if (const auto* const modes = std::get_if<SpectrumModes>(&mixing_))
    return average_in_modes(modes->rounds[round % modes->rounds.size()], s);
  return average_in_interval(std::get<SpectrumInterval>(mixing_), round, s);
}

SymbolicVector Symbols::average_in_modes(const Eigen::VectorXcd& eigenvalues, const SymbolicVector& s) const {
  if (s.deviation.size() == 0) return s;
  return {.mean = s.mean, .deviation = eigenvalues.asDiagonal() * s.deviation};
}

SymbolicVector Symbols::average_in_interval(const SpectrumInterval& interval, std::uint64_t round,
                                            const SymbolicVector& s) {
  SymbolicVector y = s;
  if (s.deviation.size() == 0) return y;
  if (interval.least == interval.largest) {
    y.deviation *= interval.least;
    return y;
  }
  const Eigen::RowVectorXd sent = padded(s.deviation.row(0).real(), run_.deviation_symbols);
  if (const auto known = combined_average(run_.averages, interval.changing, round, sent)) {
    y.deviation = *known;
    return y;
  }
  y.deviation = fresh(Parts::deviation, sent.cwiseAbs().maxCoeff()).deviation;
  run_.averages.push_back({.round = round, .sent = sent, .averaged = y.deviation.row(0).real()});
  return y;
}

SymbolicVector Symbols::mean(const SymbolicVector& s) const {
  SymbolicVector mean = zero();
  mean.mean = s.mean;
  return mean;
}

SymbolicVector Symbols::encode(const SymbolicVector& v, double contraction) {
  if (contraction == 1 || largest_coefficient(v) == 0) return v;
  SymbolicVector q = fresh(Parts::both, largest_coefficient(v));
  run_.codes.push_back({.v = v, .q = q, .contraction = contraction});
  return q;
}

SymbolicRun Symbols::finished() && {
  for (SymbolicVector* const v : {&run_.start, &run_.optimum, &run_.optimum_gradient}) pad(*v, run_);
  for (SymbolicPoint& point : run_.points) {
    pad(point.x, run_);
    pad(point.h, run_);
  }
  for (SymbolicAverage& one : run_.averages) {
    one.sent = padded(one.sent, run_.deviation_symbols);
    one.averaged = padded(one.averaged, run_.deviation_symbols);
  }
  for (SymbolicCode& code : run_.codes) {
    pad(code.v, run_);
    pad(code.q, run_);
  }
  for (SymbolicVector& x : run_.iterates) pad(x, run_);
  return std::move(run_);
}

}  // namespace gossamer
