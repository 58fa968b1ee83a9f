#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "sim/ground/packet.hpp"
#include "sim/ground/quantities.hpp"
#include "sim/world/fault_event.hpp"
#include "sim/world/message.hpp"
#include "sim/world/open_all_reduces.hpp"

namespace gossamer {

/// The head of a packet between nodes of two ranks; coordinates follow. Ranks are of one build, so it is sent
/// with its layout in memory.
struct MessageHeader {
  /// A notice informs another node of a fault. It is no message and takes no part in the network.
  enum class Notice : std::uint8_t { none, fault, returned, state_wanted };

  NodeId from = 0;
  NodeId to = 0;
  Bytes size = 0;  ///< bytes that the network charges
  double weight = 1;
  Seconds sent{0};
  Seconds due{0};                 ///< arrival of the first byte, on a shaped network; of a notice: when it is due
  std::int64_t values = 0;        ///< bytes of raw coordinates that follow; none without numerics
  MessageId step = 0;             ///< of a part
  AllReduceKind all_reduce = {};  ///< of a part
  MessageKind kind = MessageKind::model;
  std::uint8_t turn = 0;  ///< of a part: number of its all-reduce
  bool encoded = false;   ///< whether a codec wrote the coordinates
  Notice notice = Notice::none;
  std::uint16_t request = 0;
  FaultEvent fault = {};  ///< of a notice
};

/// A packet of these coordinates, with room for a header before them.
inline Packet packet_with_header(std::span<const std::byte> values) {
  Packet packet(sizeof(MessageHeader));
  append(packet, values);
  return packet;
}
inline void write_header(Packet& packet, const MessageHeader& header) {
  std::memcpy(packet.data(), &header, sizeof(MessageHeader));
}
inline MessageHeader header_of(const Packet& packet) {
  MessageHeader header;
  std::memcpy(&header, packet.data(), sizeof(MessageHeader));
  return header;
}
inline std::span<const std::byte> values_of(const Packet& packet) {
  return std::span{packet}.subspan(sizeof(MessageHeader));
}

}  // namespace gossamer
