#pragma once
#include <stdexcept>

namespace gossamer {

/// Base class of all exceptions for bad input: files, settings, command lines. The message can be shown to users.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace gossamer
