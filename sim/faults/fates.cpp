#include "sim/faults/fates.hpp"

#include <algorithm>

namespace gossamer {

using Outcome = MessageFault::Effect::Outcome;

Fates::Fates(const MessageFaults& faults, std::size_t pairs)
    : faults_{faults}, pairs_(pairs), memory_(pairs * faults.size()) {}

/// The first fault that hits the attempt; null where it arrives.
const MessageFault* Fates::befall(std::size_t pair, MessageFault::Attempt& attempt, Fate& fate) {
  const MessageFault* hit = nullptr;
  Seconds arrival = attempt.arrival;
  for (std::size_t k = 0; k < faults_.size(); ++k) {
    const auto effect = faults_[k]->befall(attempt, memory_[pair * faults_.size() + k]);
    arrival = std::max(arrival, effect.arrival);
    if (hit || effect.outcome == Outcome::arrives) continue;
    hit = faults_[k].get();
    ++(effect.outcome == Outcome::lost ? fate.lost : fate.corrupted);
  }
  attempt.arrival = arrival;
  return hit;
}

Fates::Fate Fates::of(const Message& message) {
  Pair& pair = pairs_[message.pair];
  MessageFault::Attempt attempt{.from = message.from,
                                .to = message.to,
                                .message = pair.messages++,
                                .number = 0,
                                .sent = message.sent,
                                .arrival = message.arrival};
  Fate fate;
  while (const MessageFault* const hit = befall(message.pair, attempt, fate)) {
    const auto again = hit->retransmit();
    fate.arrives = again.has_value();
    if (!again) break;
    ++fate.retransmitted;
    ++attempt.number;
    attempt.sent += *again;
    attempt.arrival += *again;
  }
  fate.at = pair.last = std::max(pair.last, attempt.arrival);
  return fate;
}

}  // namespace gossamer
