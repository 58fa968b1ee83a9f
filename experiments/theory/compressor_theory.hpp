#pragma once
#include "experiments/theory/theory.hpp"

namespace gossamer {

/// Adds δ of a compressor that is a contraction, and ω of an unbiased one.
void add_compressor(const Experiment& experiment, Theory& theory);

}  // namespace gossamer
