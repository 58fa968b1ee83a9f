#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "sim/node.hpp"
#include "sim/numerics/params.hpp"
#include "sim/quantities.hpp"
#include "sim/world/packet.hpp"

namespace gossamer {

/// What a message between two nodes says before its coordinates. Ranks are of one build, so it travels as it lies in
/// memory.
struct MessageHeader {
  enum class Kind : std::uint8_t {
    model,       ///< sent, to be received
    request,     ///< an exchange that waits for the receiver's model
    reply,       ///< the answer that a handler gave
    collective,  ///< a part of an all-reduce
    shown,       ///< what a one-sided read has found
    state,       ///< the model that a node starts from which has none of its own
    // What nodes can know of faults from `first_byte` on: no messages.
    no_answer,  ///< to an exchange
    returned,   ///< the sender's program
    state_wanted,
    // Places in mailboxes, of which the receiver may know from `sent` on.
    lost_model,
    lost_request,
    missed_model,  ///< while the receiver was down
  };
  /// What faults make of a message.
  enum class Fate : std::uint8_t { open, arrives, lost, corrupted };

  NodeId from = 0;
  NodeId to = 0;
  Bytes size = 0;               ///< what the network charges
  double weight = 1;            ///< what travels along with a vector
  Seconds first_byte{0};        ///< when it reaches the receiver, where the network is shaped
  std::int64_t all_reduce = 0;  ///< which one, counted by each node from 0
  std::int64_t values = 0;      ///< bytes of raw coordinates that follow; none without numerics
  std::int32_t step = 0;        ///< of the all-reduce
  Kind kind = Kind::model;
  bool encoded = false;        ///< whether a codec wrote what follows
  std::uint16_t question = 0;  ///< of what asks and of its answer, in a run with faults: which of the asking node's
  Fate fate = Fate::open;
  Seconds sent{0};
};

inline bool is_notice(MessageHeader::Kind kind) {
  using enum MessageHeader::Kind;
  return no_answer <= kind && kind <= state_wanted;
}

/// A message between two nodes. A model, or what a codec made of it, is within one rank a handle; else it stands in the
/// packet.
struct NodeMessage {
  MessageHeader header;
  Params content = {};
  Packet packet = {};    ///< header and coordinates as they travelled; empty within one rank
  bool noticed = false;  ///< or will be at a time that is known
  bool in_turn = false;  ///< all that its sender sent to the same node before it have been let in

  std::span<const std::byte> values() const {
    if (header.values == 0) return {};
    return std::span{packet}.subspan(sizeof(MessageHeader), static_cast<std::size_t>(header.values));
  }
};

/// What it says, taken out of it.
inline Encoded take_content(NodeMessage& message) {
  return {std::move(message.content), message.header.size, message.header.weight};
}

/// Header and coordinates, one after the other.
inline Packet packed(const MessageHeader& header, std::span<const std::byte> values) {
  Packet packet(sizeof(MessageHeader) + values.size());
  std::memcpy(packet.data(), &header, sizeof(MessageHeader));
  if (!values.empty()) std::memcpy(packet.data() + sizeof(MessageHeader), values.data(), values.size());
  return packet;
}

inline NodeMessage unpacked(Packet packet) {
  NodeMessage message;
  std::memcpy(&message.header, packet.data(), sizeof(MessageHeader));
  message.packet = std::move(packet);
  return message;
}

}  // namespace gossamer
