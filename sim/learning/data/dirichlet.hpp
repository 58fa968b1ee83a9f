#pragma once
#include <vector>

#include "sim/ground/random.hpp"

namespace gossamer {

/// A draw from Dir(α_1, …, α_k): nonnegative shares whose sum is 1 but for rounding. A shape of 0 has the share 0.
///
/// The shares are normalized Gamma(α_c, 1) draws, taken by their logarithms, since for small α they lie below the
/// smallest double: Gamma(α) ~ Gamma(α + 1) U^{1/α} (Marsaglia, Tsang, "A simple method for generating gamma
/// variables", ACM TOMS 2000). Needs a shape above 0.
std::vector<double> dirichlet_draw(const std::vector<double>& shapes, Draws draws);

}  // namespace gossamer
