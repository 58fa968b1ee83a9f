#include "sim/world/collective_play.hpp"

#include <algorithm>
#include <initializer_list>

namespace gossamer {

void CollectivePlay::join(std::span<const std::byte> values, Sender& sender) {
  values_ = packet_of(values);
  joined_ = true;
  proceed(sender);
}

void CollectivePlay::take(Received part, Sender& sender) {
  if (joined_ && !over_) {
    const Action awaited = schedule_[at_];
    if (awaited.step == part.step && awaited.peer == part.from) {
      use(awaited.kind, part.values(), pieces(awaited));
      at_ = schedule_.after(at_);
      return proceed(sender);
    }
  }
  const std::pair key{part.step, part.from};
  early_.emplace(key, std::move(part));
}

void CollectivePlay::proceed(Sender& sender) {
  for (; !schedule_.ends_at(at_); at_ = schedule_.after(at_))
    if (!perform(schedule_[at_], sender)) return;
  over_ = true;
}

/// Performs an action. Returns whether that was possible: a part may be missing.
bool CollectivePlay::perform(const Action& action, Sender& sender) {
  if (action.kind == Action::Kind::send) {
    send(action, sender);
  } else if (!action.receives()) {
    use(action.kind, {}, pieces(action));
  } else {
    const auto part = early_.find({action.step, action.peer});
    if (part == early_.end()) return false;
    use(action.kind, part->second.values(), pieces(action));
    early_.erase(part);
  }
  return true;
}

void CollectivePlay::send(const Action& action, Sender& sender) {
  const auto values = pieces(action);
  if (action.peer != setup_.node)
    return sender.send_part(
        {.to = action.peer, .step = action.step, .size = schedule_.size_of(action, setup_.payload), .values = values});
  early_.emplace(std::pair{action.step, action.peer},
                 Received{.from = action.peer, .step = action.step, .memory = packet_of(values), .begin = 0});
}

/// Sums of scaled terms are fused multiply-adds, the term with the factor 1 first.
void CollectivePlay::use(Action::Kind kind, std::span<const std::byte> part, std::span<std::byte> mine) {
  if (!setup_.plane) {
    if (kind == Action::Kind::copy && !part.empty()) std::copy(part.begin(), part.end(), mine.begin());
    return;
  }
  const double share = 1.0 / setup_.nodes;
  const auto combine = [&](std::initializer_list<RawTerm> terms) {
    setup_.plane->combine_raw({terms.begin(), terms.size()}, mine);
  };
  switch (kind) {
    case Action::Kind::send:
      break;
    case Action::Kind::scale:
      return combine({{share, mine}});
    case Action::Kind::copy:
      return combine({{1.0, part}});
    case Action::Kind::add:
      return combine({{1.0, mine}, {1.0, part}});
    case Action::Kind::share:
      return combine({{share, part}});
    case Action::Kind::add_share:
      return combine({{1.0, mine}, {share, part}});
    case Action::Kind::add_own_share:
      return combine({{1.0, part}, {share, mine}});
  }
}

std::span<std::byte> CollectivePlay::pieces(const Action& action) {
  if (values_.empty()) return {};
  const std::size_t scalar = setup_.plane ? setup_.plane->scalar_bytes() : 1;
  const auto d = static_cast<std::int64_t>(values_.size() / scalar);
  const auto begin = static_cast<std::size_t>(schedule_.begin_of(action.first, d));
  const auto end = static_cast<std::size_t>(schedule_.begin_of(action.last, d));
  return std::span{values_}.subspan(begin * scalar, (end - begin) * scalar);
}

}  // namespace gossamer
