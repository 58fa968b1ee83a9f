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

/// Lets a rank rest while nothing happens. It looks at full speed for a while, then takes longer and longer naps, but
/// never past the next due time.
class Idleness {
 public:
  struct Habits {
    Seconds alert{20e-6};  ///< how long it keeps looking after something has happened
    Seconds longest_nap{1e-3};
  };
  explicit Idleness(Habits habits) : habits_{habits} {}

  /// Ends the idle period: an event has happened.
  void end() { since_ = Seconds{-1}; }

  /// Reasons for which a rank rests less, or at once.
  struct Duty {
    bool computing = false;           ///< its worker needs a core, so the rank naps at once
    bool messages_under_way = false;  ///< they proceed only if the rank looks, so naps are shorter
  };

  /// The duration of the next nap: zero if the next look should come at once.
  Seconds nap(Seconds now, Seconds next_due, Duty duty);

 private:
  Habits habits_;
  Seconds since_{-1};
};

}  // namespace gossamer
