#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/ground/packet.hpp"

namespace gossamer {

/// Packets from rank to rank over a communicator of its own, without blocking. Packets to send are kept until they have
/// left; arriving packets are received in the background. Packets from one rank arrive in the order of sending.
class Transport {
 public:
  /// All ranks make their transports at the same time, in the same order.
  Transport();
  ~Transport();

  /// Takes at most 2³¹ − 1 bytes.
  void send(int rank, Packet packet);

  /// The next packet that has arrived completely, and its sender.
  struct Arrival {
    int rank = 0;
    Packet packet;
  };
  std::optional<Arrival> receive();

  /// Packets sent to a rank, and received from all, so far.
  const std::vector<std::int64_t>& sent_to() const { return sent_to_; }
  std::int64_t sent() const;
  std::int64_t received() const { return received_; }

  /// Whether packets are in flight in either direction, as far as this rank can see.
  bool busy() const;

  /// Stops communicating: packets in flight are dropped, and no more may be sent or received.
  void abandon();

 private:
  struct Mpi;
  std::unique_ptr<Mpi> mpi_;
  std::vector<std::int64_t> sent_to_;
  std::int64_t received_ = 0;
};

}  // namespace gossamer
