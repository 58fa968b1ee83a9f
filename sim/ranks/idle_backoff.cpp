#include "sim/ranks/idle_backoff.hpp"

#include <algorithm>

namespace gossamer {

Seconds IdleBackoff::sleep_time(Seconds now, Seconds next_due, Activity activity) {
  constexpr Seconds margin{20e-6};  // before the next due time
  constexpr Seconds shortest_sleep{5e-6};
  if (since_ < Seconds{0}) since_ = now;
  const Seconds idle = now - since_;
  if (idle < settings_.spin_time && !activity.computing) return Seconds{0};
  // A large message needs both ranks many times.
  const Seconds longest =
      activity.messages_in_flight ? std::min(settings_.longest_sleep, idle / 64) : settings_.longest_sleep;
  const Seconds wanted = activity.computing ? std::max(idle / 4, margin) : idle / 4;
  const Seconds sleep_time = std::min({std::max(longest, shortest_sleep), wanted, next_due - now - margin});
  return sleep_time < shortest_sleep ? Seconds{0} : sleep_time;
}

}  // namespace gossamer
