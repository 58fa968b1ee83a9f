#include "sim/ranks/shared_cards.hpp"

#include <algorithm>

namespace gossamer {

void SharedCards::publish_in(ModelWindow& window) {
  window_ = &window;
  for (NodeId i = blocks_.first(rank_); i < blocks_.first(rank_ + 1); ++i) publish(i);
}

void SharedCards::publish(NodeId node) {
  const auto [sending, receiving] = shape_->taken(node);
  window_->tell_taken(node, sending, receiving);
}

Seconds SharedCards::first_byte(Seconds now, NodeId from, NodeId to, Bytes size, Side sender) {
  if (!window_) return shape_->first_byte(now, from, to, size, sender);
  if (!hosts(from)) return first_byte_from_elsewhere(now, from, to, size);
  const Shape::Taken taken = shape_->taken(from);
  shape_->set_taken(from, {std::max(taken.sending, window_->taken_by_readers(from)), taken.receiving});
  const Seconds time = shape_->first_byte(now, from, to, size, sender);
  publish(from);
  return time;
}

/// Occupies the card of a node of another rank for the answer to a read. The owner's rank goes on meanwhile. A message
/// that it sends in the microsecond in which a reader occupies the card may leave beside the answer instead of before
/// or after it.
Seconds SharedCards::first_byte_from_elsewhere(Seconds now, NodeId target, NodeId reader, Bytes size) {
  for (;;) {
    const ModelWindow::Card card = window_->card(target);
    shape_->set_taken(target, {std::max(card.by_messages, card.by_readers), card.receiving});
    const Seconds time = shape_->first_byte(now, target, reader, size, Side::passive);
    if (window_->take_card(target, card, shape_->taken(target).sending)) return time;
  }
}

Seconds SharedCards::arrival(Seconds first_byte, NodeId from, NodeId to, Bytes size, Side receiver) {
  if (!hosts(to)) shape_->set_taken(to, {.sending = {}, .receiving = window_->card(to).receiving});
  const Seconds time = shape_->arrival(first_byte, from, to, size, receiver);
  if (window_ && hosts(to)) publish(to);
  return time;
}

}  // namespace gossamer
