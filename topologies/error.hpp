#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// A graph or a mixing matrix that cannot be: one sentence on what was found and what was expected.
class TopologyError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
