#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/network/collectives/schedules.hpp"
#include "sim/numerics/data_plane.hpp"
#include "sim/world/collective_play.hpp"
#include "sim/world/message.hpp"

namespace gossamer {

struct CollectiveAlgorithm;

/// A collective that all nodes play again and again, by messages. A node may be one turn ahead of another, so two
/// neighboring turns may be played at once.
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
    Bytes payload = 0;
    DataPlane* plane = nullptr;    ///< null: no numerics
    std::size_t header_bytes = 0;  ///< in front of the coordinates in a packet
  };
  PlayedCollective(const Setup& setup, Carrier& carrier) : setup_{setup}, carrier_{carrier} {}

  /// The node contributes its vector to the collective of that turn, modulo 2. Returns the result if it has it.
  std::optional<Packet> join(NodeId node, std::uint8_t turn, std::span<const std::byte> values);
  /// The receiver takes a part. Returns the result if it has it.
  std::optional<Packet> take(const Message& part, Packet packet);

 private:
  class PartSender;
  using Play = std::optional<CollectivePlay>;

  Play& play(NodeId node, std::uint8_t turn);
  static std::optional<Packet> result(Play& play);

  Setup setup_;
  Carrier& carrier_;
  std::array<std::vector<Play>, 2> plays_;  ///< by turn and node: in progress, or with early parts only
};

}  // namespace gossamer
