#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown if the expectations of a run cannot be computed exactly. One sentence: what the run does.
class MomentsError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
