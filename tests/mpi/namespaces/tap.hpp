#pragma once
#include <optional>
#include <string>

#include "tests/mpi/namespaces/fabric.hpp"

namespace gossamer {

/// A network card of a namespace, whose cable ends in this process (Linux TAP). It exists as long as this object.
class Tap {
 public:
  /// Makes the device in the namespace that `ip netns add` has made with that name. Throws std::system_error.
  Tap(const std::string& name_space, const std::string& device);
  ~Tap();
  Tap(Tap&& other) noexcept;
  Tap& operator=(Tap&&) = delete;

  /// The next frame that the namespace has sent; none where there is none yet. Throws std::system_error.
  std::optional<Frame> read();

  /// Hands a frame to the namespace; false where it would not take it, since its device is not up.
  bool write(const Frame& frame);

  /// Becomes readable when the namespace sends.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

}  // namespace gossamer
