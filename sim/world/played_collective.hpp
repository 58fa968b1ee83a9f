#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "sim/network/collectives/schedules.hpp"
#include "sim/numerics/data_plane.hpp"
#include "sim/world/collective_play.hpp"
#include "sim/world/message.hpp"

namespace gossamer {

struct CollectiveAlgorithm;

/// A collective that consecutive nodes play again and again, by messages. A node may be some turns ahead of another, so
/// neighboring turns may be played at once. Turns are counted modulo 256.
class PlayedCollective {
 public:
  /// Puts parts into the network.
  class Carrier {
   public:
    /// `packet` has the coordinates behind room for a header.
    virtual void carry_part(Message part, Packet packet) = 0;

   protected:
    ~Carrier() = default;
  };

  struct Setup {
    const CollectiveAlgorithm& algorithm;
    Group group;
    NodeId first = 0;         ///< the first node of the group
    std::uint8_t number = 0;  ///< of the group, in its messages
    Bytes payload = 0;
    DataPlane* plane = nullptr;    ///< null: no numerics
    std::size_t header_bytes = 0;  ///< in front of the coordinates in a packet
  };
  PlayedCollective(const Setup& setup, Carrier& carrier) : setup_{setup}, carrier_{carrier} {}

  /// The node contributes its vector to the collective of that turn. Returns the result if it has it.
  std::optional<Packet> join(NodeId node, std::uint8_t turn, std::span<const std::byte> values);
  /// The receiver takes a part. Returns the result if it has it.
  std::optional<Packet> take(const Message& part, Packet packet);

 private:
  class PartSender;
  using Play = std::optional<CollectivePlay>;

  Play& play(NodeId node, std::uint8_t turn);
  std::optional<Packet> result(NodeId node, std::uint8_t turn);

  Setup setup_;
  Carrier& carrier_;
  /// The plays of a turn.
  struct Turn {
    std::vector<Play> plays;  ///< by member: in progress, or with early parts only
    NodeId left = 0;          ///< number of these
  };
  std::map<std::uint8_t, Turn> turns_;
};

}  // namespace gossamer
