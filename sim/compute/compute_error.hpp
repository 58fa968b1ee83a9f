#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown for laws of step times that cannot be used, with the value that was wrong.
class ComputeError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
