#pragma once
#include "sim/ground/quantities.hpp"

namespace gossamer {

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
