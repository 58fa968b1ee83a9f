#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// An invalid graph or mixing matrix: one sentence with what was found and what was expected.
class TopologyError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
