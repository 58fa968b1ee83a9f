#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/mpi/message.hpp"

namespace gossamer {

/// Packets from rank to rank over a communicator of its own, without ever waiting: what is sent is kept until it has
/// left, what arrives is received in the background. Packets from one rank arrive in the order in which they were sent.
class Transport {
 public:
  /// All ranks make their transports at the same time, in the same order.
  Transport();
  ~Transport();

  /// Takes at most 2³¹ − 1 bytes.
  void send(int rank, Packet packet);

  /// The next packet that has arrived whole, and from where.
  struct Arrival {
    int rank = 0;
    Packet packet;
  };
  std::optional<Arrival> receive();

  /// Packets sent to a rank, and received from all, so far.
  const std::vector<std::int64_t>& sent_to() const { return sent_to_; }
  std::int64_t sent() const;
  std::int64_t received() const { return received_; }

  /// Whether packets are under way in either direction, as far as this rank knows.
  bool busy() const;

  /// Stops talking to the others: what is under way is forgotten, and nothing more may be sent or received.
  void abandon();

 private:
  struct Mpi;
  std::unique_ptr<Mpi> mpi_;
  std::vector<std::int64_t> sent_to_;
  std::int64_t received_ = 0;
};

}  // namespace gossamer
