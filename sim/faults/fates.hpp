#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/faults/message_faults.hpp"
#include "sim/quantities.hpp"

namespace gossamer {

/// What becomes of one message after another, from one node to another: told in the order in which the network carries
/// them, which is that in which they were sent.
class Fates {
 public:
  /// For so many pairs of nodes, in each direction, that talk to each other. The faults must outlive this.
  Fates(const MessageFaults& faults, std::size_t pairs);

  struct Message {
    std::size_t pair = 0;  ///< as the caller numbers them
    NodeId from = 0;
    NodeId to = 0;
    Seconds sent{0};
    Seconds arrival{0};  ///< as the network has it
  };
  struct Fate {
    bool arrives = true;          ///< whole, at last
    bool broken = false;          ///< at last it was corrupted; if neither, lost
    Seconds at{0};                ///< when it is there, or would have been: no message overtakes another
    std::uint32_t lost = 0;       ///< times that it was lost and sent again
    std::uint32_t corrupted = 0;  ///< times that it was corrupted and sent again
    std::uint32_t retransmitted = 0;
  };
  Fate of(const Message& message);
  /// The fate of a request of a one-sided read. It keeps no order with messages, and `pair` is not read.
  Fate of_request(const Message& request) const;

 private:
  struct Pair {
    Seconds last{0};  ///< when the message before was there
    std::uint32_t messages = 0;
  };
  struct Hit {
    const MessageFault* by = nullptr;  ///< null where the attempt arrives
    bool corrupts = false;
  };
  /// One attempt. Every fault is asked, whatever the others have done, so that each sees the same attempts.
  Hit befall(std::size_t pair, MessageFault::Attempt& attempt);

  const MessageFaults& faults_;
  std::vector<Pair> pairs_;
  std::vector<std::uint8_t> memory_;  ///< of each fault, pair by pair
};

}  // namespace gossamer
