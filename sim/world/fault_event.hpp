#pragma once
#include <cstdint>

namespace gossamer {

/// An event that faults cause at a node. Queues keep it in one word.
struct FaultEvent {
  enum class Kind : std::uint8_t {
    outage_begins,
    outage_ends,
    exchange_fails,  ///< the node detects that the answer will not come
    read_fails,      ///< the same for a read
    recheck,         ///< the node may detect that its peer sends nothing
  };

  Kind kind = Kind::recheck;
  std::uint16_t request = 0;  ///< of what fails: its number

  std::uint32_t pack() const { return static_cast<std::uint32_t>(kind) << 16 | request; }
  static FaultEvent unpack(std::uint32_t word) {
    return {.kind = static_cast<Kind>(word >> 16), .request = static_cast<std::uint16_t>(word)};
  }
};

}  // namespace gossamer
