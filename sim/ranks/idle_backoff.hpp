#pragma once
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Lets a rank rest while nothing happens. It looks at full speed for a while, then takes longer and longer sleeps, but
/// never past the next due time.
class IdleBackoff {
 public:
  struct BackoffSettings {
    Seconds spin_time{20e-6};  ///< how long it keeps looking after something has happened
    Seconds longest_sleep{1e-3};
  };
  explicit IdleBackoff(BackoffSettings settings) : settings_{settings} {}

  /// Ends the idle period: an event has happened.
  void end() { since_ = Seconds{-1}; }

  /// Reasons for which a rank rests less, or at once.
  struct Activity {
    bool computing = false;           ///< its worker needs a core, so the rank sleeps at once
    bool messages_in_flight = false;  ///< they proceed only if the rank looks, so sleeps are shorter
  };

  /// The duration of the next sleep: zero if the next look should come at once.
  Seconds sleep_time(Seconds now, Seconds next_due, Activity activity);

 private:
  BackoffSettings settings_;
  Seconds since_{-1};
};

}  // namespace gossamer
