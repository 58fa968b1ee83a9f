#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>

#include "sim/ground/packet.hpp"
#include "sim/network/collectives/schedule.hpp"
#include "sim/numerics/data_plane.hpp"

namespace gossamer {

/// One node's part in a collective, played by its schedule: it sends parts, and combines the parts that it receives.
/// Parts that come early wait for their turn.
///
/// Coordinates are raw. Parts that are only copied, as in an all-gather, may be any bytes. Without numerics the same messages are sent without coordinates. Every node of an all-reduce
/// gets the same bits: the schedule alone sets the order in which terms are added, not the order of arrival.
class CollectivePlay {
 public:
  /// The part that a node sends in one step.
  struct Part {
    NodeId to = 0;
    std::int32_t step = 0;
    Bytes size = 0;  ///< of its share of the payload
    std::span<const std::byte> values = {};
  };
  /// A part from another node. Its coordinates are the end of the memory in which they came.
  struct Received {
    NodeId from = 0;
    std::int32_t step = 0;
    Packet memory = {};
    std::size_t begin = 0;

    std::span<const std::byte> values() const { return std::span{memory}.subspan(begin); }
  };
  /// The receiver of parts to send.
  class Sender {
   public:
    virtual void send_part(const Part& part) = 0;

   protected:
    ~Sender() = default;
  };

  struct Setup {
    NodeId node = 0;
    NodeId nodes = 1;
    Bytes payload = 0;
    DataPlane* plane = nullptr;  ///< null: no numerics, or parts are only copied
  };

  CollectivePlay(CollectiveSchedule schedule, const Setup& setup) : schedule_{std::move(schedule)}, setup_{setup} {}

  /// The node contributes its vector; from now on parts are sent.
  void join(std::span<const std::byte> values, Sender& sender);
  /// Takes a part from another node.
  void take(Received part, Sender& sender);

  /// Whether the result is complete.
  bool over() const { return over_; }
  std::span<const std::byte> result() const { return values_; }
  Packet take_result() { return std::move(values_); }

 private:
  void proceed(Sender& sender);
  bool perform(const Action& action, Sender& sender);
  void send(const Action& action, Sender& sender);
  void use(Action::Kind kind, std::span<const std::byte> part, std::span<std::byte> mine);
  std::span<std::byte> pieces(const Action& action);

  CollectiveSchedule schedule_;
  Setup setup_;
  CollectiveSchedule::Position at_;
  Packet values_;
  std::map<std::pair<std::int32_t, NodeId>, Received> early_;  ///< by step and sender
  bool joined_ = false;
  bool over_ = false;
};

}  // namespace gossamer
