#pragma once
#include "sim/ground/input_error.hpp"

namespace gossamer {

/// A program that the symbolic world cannot run, settings without a meaning, or a semidefinite program without a
/// certificate: one sentence with the reason.
class ProofError : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace gossamer
