#pragma once
#include <optional>

#include "topologies/mixing.hpp"

namespace gossamer {

/// The quantities of a mixing matrix that theory uses. J = 11ᵀ/n averages exactly.
struct Spectrum {
  /// ρ = ‖W − J‖₂; for symmetric W this is the second largest eigenvalue magnitude. If W is not doubly stochastic,
  /// models do not converge to their mean, and ρ is the second largest eigenvalue magnitude as well.
  double rho = 0;

  /// 1 − ρ
  double spectral_gap = 1;

  /// The second largest and the smallest eigenvalue of W; empty if W is not symmetric or n = 1.
  std::optional<double> second_eigenvalue;
  std::optional<double> smallest_eigenvalue;

  /// λ₂ and λ_n of the unnormalized Laplacian D − A of W's graph; empty if the graph is directed or n = 1.
  std::optional<double> laplacian_second;
  std::optional<double> laplacian_largest;

  /// n_W(γ), the effective number of neighbors of all nodes: see effective_neighbors.hpp. For normal W with λ_k² the
  /// squared magnitudes of its eigenvalues,
  ///
  ///     n_W(γ) = 1 / ((1 − γ) (1/n) Σ_k λ_k² / (1 − γ λ_k²)).
  ///
  /// 1 if W is not doubly stochastic: the formula does not apply.
  double effective_neighbors = 1;

  /// The standard error of `effective_neighbors`: 0 up to 600 nodes, since all eigenvalues are known. Above, the trace
  /// is estimated from 8 random signs per node.
  double effective_neighbors_error = 0;
};

struct SpectrumSettings {
  double decay = 0.95;  ///< γ ∈ [0, 1) of the effective number of neighbors
};

/// The spectrum of W. Up to 600 nodes a dense solver gives it to about 1e-15. Above, Lanczos is used: the error of an
/// eigenvalue is at most 1e-9, and the relative error of a spectral gap below 1e-4 is about 1e-12 + 1e-15/gap.
/// Cost    above 600 nodes some hundred products with W: about a second at 10⁴ nodes, minutes at 10⁶.
/// Throws TopologyError if an eigenvalue does not converge, or if γ is out of range.
Spectrum spectrum(const Mixing& mixing, SpectrumSettings settings = {});

}  // namespace gossamer
