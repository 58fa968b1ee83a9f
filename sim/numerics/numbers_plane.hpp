#pragma once
#include <memory>

#include "sim/numerics/data_plane.hpp"

namespace gossamer {

/// A data plane for vectors of a few float64 numbers that are no models: it averages them with the roundings of models.
std::shared_ptr<DataPlane> make_numbers_plane(Index count);

}  // namespace gossamer
