#include "sim/network/collectives/schedule.hpp"

namespace gossamer {

void CollectiveSchedule::repeat(std::size_t actions, std::int32_t times) {
  const std::size_t end = actions_.size(), begin = end - actions;
  if (times > 0) {
    loops_.push_back({begin, end, times});
  } else {
    actions_.resize(begin);
  }
}

Action CollectiveSchedule::operator[](Position at) const {
  Action action = actions_[at.action];
  if (at.lap == 0) return action;
  action.step += at.lap;
  action.first -= at.lap;
  if (action.first < 0) action.first += pieces_;  // there are no more laps than pieces, and a division would be slower
  action.last = action.first + 1;
  return action;
}

CollectiveSchedule::Position CollectiveSchedule::after(Position at) const {
  const std::size_t next = at.action + 1;
  for (const Loop& loop : loops_) {
    if (next <= loop.begin || next > loop.end) continue;
    if (next < loop.end) return {next, at.lap};
    if (at.lap + 1 < loop.times) return {loop.begin, at.lap + 1};
  }
  return {next, 0};
}

Traffic CollectiveSchedule::traffic(NodeId node, Bytes vector) const {
  Traffic result;
  for (Position at; !ends_at(at); at = after(at)) {
    const Action action = (*this)[at];
    if (action.kind == Action::Kind::scale || action.peer == node) continue;
    const Bytes size = size_of(action, vector);
    if (action.receives()) {
      ++result.received_messages;
      result.received_bytes += size;
    } else {
      ++result.sent_messages;
      result.sent_bytes += size;
    }
  }
  return result;
}

}  // namespace gossamer
