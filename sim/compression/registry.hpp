#pragma once
#include <memory>
#include <vector>

#include "sim/ground/settings.hpp"
#include "sim/numerics/codec.hpp"

namespace gossamer {

using CompressorEntry = Entry<std::shared_ptr<const Codec>()>;

/// The entries of all compressors. `make` returns null for "none": models are sent in full. It throws CompressionError
/// for invalid settings.
const std::vector<CompressorEntry>& compressors();

}  // namespace gossamer
