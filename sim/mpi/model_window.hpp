#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "sim/mpi/blocks.hpp"
#include "sim/mpi/message.hpp"
#include "sim/network/shape.hpp"

namespace gossamer {

/// What nodes expose to nodes of other ranks: an MPI window over all ranks that is read under one passive lock from its
/// beginning to its end (MPI 3.1, section 11.5.3). Over shared memory the owner's process has no part in a read; where
/// MPI plays windows by messages, it serves them whenever it looks for messages of its own.
///
/// A read is four round trips: record, model, record again, count. Over shared memory they take microseconds; where MPI
/// plays windows by messages, a shaped network whose latency is not well above them is late.
///
/// Nobody waits for anybody, and no reader gets parts of two models. Each node has two places, which it fills in turn,
/// and tells in a record how many it has begun and finished to fill: what a reader took from the place of number k
/// counts only if number k + 2 has not been begun after it; else it reads again (a sequence lock, over two buffers).
class ModelWindow {
 public:
  struct Setup {
    Blocks blocks;
    int rank = 0;
    Bytes payload = 0;     ///< what a read of a node that has exposed nothing costs
    std::size_t room = 0;  ///< bytes that a node may expose
    bool padded = false;   ///< as many bytes travel as the network charges
  };
  /// All ranks make theirs at the same time, waiting for each other. Nobody reads before every rank's `fill` has
  /// exposed what its nodes show already. Throws MpiError where MPI cannot do it.
  explicit ModelWindow(Setup setup, const std::function<void(ModelWindow&)>& fill = {});
  /// All ranks end theirs together, with no read under way.
  ~ModelWindow();

  /// What a node exposes.
  struct Exposed {
    Bytes size = 0;  ///< what the network charges
    double weight = 1;
    bool encoded = false;
    std::span<const std::byte> values = {};  ///< none without numerics, and of a node that has exposed nothing
  };

  // For a node of this rank.

  /// Shows it to all readers from now on. Throws MpiError where there is no room for it.
  void expose(NodeId node, const Exposed& what);
  /// Tells readers until when the node's card is taken by its own messages.
  void tell_taken(NodeId node, Shape::Taken taken);
  /// Until when readers have taken the card that sends.
  Seconds taken_by_readers(NodeId node) const;
  /// How often others have read the node, and how many bytes.
  struct Served {
    std::uint64_t reads = 0;
    Bytes bytes = 0;
  };
  Served served(NodeId node) const;

  // For a node of another rank.

  /// Starts to read it. `token` comes back with what is found.
  void start(NodeId reader, NodeId target, std::uint32_t token = 0);
  struct Reading {
    NodeId reader = 0;
    NodeId target = 0;
    std::uint32_t token = 0;
    Exposed exposed;  ///< its values hold until the next call
  };
  /// The next read that is over.
  std::optional<Reading> finished();
  bool busy() const;

  /// Until when its card is taken, by its own messages or by readers.
  struct Card {
    Seconds by_messages{0};
    Seconds by_readers{0};
    Seconds receiving{0};
  };
  Card card(NodeId target);
  /// Takes the card that sends until then, if no other reader has been faster since `card` said what it was.
  bool take_card(NodeId target, const Card& seen, Seconds until);

  /// Forgets what is under way.
  void abandon();

 private:
  struct Mpi;
  struct Record;
  struct Read;
  Record& record(NodeId node) const;
  std::size_t offset(NodeId node) const;
  std::size_t place(NodeId node, std::uint64_t number) const;
  void proceed(Read& read);
  void begin(Read& read);
  void fetch(Read& read);
  void check(Read& read);
  void count(Read& read);

  Setup setup_;
  std::size_t stride_;  ///< bytes from one node's record to the next one's
  std::unique_ptr<Mpi> mpi_;
};

}  // namespace gossamer
