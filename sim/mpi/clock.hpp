#pragma once
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Wall time since an instant on which all ranks agreed; negative before it.
///
/// Ranks of one machine read the same clock. Ranks of several machines start theirs at the end of a barrier, hence
/// differ by about the latency between them.
class Clock {
 public:
  Clock();

  /// Agrees on a start, and returns when it is zero. All ranks call it at the same time.
  void start();

  Seconds now() const;

 private:
  Seconds start_;
};

}  // namespace gossamer
