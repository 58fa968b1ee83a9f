#include "sim/faults/fates.hpp"

#include <algorithm>

namespace gossamer {

using Outcome = MessageFault::Effect::Outcome;

Fates::Fates(const MessageFaults& faults, std::size_t pairs)
    : faults_{faults}, pairs_(pairs), memory_(pairs * faults.size()) {}

/// Returns the first fault that hits the attempt.
Fates::FirstFault Fates::apply(std::size_t pair, MessageFault::Attempt& attempt) {
  FirstFault first_fault;
  Seconds arrival = attempt.arrival;
  for (std::size_t k = 0; k < faults_.size(); ++k) {
    const auto effect = faults_[k]->apply(attempt, memory_[pair * faults_.size() + k]);
    arrival = std::max(arrival, effect.arrival);
    if (!first_fault.by && effect.outcome != Outcome::arrives)
      first_fault = {.by = faults_[k].get(), .corrupts = effect.outcome == Outcome::corrupted};
  }
  attempt.arrival = arrival;
  return first_fault;
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
  for (FirstFault first_fault = apply(message.pair, attempt); first_fault.by;
       first_fault = apply(message.pair, attempt)) {
    const auto again = first_fault.by->retransmit();
    fate.arrives = again.has_value();
    fate.broken = !again && first_fault.corrupts;
    if (!again) break;
    ++(first_fault.corrupts ? fate.corrupted : fate.lost);
    ++fate.retransmitted;
    ++attempt.number;
    attempt.sent += *again;
    attempt.arrival += *again;
  }
  fate.at = pair.last = std::max(pair.last, attempt.arrival);
  return fate;
}

Fates::Fate Fates::of_request(const Message& request) const {
  const MessageFault::Attempt attempt{
      .from = request.from, .to = request.to, .sent = request.sent, .arrival = request.arrival};
  Fate fate{.at = request.arrival};
  for (const auto& fault : faults_) {
    if (!fault->affects_requests()) continue;
    std::uint8_t memory = 0;
    const auto effect = fault->apply(attempt, memory);
    fate.at = std::max(fate.at, effect.arrival);
    fate.arrives &= effect.outcome == Outcome::arrives;
  }
  return fate;
}

}  // namespace gossamer
