#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown for laws of step times that cannot be used, with the wrong value.
class ComputeError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
