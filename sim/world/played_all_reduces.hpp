#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "sim/network/network.hpp"
#include "sim/world/open_all_reduces.hpp"
#include "sim/world/played_collective.hpp"

namespace gossamer {

/// All all-reduces and all-gathers that nodes play message by message: of all workers or of groups, of models or of
/// numbers.
class PlayedAllReduces {
 public:
  struct Setup {
    NodeId workers = 1;
    Bytes payload = 0;             ///< of a model
    std::size_t header_bytes = 0;  ///< in front of the coordinates in a packet
    std::function<AllReduceMethod(NodeId nodes, Bytes payload)> method;
    std::function<DataPlane*(const AllReduceKind&)> plane;  ///< null: messages have no coordinates
  };
  PlayedAllReduces(Setup setup, PlayedCollective::Carrier& carrier) : setup_{std::move(setup)}, carrier_{carrier} {}

  /// An all-reduce that is over at a node.
  struct Over {
    NodeId ticket = 0;
    Packet values;
  };
  /// A group that plays all-reduces of one kind, and one of these all-reduces.
  struct Play {
    std::uint8_t group = 0;  ///< its number in this table
    std::uint8_t turn = 0;   ///< the number of the all-reduce, modulo 256
  };
  static std::uint16_t word_of(Play play) { return static_cast<std::uint16_t>(play.group << 8 | play.turn); }
  static Play play_of(const Message& part) {
    return {static_cast<std::uint8_t>(part.request >> 8), static_cast<std::uint8_t>(part.request)};
  }

  /// The number of the group of a node for all-reduces of this kind.
  std::uint8_t group_of(NodeId node, const AllReduceKind& kind);
  const AllReduceKind& kind(std::uint8_t group) const { return groups_[group].kind; }
  const AllReduceMethod& method(std::uint8_t group) const { return groups_[group].method; }
  NodeId first(std::uint8_t group) const { return groups_[group].first; }
  NodeId nodes(std::uint8_t group) const { return groups_[group].nodes; }

  /// The turn of the next all-reduce that the node joins.
  Play next(NodeId node, const AllReduceKind& kind);
  /// The node contributes. Returns the result if it has it.
  std::optional<Over> join(NodeId node, Play play, NodeId ticket, std::span<const std::byte> values);
  /// The receiver takes a part. Returns the result if it has it.
  std::optional<Over> take(const Message& part, Packet packet);

 private:
  struct Started {
    std::uint8_t turn = 0;
    NodeId ticket = 0;
  };
  struct Group {
    AllReduceKind kind;
    AllReduceMethod method;
    NodeId first = 0;
    NodeId nodes = 0;
    PlayedCollective collective;
    std::vector<std::uint8_t> turns;            ///< by member: of its next all-reduce
    std::vector<std::vector<Started>> started;  ///< by member: not over
  };

  std::optional<Over> over(std::uint8_t group, NodeId node, std::uint8_t turn, std::optional<Packet> values);

  Setup setup_;
  PlayedCollective::Carrier& carrier_;
  std::deque<Group> groups_;
};

}  // namespace gossamer
