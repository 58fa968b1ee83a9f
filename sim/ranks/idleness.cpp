#include "sim/ranks/idleness.hpp"

#include <algorithm>

namespace gossamer {

Seconds Idleness::nap(Seconds now, Seconds next_due, Duty duty) {
  constexpr Seconds margin{20e-6};  // before the next due time
  constexpr Seconds shortest_nap{5e-6};
  if (since_ < Seconds{0}) since_ = now;
  const Seconds idle = now - since_;
  if (idle < habits_.alert && !duty.computing) return Seconds{0};
  // A large message needs both ranks many times.
  const Seconds longest = duty.messages_under_way ? std::min(habits_.longest_nap, idle / 64) : habits_.longest_nap;
  const Seconds wanted = duty.computing ? std::max(idle / 4, margin) : idle / 4;
  const Seconds nap = std::min({std::max(longest, shortest_nap), wanted, next_due - now - margin});
  return nap < shortest_nap ? Seconds{0} : nap;
}

}  // namespace gossamer
