#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "sim/ground/packet.hpp"
#include "sim/mpi/blocks.hpp"

namespace gossamer {

/// The models that nodes expose to nodes of other ranks: an MPI window over all ranks that is read under one passive
/// lock from its beginning to its end (MPI 3.1, section 11.5.3). Over shared memory the owner's process takes no part
/// in a read. If MPI implements windows by messages, the owner serves reads whenever it looks for messages of its own.
///
/// A read is four round trips: header, model, header again, count. Over shared memory they take microseconds. If MPI
/// implements windows by messages, a shaped network is late unless its latency is well above theirs.
///
/// No rank waits for another, and no reader gets parts of two models. Each node has two slots, which it fills in turn.
/// Its header counts how many fills it has begun and finished. A reader accepts the content of slot number k only if
/// fill k + 2 has not begun by the end of the copy; otherwise it reads again (a sequence lock, over two buffers).
class ModelWindow {
 public:
  struct Setup {
    Blocks blocks;
    int rank = 0;
    Bytes payload = 0;     ///< the cost of reading a node that has exposed nothing
    std::size_t room = 0;  ///< bytes that a node may expose
    bool padded = false;   ///< as many bytes travel as the network charges
  };
  /// All ranks make theirs at the same time, waiting for each other. No rank reads before every rank's `fill` has
  /// exposed the present models of its nodes. Throws MpiError if MPI does not support it.
  explicit ModelWindow(Setup setup, const std::function<void(ModelWindow&)>& fill = {});
  /// All ranks end theirs together, with no read under way.
  ~ModelWindow();

  /// The content that a node exposes.
  struct Exposed {
    Bytes size = 0;  ///< bytes that the network charges
    double weight = 1;
    bool encoded = false;
    std::span<const std::byte> values = {};  ///< none without numerics, and of a node that has exposed nothing
  };

  // For a node of this rank.

  /// Exposes it to all readers from now on. Throws MpiError if there is no room for it.
  void expose(NodeId node, const Exposed& what);
  /// Publishes the times until which the node's own messages occupy its card.
  void publish_busy_until(NodeId node, Seconds sending, Seconds receiving);
  /// The time until which readers occupy the sending card.
  Seconds busy_by_readers_until(NodeId node) const;
  /// The number of reads by other nodes, and their bytes.
  struct Served {
    std::uint64_t reads = 0;
    Bytes bytes = 0;
  };
  Served served(NodeId node) const;

  // For a node of another rank.

  /// Starts to read it. `token` is returned with the result.
  void start(NodeId reader, NodeId target, std::uint32_t token = 0);
  struct Reading {
    NodeId reader = 0;
    NodeId target = 0;
    std::uint32_t token = 0;
    Exposed exposed;  ///< its values hold until the next call
  };
  /// The next finished read.
  std::optional<Reading> finished();
  bool busy() const;

  /// The times until which its card is occupied, by its own messages or by readers.
  struct BusyTimes {
    Seconds by_messages{0};
    Seconds by_readers{0};
    Seconds receiving{0};
  };
  BusyTimes busy_until(NodeId target);
  /// Occupies the sending card until then, unless another reader has done so since `busy_until` returned `seen`.
  bool occupy_card(NodeId target, const BusyTimes& seen, Seconds until);

  /// Abandons all reads in flight.
  void abandon();

 private:
  struct Mpi;
  struct NodeHeader;
  struct Read;
  NodeHeader& header(NodeId node) const;
  std::size_t offset(NodeId node) const;
  std::size_t slot_offset(NodeId node, std::uint64_t number) const;
  void proceed(Read& read);
  void begin(Read& read);
  void fetch(Read& read);
  void check(Read& read);
  void count(Read& read);

  Setup setup_;
  std::size_t stride_;  ///< bytes from one node's header to the next one's
  std::unique_ptr<Mpi> mpi_;
};

}  // namespace gossamer
