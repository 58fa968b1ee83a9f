#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown for impossible faults, with the wrong value.
class FaultError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
