#pragma once
#include <stdexcept>

namespace gossamer {

/// Thrown for faults that cannot be, with the value that was wrong.
class FaultError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace gossamer
