#pragma once
#include <cstdint>
#include <memory>

#include "sim/numerics/summary.hpp"

namespace gossamer {

/// (‖u‖², ⟨ζ, u⟩) with a random direction ζ, ‖ζ‖ = 1, uniform on the sphere. Equal seeds give equal directions.
std::shared_ptr<const VectorSummary> random_projection_summary(std::uint64_t seed);

}  // namespace gossamer
