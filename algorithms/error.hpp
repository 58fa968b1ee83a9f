#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// An error: the algorithm with these settings cannot run on this graph. One sentence: the need, and the graph's
/// property.
class AlgorithmError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
