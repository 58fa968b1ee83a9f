#pragma once
#include <optional>

#include "topologies/mixing.hpp"

namespace gossamer {

/// What theory asks of a mixing matrix. J = 11ᵀ/n averages exactly.
struct Spectrum {
  /// ρ = ‖W − J‖₂; where W is symmetric, the second largest magnitude of an eigenvalue. Where W is not doubly
  /// stochastic, and models do not come to their mean, that magnitude as well.
  double rho = 0;

  /// 1 − ρ
  double spectral_gap = 1;

  /// The second largest and the smallest eigenvalue of W; empty where W is not symmetric or n = 1.
  std::optional<double> second_eigenvalue;
  std::optional<double> smallest_eigenvalue;

  /// λ₂ and λ_n of the unnormalized Laplacian D − A of W's graph; empty where it is directed or n = 1.
  std::optional<double> laplacian_second;
  std::optional<double> laplacian_largest;

  /// n_W(γ), the effective number of neighbors of all nodes: see effective_neighbors.hpp. For normal W with λ_k² the
  /// squared magnitudes of its eigenvalues,
  ///
  ///     n_W(γ) = 1 / ((1 − γ) (1/n) Σ_k λ_k² / (1 − γ λ_k²)).
  ///
  /// 1 where W is not doubly stochastic: the formula knows no such W.
  double effective_neighbors = 1;

  /// The standard error of `effective_neighbors`: 0 up to 600 nodes, where all eigenvalues are known; above, the trace
  /// is estimated from 8 random signs per node.
  double effective_neighbors_error = 0;
};

struct SpectrumSettings {
  double decay = 0.95;  ///< γ ∈ [0, 1) of the effective number of neighbors
};

/// Up to 600 nodes by a dense solver, to about 1e-15. Above by Lanczos: an eigenvalue is off by 1e-9 at the very most,
/// and a spectral gap below 1e-4 holds to about 1e-12 + 1e-15/gap, relative.
/// Cost  above 600 nodes some hundred products with W: about a second at 10⁴ nodes, minutes at 10⁶.
/// Throws TopologyError where an eigenvalue does not converge, or γ is out of range.
Spectrum spectrum(const Mixing& mixing, SpectrumSettings settings = {});

}  // namespace gossamer
