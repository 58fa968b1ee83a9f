#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown for experiment files that cannot be used: file, path to the key, what stands there, what was expected and the
/// nearest valid name, in up to three lines that are ready to be shown.
class ExperimentError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
