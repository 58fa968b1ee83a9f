#pragma once
#include <cassert>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "sim/ground/packet.hpp"
#include "sim/world/run_state.hpp"

/// Packets between rank 0 and all ranks, about their nodes and the run. They are separate from the nodes' own messages.
namespace gossamer {

/// The first byte of a packet.
enum class Control : std::uint8_t {
  // from a rank to rank 0
  status,   ///< Status
  probed,   ///< the probe's number and Status
  report,   ///< the observation's number, RankReport, then for each node NodeReport, the bytes of its model, and these
  failure,  ///< the message of a program's exception
  interrupted,  ///< the rank has received a signal
  need_window,  ///< a node reads or exposes, which needs a window
  // from rank 0 to all
  begin,        ///< start the clocks
  observe,      ///< a number: asks for a report
  probe,        ///< a number: asks for the present Status
  release,      ///< every node is out
  make_window,  ///< make the window, all at the same time
  stop,         ///< Stop: the run is over
  ended,        ///< Ended, then the detail: the last observation is over
};

/// The progress of a rank.
struct Status {
  std::uint64_t node_steps = 0;
  Bytes sent_bytes = 0;
  NodeId out = 0;                      ///< nodes that have ended or await the end of all
  bool passive = false;                ///< no event will happen there until a packet comes
  std::int64_t sent = 0;               ///< packets from node to node that have left the rank
  std::int64_t received = 0;           ///< packets from node to node that the rank has received
  std::int64_t all_reduces_begun = 0;  ///< by MPI itself
  std::int64_t all_reduces_over = 0;
  std::uint64_t outages = 0;          ///< begun
  std::uint64_t steps_continued = 0;  ///< after one
  Seconds last_due{0};                ///< of the rank's pending events except faults

  bool operator==(const Status&) const = default;
};

/// The part of a report about its rank.
struct RankReport {
  Seconds last_event{0};
  std::uint64_t events = 0;
  Seconds lateness_sum{0};
  Seconds lateness_max{0};
  TransferTime transfer;
  std::uint64_t reports = 0;  ///< of models
  std::uint64_t decode_failures = 0;
};

/// The part of a report about one node.
struct NodeReport {
  Drained::Node state;
  NodeCounters counters;
  FaultCounters faults;
};

/// Number of the report that a rank sends once the run is over.
inline constexpr std::int64_t last_report = -1;

/// The reason for which all ranks stop.
struct Stop {
  End::Reason reason = End::Reason::finished;
  bool failed = false;  ///< a program threw; the exception's message follows
};

/// The end of the run, as determined by rank 0.
struct Ended {
  End::Reason reason = End::Reason::finished;
  Seconds time{0};
  std::uint64_t events = 0;
};

/// Writes values one after the other, with their layout in memory.
class PacketWriter {
 public:
  explicit PacketWriter(Control kind) { put(kind); }

  template <class T>
  requires std::is_trivially_copyable_v<T> PacketWriter& put(const T& value) {
    return put(std::as_bytes(std::span{&value, 1}));
  }
  PacketWriter& put(std::span<const std::byte> bytes) {
    append(packet_, bytes);
    return *this;
  }
  PacketWriter& put(std::string_view text) { return put(std::as_bytes(std::span{text.data(), text.size()})); }

  Packet packet() const { return packet_; }

 private:
  Packet packet_;
};

/// Reads them in the same order.
class PacketReader {
 public:
  explicit PacketReader(std::span<const std::byte> packet) : rest_{packet} {}

  template <class T>
  requires std::is_trivially_copyable_v<T> T get() {
    T value;
    std::memcpy(&value, get(sizeof(T)).data(), sizeof(T));
    return value;
  }
  std::span<const std::byte> get(std::size_t bytes) {
    assert(bytes <= rest_.size() && "a packet is read as it was written");
    const auto first = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return first;
  }
  /// The rest of the packet, as text.
  std::string text() { return {reinterpret_cast<const char*>(rest_.data()), rest_.size()}; }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace gossamer
