#pragma once
#include <cstdint>

#include "sim/ground/quantities.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// What a message between two nodes is for.
enum class MessageKind : std::uint8_t {
  model,    ///< sent, to be received
  request,  ///< an exchange that waits for the receiver's model
  reply,    ///< the answer that a handler gave
  part,     ///< of an all-reduce that is played
  read,     ///< a request for what the receiver exposes
  shown,    ///< what it did
  state,    ///< the model that a node starts from which has none of its own
  // of what lies in a mailbox:
  lost_model,    ///< the place of one that was lost
  lost_request,  ///< the same
  missed_model,  ///< of those for which the receiver was down
};

/// What becomes of a message that is not delivered.
enum class MessageFate : std::uint8_t {
  lost,       ///< on its way
  corrupted,  ///< it arrives, and is dropped
  missed,     ///< its receiver is down
  unwanted,   ///< its receiver does not wait for it any more
};

/// Is told what every node does and what travels between nodes, as it happens, in the order of the clock. Listening
/// changes nothing.
///
/// A node computes a gradient, or its program waits, or both at once; whatever else it does takes no time.
class Timeline {
 public:
  virtual ~Timeline() = default;

  /// A message as the world numbers it; a number is used again once its message has been delivered, or lost.
  struct Message {
    std::uint32_t number = 0;
    NodeId from = 0;
    NodeId to = 0;
    Bytes size = 0;
    MessageKind kind = MessageKind::model;
  };
  virtual void sent(Seconds now, const Message& message) = 0;
  virtual void delivered(Seconds now, std::uint32_t number) = 0;
  /// It is gone when it would have been delivered.
  virtual void lost(Seconds now, std::uint32_t number, MessageFate fate) = 0;

  virtual void gradient_started(Seconds now, NodeId node) = 0;
  virtual void gradient_ended(Seconds now, NodeId node) = 0;

  /// The program is suspended until that is there (of `peer`, where it comes from another node); it goes on; it
  /// returns.
  virtual void waits(Seconds now, NodeId node, Wait what, NodeId peer) = 0;
  virtual void proceeds(Seconds now, NodeId node) = 0;
  virtual void returned(Seconds now, NodeId node) = 0;

  /// The node stands still from now on; it is back; it has lost its program, and with it the gradient under way.
  virtual void went_down(Seconds now, NodeId node) = 0;
  virtual void came_back(Seconds now, NodeId node) = 0;
  virtual void forgot(Seconds now, NodeId node) = 0;

  /// A node contributes to its next all-reduce.
  virtual void joined(Seconds now, NodeId node) = 0;
  /// All nodes that take part have joined an all-reduce that is costed by formula, so many; from now until a node has
  /// the mean, one message of `size` bytes is always under way to it.
  virtual void all_reduce_began(Seconds now, NodeId nodes, Bytes size) = 0;
  virtual void all_reduce_ended(Seconds now, NodeId node) = 0;

  /// The run has ended.
  virtual void over(Seconds now) = 0;
};

}  // namespace gossamer
