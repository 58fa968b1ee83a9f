#pragma once
#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "sim/ground/changing_rate.hpp"
#include "sim/network/platforms/paths.hpp"

namespace gossamer {

/// A network model as seen by the two ends of a message, for models in which an end needs no state of other nodes. Real
/// ranks use it to delay messages until they have taken the model's time.
///
/// Each end keeps the state of its own node only, so the ends may be in different processes. The sender's end processes
/// messages in the order in which they are sent, the receiver's end in the order of their first bytes.
class Shaper {
 public:
  virtual ~Shaper() = default;

  /// The sender's end: the time when the first byte of a message that is sent now reaches the receiver.
  virtual Seconds first_byte(Seconds now, NodeId from, NodeId to, Bytes size, Side sender) = 0;

  /// The receiver's end: the time when the message has arrived.
  virtual Seconds arrival(Seconds first_byte, NodeId from, NodeId to, Bytes size, Side receiver) = 0;

  /// The least time between sending a message and its first byte.
  virtual Seconds latency() const = 0;

  /// The times until which a node's card is busy. Remote readers need them. Both are zero if one-sided reads never wait
  /// for the node's end.
  struct BusyUntil {
    Seconds sending{0};
    Seconds receiving{0};
  };
  virtual BusyUntil busy_until(NodeId node) const = 0;
  virtual void set_busy_until(NodeId node, BusyUntil busy) = 0;
};

/// Paths without contention: see `AlphaBeta`.
class LinkShaper final : public Shaper {
 public:
  LinkShaper(Paths paths, Seconds overhead) : paths_{std::move(paths)}, processors_{overhead} {}

  Seconds first_byte(Seconds now, NodeId from, NodeId to, Bytes size, Side sender) override {
    return paths_.first_byte(processors_.hand_over(now, from, sender), from, to, size, sender);
  }
  Seconds arrival(Seconds first_byte, NodeId from, NodeId to, Bytes size, Side receiver) override {
    return first_byte + paths_.transmission(from, to, size) + processors_.overhead(receiver);
  }
  Seconds latency() const override { return paths_.least_latency(); }
  BusyUntil busy_until(NodeId) const override { return {}; }
  void set_busy_until(NodeId, BusyUntil) override {}

  const Paths& paths() const { return paths_; }
  const Processors& processors() const { return processors_; }

 private:
  Paths paths_;
  Processors processors_;
};

/// Cards that differ, and whose rates may change. Each node has a card of one of several kinds.
struct NodeCards {
  struct Kind {
    ChangingRate up;    ///< bytes per second
    ChangingRate down;  ///< bytes per second
  };
  std::vector<Kind> kinds;
  std::vector<std::size_t> of_node;

  const Kind& of(NodeId node) const { return kinds[of_node[static_cast<std::size_t>(node)]]; }
};

/// The rates and delays of network cards.
struct Cards {
  double up = 1.25e8;                                ///< bytes per second
  double down = 1.25e8;                              ///< bytes per second
  Seconds gap{0};                                    ///< g, after each message
  Seconds overhead{0};                               ///< o, of the processor behind the card
  std::shared_ptr<const NodeCards> nodes = nullptr;  ///< replaces up and down; null if all cards are alike
  double share = 1;                                  ///< fraction of these rates that headers leave

  /// The time in which a card sends or receives `size` bytes, from `start` on.
  Seconds sending(NodeId node, Seconds start, double size) const {
    return nodes ? nodes->of(node).up.elapsed(start, size / share) : Seconds{size / up};
  }
  Seconds receiving(NodeId node, Seconds start, double size) const {
    return nodes ? nodes->of(node).down.elapsed(start, size / share) : Seconds{size / down};
  }
};

/// Network cards, each with a clock for what it sends and one for what it receives: see `Nic`.
class CardShaper final : public Shaper {
 public:
  CardShaper(Cards cards, Paths paths, NodeId nodes)
      : cards_{cards},
        paths_{std::move(paths)},
        processors_{cards.overhead},
        free_to_send_(static_cast<std::size_t>(nodes)),
        free_to_receive_(static_cast<std::size_t>(nodes)) {}

  Seconds first_byte(Seconds now, NodeId from, NodeId to, Bytes size, Side sender) override {
    Seconds& free = free_to_send_[static_cast<std::size_t>(from)];
    const Seconds leaves = std::max(processors_.hand_over(now, from, sender), free);
    const Seconds flow = cards_.sending(from, leaves, static_cast<double>(size));
    free = leaves + flow + cards_.gap;
    return paths_.first_byte(leaves, from, to, size, sender, flow);
  }
  Seconds arrival(Seconds first_byte, NodeId from, NodeId to, Bytes size, Side receiver) override {
    Seconds& free = free_to_receive_[static_cast<std::size_t>(to)];
    const Seconds begins = std::max(first_byte, free);
    const Seconds taken = begins + cards_.receiving(to, begins, static_cast<double>(size));
    const Seconds overhead = processors_.overhead(receiver);
    free = std::max(taken + cards_.gap, begins + overhead);
    return std::max(taken, first_byte + flow(first_byte, from, to, size)) + overhead;
  }
  Seconds latency() const override { return paths_.least_latency(); }
  BusyUntil busy_until(NodeId node) const override {
    const auto i = static_cast<std::size_t>(node);
    return {free_to_send_[i], free_to_receive_[i]};
  }
  void set_busy_until(NodeId node, BusyUntil busy) override {
    const auto i = static_cast<std::size_t>(node);
    free_to_send_[i] = busy.sending;
    free_to_receive_[i] = busy.receiving;
  }

  const Cards& cards() const { return cards_; }
  const Paths& paths() const { return paths_; }
  const Processors& processors() const { return processors_; }

 private:
  /// The time in which a message flows from the sender's card, which it left one latency ago. Jitter and waiting
  /// are ignored: they matter only if the card's rate changes in that time.
  Seconds flow(Seconds first_byte, NodeId from, NodeId to, Bytes size) const {
    const Seconds path = paths_.transmission(from, to, size);
    if (!cards_.nodes) return path;  // no path is wider than cards that are alike
    const auto bytes = static_cast<double>(size);
    const Seconds left = std::max(Seconds{0}, first_byte - paths_.latency(from, to, bytes));
    return std::max(path, cards_.sending(from, left, bytes));
  }

  Cards cards_;
  Paths paths_;
  Processors processors_;
  std::vector<Seconds> free_to_send_;
  std::vector<Seconds> free_to_receive_;
};

}  // namespace gossamer
