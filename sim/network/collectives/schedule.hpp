#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// One action of a node in a collective, on some pieces of its vector x. Vectors are cut into pieces: piece k of m has
/// the coordinates [⌊k d / m⌋, ⌊(k + 1) d / m⌋), and bytes accordingly.
struct Action {
  enum class Kind : std::uint8_t {
    scale,          ///< x ← x/n
    send,           ///< x goes to the peer while the node goes on; to the node itself it costs nothing
    copy,           ///< x ← part: the node waits for the peer's message of this step
    add,            ///< x ← x + part
    share,          ///< x ← part/n
    add_share,      ///< x ← x + part/n
    add_own_share,  ///< x ← part + x/n
  };

  Kind kind = Kind::scale;
  NodeId peer = 0;        ///< the other end of a message
  std::int32_t step = 0;  ///< distinguishes messages between the same two nodes
  NodeId first = 0;       ///< the first piece
  NodeId last = 0;        ///< one past the last piece

  bool receives() const { return kind != Kind::scale && kind != Kind::send; }
};

/// The messages and bytes that a node sends and receives.
struct Traffic {
  std::int64_t sent_messages = 0;
  std::int64_t received_messages = 0;
  Bytes sent_bytes = 0;
  Bytes received_bytes = 0;
};

/// The actions of one node in a collective, in their order, whichever node is early: Hoefler, Lumsdaine, Rehm,
/// "Implementation and Performance Analysis of Non-Blocking Collective Operations for MPI", SC 2007.
class CollectiveSchedule {
 public:
  /// Vectors are cut into `pieces` pieces.
  explicit CollectiveSchedule(NodeId pieces) : pieces_{pieces} {}

  void add(const Action& action) { actions_.push_back(action); }
  /// Repeats the last `actions` actions, each on one piece, so that they are done `times` times in all, at most as
  /// often as there are pieces. Each repetition is one step later, and on the piece before; the last piece comes before
  /// the first.
  void repeat(std::size_t actions, std::int32_t times);

  /// A position in the schedule: an action, and the repetition of its loop.
  struct Position {
    std::size_t action = 0;
    std::int32_t lap = 0;
  };
  bool ends_at(Position at) const { return at.action == actions_.size(); }
  Action operator[](Position at) const;
  Position after(Position at) const;

  /// The first coordinate of piece k, in a vector of the given length.
  std::int64_t begin_of(NodeId k, std::int64_t length) const { return k * length / pieces_; }

  /// The bytes of an action's pieces, in a vector of `vector` bytes.
  Bytes size_of(const Action& action, Bytes vector) const {
    return begin_of(action.last, vector) - begin_of(action.first, vector);
  }
  /// The same as a fraction of the vector, if bytes could be cut.
  double share_of(const Action& action) const { return static_cast<double>(action.last - action.first) / pieces_; }

  /// The traffic of the node with other nodes, for vectors of `vector` bytes.
  Traffic traffic(NodeId node, Bytes vector) const;

 private:
  struct Loop {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::int32_t times = 0;
  };

  NodeId pieces_;
  std::vector<Action> actions_;
  std::vector<Loop> loops_;
};

}  // namespace gossamer
