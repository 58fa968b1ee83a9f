#pragma once
#include <vector>

#include "sim/ground/parts.hpp"
#include "sim/numerics/codec.hpp"

namespace gossamer {

using CompressorEntry = PartEntry<Codec>;

/// The entries of all compressors. `make` returns null for "none": models are sent in full. It throws CompressionError
/// for invalid settings.
const std::vector<CompressorEntry>& compressors();

}  // namespace gossamer
