#include <algorithm>
#include <tuple>
#include <utility>

#include "sim/ranks/rank.hpp"

// Messages: from a node to the wire, or to a neighbor on this rank, and from there to the receiver.
namespace gossamer {

/// The bytes of a model, or of a code.
std::span<const std::byte> Rank::bytes(const Params& content) const {
  return content.version()->encoded ? setup_.plane->encoded(content) : setup_.plane->bytes(content);
}

/// Sends a message, or keeps it if its receiver lives here. The request of a read leaves the reader's card, or, on the
/// real network, is the read itself.
void Rank::carry(MessageId id) {
  const auto [from, to, size, kind] =
      std::tuple{messages_[id].from, messages_[id].to, messages_[id].size, messages_[id].kind};
  if (kind == Message::Kind::read) {
    const Seconds due = cards_ ? cards_->first_byte(now_, from, to, 0, Side::active) : now_;
    return agenda_.put(due, cards_ ? Kind::request : Kind::read, from, id);
  }
  const Side sender = kind == Message::Kind::exposed ? Side::passive : Side::active;
  if (cards_) transit(id).due = cards_->first_byte(now_, from, to, size, sender);
  if (hosts(to)) return schedule_arrival(id);
  const double weight = messages_.weight(id);
  const Message message = messages_.take(id);
  const Params& content = message.content;
  Packet packet = kind == Message::Kind::part
                      ? std::move(transit(id).packet)
                      : packet_with_header(content ? bytes(content) : std::span<const std::byte>{});
  const bool is_part = kind == Message::Kind::part;
  const PlayedAllReduces::Play play = PlayedAllReduces::play_of(message);
  write_header(packet, {.from = from,
                        .to = to,
                        .size = size,
                        .weight = weight,
                        .sent = now_,
                        .due = transit(id).due,
                        .values = static_cast<std::int64_t>(values_of(packet).size()),
                        .step = message.next,
                        .all_reduce = is_part ? played_->kind(play.group) : AllReduceKind{},
                        .kind = kind,
                        .turn = play.turn,
                        .encoded = content && content.version()->encoded,
                        .request = message.request});
  // All charged bytes are sent, unless the time of messages is modelled.
  if (!cards_) packet.resize(std::max(packet.size(), sizeof(MessageHeader) + static_cast<std::size_t>(size)));
  transport_.send(blocks_.host(to), std::move(packet));
}

/// Handles a packet from another rank.
void Rank::unpack(Packet packet) {
  const MessageHeader header = header_of(packet);
  if (header.notice != MessageHeader::Notice::none) return handle_notice(header);
  packet.resize(sizeof(MessageHeader) + static_cast<std::size_t>(header.values));
  Message message{.content = {},
                  .from = header.from,
                  .to = header.to,
                  .size = header.size,
                  .next = header.step,
                  .request = header.request,
                  .kind = header.kind};
  const bool is_part = header.kind == Message::Kind::part;
  if (is_part)
    message.request = PlayedAllReduces::word_of({played().group_of(header.to, header.all_reduce), header.turn});
  if (!is_part && header.values > 0)
    message.content =
        header.encoded ? setup_.plane->adopt_encoded(values_of(packet)) : setup_.plane->adopt(values_of(packet));
  const MessageId id = messages_.add(std::move(message), header.weight);
  if (faults_) faults_->note_sent(id, header.sent);
  transit(id) = {.due = header.due, .packet = is_part ? std::move(packet) : Packet{}};
  schedule_arrival(id);
}

/// Handles a message that has come to this rank. On a shaped network its due time may be later.
void Rank::schedule_arrival(MessageId id) {
  const Message& message = messages_[id];
  if (message_order_ && keeps_order(message.kind)) message_order_->send(pair_of(message), id);
  if (cards_) {
    agenda_.put(transit(id).due, Kind::first_byte, message.to, id);
  } else {
    agenda_.put(std::max(clock_.now(), now_), Kind::deliver, message.to, id);
  }
}

void Rank::schedule_delivery(Seconds at, MessageId id) {
  const Message& message = messages_[id];
  const bool is_read = message.kind == Message::Kind::read;
  agenda_.put(at, is_read ? Kind::read : Kind::deliver, is_read ? message.from : message.to, id);
}

}  // namespace gossamer
