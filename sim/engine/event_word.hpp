#pragma once
#include <cstdint>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// An event in virtual time and its node. The event queue keeps it in one word.
struct EventWord {
  enum class Kind : std::uint8_t { start, gradient, wake, deliver, all_reduced, released, timer, detected, fault };

  Kind kind = Kind::start;
  NodeId node = 0;  ///< below 2²⁸
  std::uint32_t token =
      0;  ///< the message, the network's own word, the number of an all-reduce or of a computation, or a FaultEvent

  std::uint64_t pack() const {
    return static_cast<std::uint64_t>(kind) << 60 | static_cast<std::uint64_t>(node) << 32 | token;
  }
  static EventWord unpack(std::uint64_t word) {
    return {.kind = static_cast<Kind>(word >> 60),
            .node = static_cast<NodeId>(word >> 32 & 0x0fffffff),
            .token = static_cast<std::uint32_t>(word)};
  }
};

}  // namespace gossamer
