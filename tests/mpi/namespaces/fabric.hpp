#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// An Ethernet frame from its destination address on, without preamble and check sequence.
using Frame = std::vector<std::byte>;

/// Carries frames between the ports of a switch: it decides on their ports and arrivals. It has no clock: callers pass
/// times, in ascending order.
///
/// Each port is a full-duplex line of bandwidth B. A frame of s bytes that is accepted at time t
///
///     leaves  at  t₁ = max(t, line free to send);          the line is busy until t₁ + s/B
///     arrives at  t₂ = max(t₁ + L, line free to receive);  the line is busy until t₂ + s/B, when the frame is in
///
/// so that alone it takes L + s/B. A frame that finds more than `queue` bytes before it, at either end, is dropped.
/// The fabric learns the port of an address from the frames that this port sends; frames to other addresses, and to
/// many at once, go to every port but their own.
class Fabric {
 public:
  struct Settings {
    std::size_t ports = 2;
    double bandwidth = 1.25e7;      ///< B > 0, bytes per second, headers included
    Seconds latency{5e-3};          ///< L ≥ 0
    Bytes queue = Bytes{64} << 20;  ///< at each end of each port
  };

  struct Counters {
    std::uint64_t sent_frames = 0;  ///< by the port's host, dropped ones included
    Bytes sent_bytes = 0;
    std::uint64_t received_frames = 0;  ///< by the port's host
    Bytes received_bytes = 0;
    std::uint64_t dropped_leaving = 0;  ///< frames; on their way from the host
    std::uint64_t dropped_arriving = 0;
    Bytes longest_leaving = 0;  ///< bytes that waited at once
    Bytes longest_arriving = 0;
  };

  struct Delivery {
    Seconds due{0};
    std::size_t port = 0;
    Frame frame;
  };

  explicit Fabric(Settings settings);

  /// A frame comes from a port's host. One that is too short for its two addresses counts as dropped.
  void accept(Seconds now, std::size_t from, Frame frame);

  /// The next frame that is due by now.
  std::optional<Delivery> deliver(Seconds now);

  /// The time of the next call of `deliver`; none while no frame is in flight. At that time no frame need be due.
  std::optional<Seconds> next_event() const;

  const Counters& counters(std::size_t port) const { return ports_[port].counters; }

 private:
  using Address = std::array<std::byte, 6>;
  struct Port {
    Seconds free_to_send{0};
    Seconds free_to_receive{0};
    Counters counters;
  };
  /// A frame whose first byte reaches the other end (`crossing`), or whose last one does.
  struct Event {
    Seconds time{0};
    std::uint64_t number = 0;
    bool crossing = false;
    std::size_t port = 0;
    Frame frame;
  };

  static bool later(const Event& a, const Event& b);
  void put(Event event);
  Event take();
  void arrive(Event event);
  Bytes waiting(Seconds free, Seconds now) const;
  Seconds transmission(const Frame& frame) const;
  std::optional<std::size_t> learn(std::size_t from, const Frame& frame);

  Settings settings_;
  std::vector<Port> ports_;
  std::map<Address, std::size_t> home_;
  std::vector<Event> events_;  ///< a heap, the earliest first
  std::uint64_t number_ = 0;
};

}  // namespace gossamer
