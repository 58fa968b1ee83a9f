#include <algorithm>
#include <utility>

#include "sim/mpi/rank.hpp"
#include "sim/mpi/rank_faults.hpp"

// Messages: from a node to the wire, or to a neighbor on this rank, and from there to the node that they are for.
namespace gossamer {

void Rank::send(NodeId from, NodeId to, MessageHeader::Kind kind, const Encoded& content, std::uint16_t question) {
  NodeCounters& counters = node(from).counters_;
  ++counters.sent_messages;
  counters.sent_bytes += content.size;
  sent_bytes_ += content.size;
  const Params& vector = content.vector;
  const bool encoded = vector && vector.version()->encoded;
  post({.from = from,
        .to = to,
        .size = content.size,
        .weight = content.weight,
        .kind = kind,
        .encoded = encoded,
        .question = question},
       vector, vector && !hosts(to) ? bytes(vector) : std::span<const std::byte>{});
}

/// What stands for it in a packet.
std::span<const std::byte> Rank::bytes(const Params& content) {
  return content.version()->encoded ? setup_.plane->encoded(content) : setup_.plane->bytes(content);
}

void Rank::send(NodeId from, std::int64_t all_reduce, const CollectivePlay::Part& part) {
  charge(node(from), {.sent_messages = 1, .sent_bytes = part.size});
  post({.from = from,
        .to = part.to,
        .size = part.size,
        .all_reduce = all_reduce,
        .step = part.step,
        .kind = MessageHeader::Kind::collective},
       {}, part.values);
}

/// Sends a message, or keeps it where its receiver lives here.
void Rank::post(MessageHeader header, const Params& content, std::span<const std::byte> values) {
  header.sent = now_;
  transfer_.change(now_, 1);
  header.values = static_cast<std::int64_t>(values.size());
  if (shape_) header.first_byte = first_byte(header.from, header.to, header.size, Side::active);
  if (hosts(header.to)) {
    Packet packet = values.empty() ? Packet{} : packed(header, values);
    expect({.header = header, .content = content, .packet = std::move(packet)});
    return;
  }
  Packet packet = packed(header, values);
  // What is charged is sent, unless its time is modelled.
  if (!shape_) packet.resize(sizeof(header) + std::max(values.size(), static_cast<std::size_t>(header.size)));
  transport_.send(blocks_.host(header.to), std::move(packet));
}

/// A card here may be taken by readers elsewhere, and these must know by what else it is taken.
Seconds Rank::first_byte(NodeId from, NodeId to, Bytes size, Side sender) {
  if (!window_) return shape_->first_byte(now_, from, to, size, sender);
  const Shape::Taken taken = shape_->taken(from);
  shape_->set_taken(from, {std::max(taken.sending, window_->taken_by_readers(from)), taken.receiving});
  const Seconds time = shape_->first_byte(now_, from, to, size, sender);
  window_->tell_taken(from, shape_->taken(from));
  return time;
}

Seconds Rank::arrival(Seconds first_byte, NodeId from, NodeId to, Bytes size, Side receiver) {
  const Seconds time = shape_->arrival(first_byte, from, to, size, receiver);
  if (window_) window_->tell_taken(to, shape_->taken(to));
  return time;
}

/// A message is here; a shape may say that it has not arrived yet.
void Rank::expect(NodeMessage message) {
  const MessageHeader header = message.header;
  if (is_notice(header.kind)) return hear_notice(header);
  const std::uint32_t slot = store(std::move(message));
  if (takes_turns(header)) turns_->send(pair_of(header), slot);
  if (shape_) {
    agenda_.put(header.first_byte, Agenda::Kind::first_byte, header.to, slot);
  } else {
    agenda_.put(std::max(clock_.now(), now_), Agenda::Kind::deliver, header.to, slot);
  }
}

/// Where the network is shaped, nodes are as attentive as its model says. See `Simulation::World`.
bool Rank::is_noticed_later(const Agenda::Item& item) {
  const Seconds attention = shape_ ? setup_.network.attention() : Seconds{0};
  const RankNode& receiver = node(item.node);
  if (attention == Seconds{0} || receiver.gradient_ != RankNode::Stage::under_way) return false;
  if (std::exchange(stored(item.slot).noticed, true)) return false;
  const bool paced = setup_.compute != MpiWorld::Compute::real;
  const Seconds noticed = now_ + attention;
  const Seconds over = std::max(now_, receiver.gradient_due_);
  agenda_.put(paced ? std::min(noticed, over) : noticed, Agenda::Kind::deliver, item.node, item.slot);
  return true;
}

/// Parts of reads and of all-reduces do not: they name what they belong to.
bool Rank::takes_turns(const MessageHeader& header) const {
  return turns_ && header.kind != MessageHeader::Kind::collective && header.kind != MessageHeader::Kind::shown;
}

/// The number of sender and receiver among the pairs whose receivers live here.
std::size_t Rank::pair_of(const MessageHeader& header) {
  return pair_start_[static_cast<std::size_t>(header.to - blocks_.first(rank_))] +
         node(header.to).neighbor_index(header.from);
}

/// A message comes out of the network, or is due once more.
void Rank::come_out(std::uint32_t slot) {
  const NodeMessage& message = stored(slot);
  if (message.in_turn || !takes_turns(message.header)) return deliver(take_stored(slot));
  turns_->come(pair_of(message.header), slot, [this](std::uint32_t next) {
    NodeMessage first = take_stored(next);
    first.in_turn = true;
    deliver(std::move(first));
  });
}

void Rank::deliver(NodeMessage message) {
  const bool fated = faults_ && message.header.kind != MessageHeader::Kind::collective;
  if (fated && !arrives_despite_faults(message)) return;
  transfer_.change(now_, -1);
  const MessageHeader& header = message.header;
  const NodeId sender = header.from;
  const MessageHeader::Kind kind = header.kind;
  RankNode& receiver = node(header.to);
  ++receiver.counters_.received_messages;
  receiver.counters_.received_bytes += header.size;
  if (kind == MessageHeader::Kind::collective) return receiver.take_part(std::move(message));
  if (kind == MessageHeader::Kind::state) return start_program(receiver, std::move(message.content));
  if (kind == MessageHeader::Kind::reply) {
    receiver.answer_ = take_content(message);
    receiver.exchange_ = RankNode::Stage::ready;
    receiver.meet();
    wake_if_there(receiver, Wait::exchange, sender);
  } else if (kind == MessageHeader::Kind::shown) {
    receiver.found_ = take_content(message);
    receiver.read_ = RankNode::Stage::ready;
    receiver.meet();
    wake_if_there(receiver, Wait::read, sender);
  } else if (kind == MessageHeader::Kind::request && receiver.handler_) {
    answer(std::move(message), receiver);
  } else {
    receiver.mailbox(sender).push_back(std::move(message));
    wake_if_there(receiver, kind == MessageHeader::Kind::model ? Wait::message : Wait::exchange, sender);
  }
}

void Rank::answer(NodeMessage message, RankNode& partner) {
  const Encoded mine = partner.handler_(take_content(message));
  partner.meet();
  send(partner.id(), message.header.from, MessageHeader::Kind::reply, mine, message.header.question);
}

/// Requests that have come before the node had a handler; the sender of a lost one waits for an answer now.
void Rank::answer_waiting(RankNode& node) {
  using Kind = MessageHeader::Kind;
  for (auto& box : node.mailboxes_) {
    if (box.empty()) continue;
    for (NodeMessage& message : std::exchange(box, {})) {
      const MessageHeader& header = message.header;
      if (header.kind == Kind::request) {
        answer(std::move(message), node);
      } else if (header.kind == Kind::lost_request) {
        notify(Kind::no_answer, node.id(), header.from, header.question, std::max(now_, header.sent));
      } else {
        box.push_back(std::move(message));
      }
    }
  }
}

void Rank::note_handler() {
  if (faults_) faults_->anyone_answers = true;
}

std::uint32_t Rank::store(NodeMessage message) {
  if (free_slots_.empty()) {
    messages_.push_back(std::move(message));
    return static_cast<std::uint32_t>(messages_.size() - 1);
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  messages_[slot] = std::move(message);
  return slot;
}

NodeMessage Rank::take_stored(std::uint32_t slot) {
  free_slots_.push_back(slot);
  return std::move(messages_[slot]);
}

}  // namespace gossamer
