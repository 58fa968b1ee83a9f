#pragma once
#include <stdexcept>

namespace gossamer {

/// Base class of all that is thrown for bad input: files, settings, command lines. The message is ready to be shown.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace gossamer
