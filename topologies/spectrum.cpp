#include "topologies/spectrum.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/ground/random.hpp"
#include "topologies/assemble.hpp"
#include "topologies/eigenvalues.hpp"
#include "topologies/perron.hpp"

namespace gossamer {
namespace {

SparseMatrix laplacian(const Mixing& mixing) {
  return assemble(
      mixing.size(), [&](NodeId i) { return mixing.neighbors(i); }, [](NodeId, NodeId) { return -1.0; },
      [&](NodeId i) { return static_cast<double>(mixing.neighbors(i).size()); });
}

struct Estimate {
  double value = 0;
  double error = 0;
};

/// Σ_t γ^t ‖W^{t+1}‖_F² from the eigenvalues, with the constant vector's term 1/(1 − γ) included.
double series(const Eigen::VectorXd& eigenvalues, double gamma) {
  double sum = 1 / (1 - gamma);
  for (const double lambda : eigenvalues) sum += lambda * lambda / (1 - gamma * lambda * lambda);
  return sum;
}

/// The same for a W without orthogonal eigenvectors: the trace of P = Σ_t γ^t W^{t+1} (W^{t+1})ᵀ, summed by doubling.
double series_by_doubling(const SparseMatrix& w, double gamma) {
  Eigen::MatrixXd power = w;
  Eigen::MatrixXd sum = power * power.transpose();
  power *= std::sqrt(gamma);
  for (double rest = gamma; rest > 1e-17; rest *= rest) {
    sum += power * sum * power.transpose();
    power = (power * power).eval();
  }
  return sum.trace();
}

/// Σ_t γ^t ‖W^{t+1} z‖² for random signs z. Its mean is the trace (Hutchinson, Communications in Statistics 1990).
/// The constant vector has the largest term; it is removed from z and counted exactly.
double probe(const SparseMatrix& w, double gamma, NodeId number) {
  Draws draws{0, Purpose::topology, number, std::uint64_t{1} << 55};  // no seed: the estimate of a W is always the same
  Eigen::VectorXd z(w.rows());
  for (double& sign : z) sign = (draws() & 1u) != 0 ? 1.0 : -1.0;
  z.array() -= z.mean();
  double sum = 0;
  for (double factor = 1, term = 1; term > 1e-12 * (1 - gamma) * sum; factor *= gamma) {
    z = (w * z).eval();
    term = factor * z.squaredNorm();
    sum += term;
  }
  return sum + 1 / (1 - gamma);
}

Estimate series_by_probes(const SparseMatrix& w, double gamma) {
  constexpr int probes = 8;
  Eigen::VectorXd sums(probes);
  for (int p = 0; p < probes; ++p) sums[p] = probe(w, gamma, p);
  const double variance = (sums.array() - sums.mean()).square().sum() / (probes - 1);
  return {sums.mean(), std::sqrt(variance / probes)};
}

/// Sets the effective number of neighbors from the series, and its error to first order.
void set_effective_neighbors(Spectrum& result, double n, double gamma, Estimate series) {
  result.effective_neighbors = n / ((1 - gamma) * series.value);
  result.effective_neighbors_error = result.effective_neighbors * series.error / series.value;
}

/// Sets ρ and the other values that follow from the eigenvalues of a symmetric W.
void read_symmetric(Spectrum& result, const SparseMatrix& w, double gamma) {
  Extremes ends;
  if (w.rows() <= dense_limit) {
    const Eigen::VectorXd all = all_eigenvalues(w);
    ends = {all[0], all[all.size() - 1]};
    set_effective_neighbors(result, static_cast<double>(w.rows()), gamma, {series(all, gamma), 0});
  } else {
    ends = extreme_eigenvalues(w);
  }
  result.second_eigenvalue = ends.largest;
  result.smallest_eigenvalue = ends.smallest;
  result.rho = std::max(std::abs(ends.smallest), std::abs(ends.largest));
}

/// The same for a doubly stochastic W without symmetry.
void read_asymmetric(Spectrum& result, const SparseMatrix& w, double gamma) {
  // WᵀW is doubly stochastic, so its eigenvalues except that of the constant vector are those of (W − J)ᵀ(W − J).
  const SparseMatrix square = SparseMatrix(w.transpose()) * w;
  result.rho = std::sqrt(std::max(0.0, extreme_eigenvalues(square).largest));
  if (w.rows() <= dense_limit)
    set_effective_neighbors(result, static_cast<double>(w.rows()), gamma, {series_by_doubling(w, gamma), 0});
}

}  // namespace

Spectrum spectrum(const Mixing& mixing, SpectrumSettings settings) {
  const double gamma = settings.decay;
  if (!(gamma >= 0 && gamma < 1))
    throw TopologyError{fmt::format("spectrum: decay {} is out of range, expected at least 0 and below 1", gamma)};
  Spectrum result;
  if (mixing.size() == 1) return result;

  const SparseMatrix w = mixing.matrix();
  const bool averages = mixing.stochasticity() == Stochasticity::doubly;
  if (mixing.is_symmetric())
    read_symmetric(result, w, gamma);
  else if (averages)
    read_asymmetric(result, w, gamma);
  else
    result.rho = second_magnitude(mixing);
  if (averages && mixing.size() > dense_limit)
    set_effective_neighbors(result, mixing.size(), gamma, series_by_probes(w, gamma));
  result.spectral_gap = 1 - result.rho;
  if (!mixing.is_directed()) {
    const Extremes ends = extreme_eigenvalues(laplacian(mixing));
    result.laplacian_second = ends.smallest;
    result.laplacian_largest = ends.largest;
  }
  return result;
}

}  // namespace gossamer
