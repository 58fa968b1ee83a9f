#include "sim/ranks/shared_cards.hpp"

#include <algorithm>

namespace gossamer {

void SharedCards::publish_in(ModelWindow& window) {
  window_ = &window;
  for (NodeId i = blocks_.first(rank_); i < blocks_.first(rank_ + 1); ++i) publish(i);
}

void SharedCards::publish(NodeId node) {
  const auto [sending, receiving] = shaper_->busy_until(node);
  window_->publish_busy_until(node, sending, receiving);
}

Seconds SharedCards::first_byte(Seconds now, NodeId from, NodeId to, Bytes size, Side sender) {
  if (!window_) return shaper_->first_byte(now, from, to, size, sender);
  if (!hosts(from)) return first_byte_of_remote_read(now, from, to, size);
  const Shaper::BusyUntil busy = shaper_->busy_until(from);
  shaper_->set_busy_until(from, {std::max(busy.sending, window_->busy_by_readers_until(from)), busy.receiving});
  const Seconds time = shaper_->first_byte(now, from, to, size, sender);
  publish(from);
  return time;
}

/// Occupies the card of a node of another rank for the answer to a read. The owner's rank goes on meanwhile. A message
/// that it sends in the microsecond in which a reader occupies the card may leave beside the answer instead of before
/// or after it.
Seconds SharedCards::first_byte_of_remote_read(Seconds now, NodeId target, NodeId reader, Bytes size) {
  for (;;) {
    const ModelWindow::BusyTimes busy_until = window_->busy_until(target);
    shaper_->set_busy_until(target, {std::max(busy_until.by_messages, busy_until.by_readers), busy_until.receiving});
    const Seconds time = shaper_->first_byte(now, target, reader, size, Side::passive);
    if (window_->occupy_card(target, busy_until, shaper_->busy_until(target).sending)) return time;
  }
}

Seconds SharedCards::arrival(Seconds first_byte, NodeId from, NodeId to, Bytes size, Side receiver) {
  if (!hosts(to)) shaper_->set_busy_until(to, {.sending = {}, .receiving = window_->busy_until(to).receiving});
  const Seconds time = shaper_->arrival(first_byte, from, to, size, receiver);
  if (window_ && hosts(to)) publish(to);
  return time;
}

}  // namespace gossamer
