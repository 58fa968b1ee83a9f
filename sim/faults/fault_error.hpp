#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown for faults that cannot be, with the value that was wrong.
class FaultError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
