#include <algorithm>
#include <utility>

#include "sim/mpi/rank.hpp"

// One-sided reads. Between nodes of one rank a handle is handed over; all else goes through the window.
namespace gossamer {
namespace {

/// What a codec may put before its bytes. A code that is longer than the model it stands for is of no use.
constexpr std::size_t room_for_code = 256;

std::size_t room_of(const MpiWorld::Setup& setup) {
  const std::size_t values =
      setup.plane ? static_cast<std::size_t>(setup.plane->dimension()) * setup.plane->scalar_bytes() + room_for_code
                  : 0;
  // What is charged travels, unless its time is modelled.
  return setup.wire == MpiWorld::Wire::real ? std::max(values, static_cast<std::size_t>(setup.payload) + room_for_code)
                                            : values;
}

}  // namespace

void Rank::make_window() {
  const ModelWindow::Setup setup{.blocks = blocks_,
                                 .rank = rank_,
                                 .payload = setup_.payload,
                                 .room = room_of(setup_),
                                 .padded = setup_.wire == MpiWorld::Wire::real};
  window_ = std::make_unique<ModelWindow>(setup, [this](ModelWindow& window) {
    for (const RankNode& node : nodes_) {
      if (shape_) window.tell_taken(node.id(), shape_->taken(node.id()));
      if (node.exposed_) expose(node, window);
    }
  });
  for (const Agenda::Item& item : std::exchange(waiting_reads_, {}))
    agenda_.put(item.due, item.kind, item.node, item.slot);
}

void Rank::expose(const RankNode& node, ModelWindow& window) {
  const auto& [vector, size, weight] = *node.exposed_;
  window.expose(node.id(), {.size = size,
                            .weight = weight,
                            .encoded = vector && vector.version()->encoded,
                            .values = vector ? bytes(vector) : std::span<const std::byte>{}});
}

void Rank::show(const RankNode& node) {
  const auto readers = node.out_neighbors();
  if (std::all_of(readers.begin(), readers.end(), [this](NodeId j) { return hosts(j); })) return;
  wants_window_ = true;
  if (window_) expose(node, *window_);
}

/// The request leaves the reader's card, or, on the real network, is the read itself.
void Rank::start_read(const RankNode& reader) {
  if (shape_) {
    agenda_.put(first_byte(reader.id(), reader.read_from_, 0, Side::active), Agenda::Kind::request, reader.id(),
                reader.read_question_);
  } else {
    agenda_.put(now_, Agenda::Kind::read, reader.id(), reader.read_question_);
  }
}

/// Whether the program that has asked is still there, and waits: nobody reads for one that its node has lost.
bool Rank::is_wanted(const RankNode& reader, std::uint32_t question) const {
  return reader.read_ == RankNode::Stage::under_way && reader.read_question_ == question;
}

/// What is due is due still, once there is a window.
bool Rank::waits_for_window(const Agenda::Item& item) {
  if (window_ || hosts(node(item.node).read_from_)) return false;
  wants_window_ = true;
  waiting_reads_.push_back(item);
  return true;
}

/// The request reaches the card of the node that is read.
void Rank::take_request(const Agenda::Item& item) {
  if (!is_wanted(node(item.node), item.slot)) return;
  if (waits_for_window(item)) return;
  const NodeId target = node(item.node).read_from_;
  if (!hosts(target)) shape_->set_taken(target, {.sending = {}, .receiving = window_->card(target).receiving});
  const Seconds in = hosts(target) ? arrival(now_, item.node, target, 0, Side::passive)
                                   : shape_->arrival(now_, item.node, target, 0, Side::passive);
  agenda_.put(in, Agenda::Kind::read, item.node, item.slot);
}

/// The request is in.
void Rank::read(const Agenda::Item& item) {
  RankNode& reader = node(item.node);
  if (!is_wanted(reader, item.slot)) return;
  if (waits_for_window(item)) return;
  if (faults_ && is_kept_back(reader, item)) return;
  reader.read_at_ = now_;
  if (faults_ && finds_nobody(reader)) return;
  if (!hosts(reader.read_from_)) return window_->start(reader.id(), reader.read_from_, item.slot);
  RankNode& target = node(reader.read_from_);
  Encoded found = exposed(target);
  ++target.counters_.interactions;
  ++target.counters_.sent_messages;
  target.counters_.sent_bytes += found.size;
  hand_over(reader, std::move(found));
}

/// What reads have found on other ranks.
bool Rank::take_found() {
  bool any = false;
  while (window_) {
    const auto reading = window_->finished();
    if (!reading) break;
    any = true;
    RankNode& reader = node(reading->reader);
    if (!is_wanted(reader, reading->question)) continue;
    const auto& [size, weight, encoded, values] = reading->exposed;
    Encoded found{.vector = {}, .size = size, .weight = weight};
    if (!values.empty()) {
      found.vector = encoded ? setup_.plane->adopt_encoded(values) : setup_.plane->adopt(values);
    } else if (setup_.plane) {
      found.vector = setup_.plane->initial_params(reading->target);
    }
    now_ = shape_ ? reader.read_at_ : clock_.now();
    hand_over(reader, std::move(found));
  }
  return any;
}

/// The node shows its model at time zero again.
void Rank::hide(RankNode& node) {
  node.exposed_.reset();
  if (window_) window_->expose(node.id(), {.size = setup_.payload});
}

Encoded Rank::exposed(RankNode& node) {
  if (!node.exposed_)
    node.exposed_ =
        Encoded{.vector = setup_.plane ? setup_.plane->initial_params(node.id()) : Params{}, .size = setup_.payload};
  return *node.exposed_;
}

/// It flies back to the reader.
void Rank::hand_over(RankNode& reader, Encoded found) {
  const NodeId target = reader.read_from_;
  sent_bytes_ += found.size;
  transfer_.change(now_, 1);
  MessageHeader header{.from = target,
                       .to = reader.id(),
                       .size = found.size,
                       .weight = found.weight,
                       .kind = MessageHeader::Kind::shown};
  header.sent = now_;
  header.question = reader.read_question_;
  if (shape_)
    header.first_byte = hosts(target) ? first_byte(target, reader.id(), found.size, Side::passive)
                                      : first_byte_from_elsewhere(reader, found.size);
  expect({.header = header, .content = std::move(found.vector)});
}

/// Takes the card of a node of another rank for what is read. Its owner's rank goes on meanwhile: a message that it
/// sends in the very microsecond in which a reader takes the card may leave beside what is read instead of before or
/// after it.
Seconds Rank::first_byte_from_elsewhere(const RankNode& reader, Bytes size) {
  const NodeId target = reader.read_from_;
  for (;;) {
    const ModelWindow::Card card = window_->card(target);
    shape_->set_taken(target, {std::max(card.by_messages, card.by_readers), card.receiving});
    const Seconds time = shape_->first_byte(reader.read_at_, target, reader.id(), size, Side::passive);
    if (window_->take_card(target, card, shape_->taken(target).sending)) return time;
  }
}

NodeCounters Rank::counters(const RankNode& node) const {
  NodeCounters counters = is_down(node) ? node.counters_ : node.counters_at(clock_.now());
  if (!window_) return counters;
  const ModelWindow::Served served = window_->served(node.id());
  counters.interactions += served.reads;
  counters.sent_messages += served.reads;
  counters.sent_bytes += served.bytes;
  return counters;
}

}  // namespace gossamer
