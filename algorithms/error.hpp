#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// A graph on which an algorithm cannot run as its settings say: one sentence on what it needs and what there is.
class AlgorithmError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
