#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/faults/message_faults.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Decides the fate of each message from one node to another. Calls come in the order in which the network carries the
/// messages, which is the order in which they were sent.
/// Cost    each attempt of a message evaluates every fault once; memory is O(pairs · faults).
class Fates {
 public:
  /// For `pairs` ordered pairs of nodes that communicate. The faults must outlive this object.
  Fates(const MessageFaults& faults, std::size_t pairs);

  struct Message {
    std::size_t pair = 0;  ///< number of the ordered pair, chosen by the caller
    NodeId from = 0;
    NodeId to = 0;
    Seconds sent{0};
    Seconds arrival{0};  ///< arrival without faults
  };
  struct Fate {
    bool arrives = true;          ///< the last attempt arrives intact
    bool broken = false;          ///< the last attempt was corrupted; if neither, it was lost
    Seconds at{0};                ///< time of the arrival, also of a lost message: no message overtakes another
    std::uint32_t lost = 0;       ///< number of attempts that were lost and repeated
    std::uint32_t corrupted = 0;  ///< number of attempts that were corrupted and repeated
    std::uint32_t retransmitted = 0;
  };
  Fate of(const Message& message);
  /// The fate of a request of a one-sided read. Requests keep no order with messages, and `pair` is not read.
  Fate of_request(const Message& request) const;

 private:
  struct Pair {
    Seconds last{0};  ///< arrival of the message before
    std::uint32_t messages = 0;
  };
  struct FirstFault {
    const MessageFault* by = nullptr;  ///< null if the attempt arrives
    bool corrupts = false;
  };
  /// One attempt. Every fault is evaluated, even after another fault has hit the attempt, so that each fault sees the
  /// same attempts.
  FirstFault apply(std::size_t pair, MessageFault::Attempt& attempt);

  const MessageFaults& faults_;
  std::vector<Pair> pairs_;
  std::vector<std::uint8_t> memory_;  ///< the memory of each fault, pair by pair
};

}  // namespace gossamer
