#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/network/link.hpp"

namespace gossamer {

/// Whether the processor at one end of a message has a part in it. That of a node which is read one-sidedly has none:
/// what such a read takes of processors is the reader's. Cards work at both ends.
enum class Side : std::uint8_t { active, passive };

/// A network model as the two ends of a message see it, where they need to know of nothing in between: how real
/// messages are delayed so that they take the model's time.
///
/// Each end keeps the state of its own node and never asks about another's, so that ends may live in different
/// processes. The sender's end is told messages in the order in which they are sent, the receiver's in the order of
/// their first bytes.
class Shape {
 public:
  virtual ~Shape() = default;

  /// The sender's end: when the first byte of a message that is sent now reaches the receiver.
  virtual Seconds first_byte(Seconds now, NodeId from, Bytes size, Side sender) = 0;

  /// The receiver's end: when the message is in.
  virtual Seconds arrival(Seconds first_byte, NodeId to, Bytes size, Side receiver) = 0;

  /// The least time between sending a message and its first byte.
  virtual Seconds latency() const = 0;

  /// Until when a node's card is taken: what who reads that node from another process must know of it. No time where
  /// its end is never taken for one-sided reads.
  struct Taken {
    Seconds sending{0};
    Seconds receiving{0};
  };
  virtual Taken taken(NodeId node) const = 0;
  virtual void set_taken(NodeId node, Taken taken) = 0;
};

/// Links without contention: see `AlphaBeta`.
class LinkShape final : public Shape {
 public:
  explicit LinkShape(Link link) : link_{link} {}

  Seconds first_byte(Seconds now, NodeId, Bytes, Side) override { return now + link_.latency; }
  Seconds arrival(Seconds first_byte, NodeId, Bytes size, Side) override {
    return first_byte + link_.transmission(size);
  }
  Seconds latency() const override { return link_.latency; }
  Taken taken(NodeId) const override { return {}; }
  void set_taken(NodeId, Taken) override {}

 private:
  Link link_;
};

/// Network cards, each with a clock for what it sends and one for what it receives: see `Nic`.
class CardShape final : public Shape {
 public:
  CardShape(Link link, NodeId nodes)
      : link_{link},
        free_to_send_(static_cast<std::size_t>(nodes)),
        free_to_receive_(static_cast<std::size_t>(nodes)) {}

  Seconds first_byte(Seconds now, NodeId from, Bytes size, Side) override {
    Seconds& free = free_to_send_[static_cast<std::size_t>(from)];
    const Seconds leaves = std::max(now, free);
    free = leaves + link_.transmission(size);
    return leaves + link_.latency;
  }
  Seconds arrival(Seconds first_byte, NodeId to, Bytes size, Side) override {
    Seconds& free = free_to_receive_[static_cast<std::size_t>(to)];
    return free = std::max(first_byte, free) + link_.transmission(size);
  }
  Seconds latency() const override { return link_.latency; }
  Taken taken(NodeId node) const override {
    const auto i = static_cast<std::size_t>(node);
    return {free_to_send_[i], free_to_receive_[i]};
  }
  void set_taken(NodeId node, Taken taken) override {
    const auto i = static_cast<std::size_t>(node);
    free_to_send_[i] = taken.sending;
    free_to_receive_[i] = taken.receiving;
  }

 private:
  Link link_;
  std::vector<Seconds> free_to_send_;
  std::vector<Seconds> free_to_receive_;
};

}  // namespace gossamer
