#pragma once
#include <stdexcept>

namespace gossamer {

/// Thrown for laws of step times that cannot be used, with the value that was wrong.
class ComputeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace gossamer
