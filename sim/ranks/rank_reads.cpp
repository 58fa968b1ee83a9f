#include <algorithm>
#include <utility>

#include "sim/ranks/rank.hpp"

// One-sided reads. Between nodes of one rank a handle is handed over; all else goes through the window.
namespace gossamer {
namespace {

/// Bytes that a codec may add to its code. A code that is longer than its model is of no use.
constexpr std::size_t room_for_code = 256;

std::size_t room_of(const RankWorld::Setup& setup) {
  const std::size_t values =
      setup.plane ? static_cast<std::size_t>(setup.plane->dimension()) * setup.plane->scalar_bytes() + room_for_code
                  : 0;
  // All charged bytes are sent, unless the time of messages is modelled.
  return setup.wire == RankWorld::Wire::real ? std::max(values, static_cast<std::size_t>(setup.payload) + room_for_code)
                                             : values;
}

}  // namespace

void Rank::make_window() {
  const ModelWindow::Setup setup{.blocks = blocks_,
                                 .rank = rank_,
                                 .payload = setup_.payload,
                                 .room = room_of(setup_),
                                 .padded = setup_.wire == RankWorld::Wire::real};
  window_ = std::make_unique<ModelWindow>(setup, [this](ModelWindow& window) {
    if (cards_) cards_->publish_in(window);
    for (const WorldNode& node : nodes_) expose(node, window);
  });
  for (const Agenda::Item& item : std::exchange(waiting_reads_, {}))
    agenda_.put(item.due, item.kind, item.node, item.token);
}

void Rank::expose(const WorldNode& node, ModelWindow& window) {
  const auto& [vector, size, weight] = view(node.id()).exposed;
  window.expose(node.id(), {.size = size,
                            .weight = weight,
                            .encoded = vector && vector.version()->encoded,
                            .values = vector ? bytes(vector) : std::span<const std::byte>{}});
}

void Rank::model_exposed(const WorldNode& node) {
  const auto readers = node.out_neighbors();
  if (std::all_of(readers.begin(), readers.end(), [this](NodeId j) { return hosts(j); })) return;
  wants_window_ = true;
  if (window_) expose(node, *window_);
}

/// Keeps a due read until there is a window. Returns whether it waits.
bool Rank::waits_for_window(const Agenda::Item& item) {
  if (window_ || hosts(messages_[item.token].to)) return false;
  wants_window_ = true;
  waiting_reads_.push_back(item);
  return true;
}

/// Handles a request that has reached the card of the node that is read.
void Rank::handle_request(const Agenda::Item& item) {
  if (waits_for_window(item)) return;
  const Seconds in = cards_->arrival(now_, item.node, messages_[item.token].to, 0, Side::passive);
  agenda_.put(in, Kind::read, item.node, item.token);
}

/// Serves a read whose request is in.
void Rank::serve_read(MessageId id) {
  const Message& request = messages_[id];
  if (hosts(request.to)) return SharedWorld::serve_read(id);
  transit(id).due = now_;
  window_->start(request.from, request.to, id);
}

/// Takes the answers to reads of nodes of other ranks.
bool Rank::take_finished_reads() {
  bool any = false;
  while (window_) {
    const auto reading = window_->finished();
    if (!reading) break;
    any = true;
    now_ = cards_ ? transit(reading->token).due : clock_.now();
    const Message request = messages_.take(reading->token);
    const auto& [size, weight, encoded, values] = reading->exposed;
    Encoded found{.vector = {}, .size = size, .weight = weight};
    if (!values.empty()) {
      found.vector = encoded ? setup_.plane->adopt_encoded(values) : setup_.plane->adopt(values);
    } else if (setup_.plane) {
      found.vector = setup_.plane->initial_params(request.to);
    }
    sent_bytes_ += size;
    depart(messages_.add(request.to, request.from, Message::Kind::exposed, found, request.request));
  }
  return any;
}

}  // namespace gossamer
