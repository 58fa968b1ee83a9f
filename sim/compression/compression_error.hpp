#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown for compressors that cannot be used, with the wrong value.
class CompressionError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
