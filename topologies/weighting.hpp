#pragma once

namespace gossamer {

/// The weights that make a graph a mixing matrix: a rule, then laziness.
struct Weighting {
  enum class Rule {
    automatic,                         ///< Metropolis–Hastings; uniform if directed; a matrix file's own weights
    metropolis_hastings,               ///< 1/(1 + max(d_i, d_j))
    metropolis_hastings_without_self,  ///< 1/max(d_i, d_j)
    uniform,                           ///< 1/(r + 1), each node counting itself
    in_uniform,                        ///< 1/(in-degree + 1): row-stochastic
    out_uniform,                       ///< 1/(out-degree + 1): column-stochastic
    max_degree,                        ///< I − Lap/(d_max + 1)
    best_constant,                     ///< I − c Lap, c = 2/(λ₂ + λ_n)
  };
  Rule rule = Rule::automatic;
  double laziness = 0;  ///< θ ∈ [0, 1): W ← θ I + (1 − θ) W
};

}  // namespace gossamer
