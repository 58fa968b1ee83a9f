#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown for compressors that cannot be, with the value that was wrong.
class CompressionError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
