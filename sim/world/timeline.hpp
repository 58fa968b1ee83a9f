#pragma once
#include <cstdint>

#include "sim/ground/quantities.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// The purpose of a message between two nodes.
enum class MessageKind : std::uint8_t {
  model,    ///< sent, to be received
  request,  ///< an exchange that waits for the receiver's model
  reply,    ///< the answer that a handler gave
  part,     ///< of an all-reduce that is played
  read,     ///< a request for the model that the receiver exposes
  exposed,  ///< the exposed model
  state,    ///< a model from which a node without one of its own starts
  // entries of a mailbox:
  lost_model,    ///< the placeholder of a lost model
  lost_request,  ///< the placeholder of a lost request
  missed_model,  ///< the placeholder of models that came while the receiver was down
};

/// The fate of a message that is not delivered.
enum class MessageFate : std::uint8_t {
  lost,       ///< lost in flight
  corrupted,  ///< it arrives, and is dropped
  missed,     ///< its receiver is down
  unwanted,   ///< its receiver does not wait for it any more
};

/// Receives every action of nodes and every message between them, when it happens, in the order of the clock. Recording
/// changes nothing.
///
/// A node computes a gradient, or its program waits, or both at once; all its other actions take no time.
class Timeline {
 public:
  virtual ~Timeline() = default;

  /// A message with the world's number. A number is used again once its message has been delivered, or lost.
  struct Message {
    std::uint32_t number = 0;
    NodeId from = 0;
    NodeId to = 0;
    Bytes size = 0;
    MessageKind kind = MessageKind::model;
  };
  virtual void sent(Seconds now, const Message& message) = 0;
  virtual void delivered(Seconds now, std::uint32_t number) = 0;
  /// The message is lost, at the time at which it would have been delivered.
  virtual void lost(Seconds now, std::uint32_t number, MessageFate fate) = 0;

  virtual void gradient_started(Seconds now, NodeId node) = 0;
  virtual void gradient_ended(Seconds now, NodeId node) = 0;
  /// The node gives up what it computes.
  virtual void gave_up(Seconds now, NodeId node) = 0;

  /// The program is suspended until its input is there (from `peer`, if it comes from another node); the program
  /// continues; it returns.
  virtual void waits(Seconds now, NodeId node, Wait what, NodeId peer) = 0;
  virtual void proceeds(Seconds now, NodeId node) = 0;
  virtual void returned(Seconds now, NodeId node) = 0;

  /// The node goes down; it comes back; it loses its program, and with it the gradient in flight.
  virtual void went_down(Seconds now, NodeId node) = 0;
  virtual void came_back(Seconds now, NodeId node) = 0;
  virtual void lost_program(Seconds now, NodeId node) = 0;

  /// A node contributes to its next all-reduce.
  virtual void joined(Seconds now, NodeId node) = 0;
  /// All participants, `nodes` of them, have joined an all-reduce that is costed by formula. From now until a node has
  /// the mean, one message of `size` bytes is always in flight to it.
  virtual void all_reduce_began(Seconds now, NodeId nodes, Bytes size) = 0;
  virtual void all_reduce_ended(Seconds now, NodeId node) = 0;

  /// The run has ended.
  virtual void over(Seconds now) = 0;
};

}  // namespace gossamer
