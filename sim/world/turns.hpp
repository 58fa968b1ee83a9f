#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gossamer {

/// The order of messages between two nodes, for networks that do not keep it by themselves. A message that has arrived
/// waits for the earlier messages from its sender to the same node.
///
/// Pairs of sender and receiver, and messages, have numbers of the caller's choice. A message's number may be used
/// again when it has been let in.
class Turns {
 public:
  explicit Turns(std::size_t pairs) : pairs_(pairs) {}

  /// A message of the pair enters the network.
  void send(std::size_t pair, std::uint32_t message) {
    if (places_.size() <= message) places_.resize(message + std::size_t{1});
    places_[message] = {};
    Pair& line = pairs_[pair];
    (line.first == none ? line.first : places_[line.last].next) = message;
    line.last = message;
  }

  /// The message leaves the network. Calls `let_in(message)` for it, if all earlier ones have come, and for the later
  /// ones that have waited for it.
  template <class LetIn>
  void come(std::size_t pair, std::uint32_t message, LetIn&& let_in) {
    places_[message].has_come = true;
    for (std::uint32_t first = pairs_[pair].first; first != none && places_[first].has_come;
         first = pairs_[pair].first) {
      pairs_[pair].first = places_[first].next;
      let_in(first);
    }
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  struct Pair {
    std::uint32_t first = none;  ///< of its messages that have not been let in
    std::uint32_t last = none;
  };
  struct Place {
    std::uint32_t next = none;  ///< the message of the same pair that was sent after it
    bool has_come = false;
  };
  std::vector<Pair> pairs_;
  std::vector<Place> places_;  ///< by message
};

}  // namespace gossamer
