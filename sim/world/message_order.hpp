#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gossamer {

/// The order of messages between two nodes, for networks that do not keep it by themselves. A message that has arrived
/// waits for the earlier messages from its sender to the same node.
///
/// Pairs of sender and receiver, and messages, have numbers of the caller's choice. A message's number may be used
/// again when it has been admitted.
class MessageOrder {
 public:
  explicit MessageOrder(std::size_t pairs) : pairs_(pairs) {}

  /// A message of the pair enters the network.
  void send(std::size_t pair, std::uint32_t message) {
    if (slots_.size() <= message) slots_.resize(message + std::size_t{1});
    slots_[message] = {};
    Pair& line = pairs_[pair];
    (line.first == none ? line.first : slots_[line.last].next) = message;
    line.last = message;
  }

  /// The message leaves the network. Calls `admit(message)` for it, if all earlier ones have come, and for the later
  /// ones that have waited for it.
  template <class Admit>
  void arrive(std::size_t pair, std::uint32_t message, Admit&& admit) {
    slots_[message].arrived = true;
    for (std::uint32_t first = pairs_[pair].first; first != none && slots_[first].arrived; first = pairs_[pair].first) {
      pairs_[pair].first = slots_[first].next;
      admit(first);
    }
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  struct Pair {
    std::uint32_t first = none;  ///< of its messages that have not been admitted
    std::uint32_t last = none;
  };
  struct Slot {
    std::uint32_t next = none;  ///< the message of the same pair that was sent after it
    bool arrived = false;
  };
  std::vector<Pair> pairs_;
  std::vector<Slot> slots_;  ///< by message
};

}  // namespace gossamer
