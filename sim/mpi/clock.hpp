#pragma once
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Wall time since an instant on which all ranks agreed; before that, some time before zero.
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

/// Lets a rank rest while nothing happens: at full speed for a while, then for longer and longer naps, but never past
/// the time at which something is due.
class Idleness {
 public:
  struct Habits {
    Seconds alert{20e-6};  ///< how long it keeps looking after something has happened
    Seconds longest_nap{1e-3};
  };
  explicit Idleness(Habits habits) : habits_{habits} {}

  /// Something has happened.
  void end() { since_ = Seconds{-1}; }

  /// What keeps a rank from resting as it likes.
  struct Duty {
    bool computing = false;           ///< its worker wants a core: the rank naps at once instead of looking out
    bool messages_under_way = false;  ///< which proceed only where somebody looks: it naps for shorter
  };

  /// How long to nap: zero where the next look should come at once.
  Seconds nap(Seconds now, Seconds next_due, Duty duty);

 private:
  Habits habits_;
  Seconds since_{-1};
};

}  // namespace gossamer
