#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sim/network/links/links.hpp"

namespace gossamer {

/// Whether the processor at one end of a message works for it. The processor of a node that is read one-sidedly does
/// not: only the reader's processor works for such a read. Cards work at both ends.
enum class Side : std::uint8_t { active, passive };

/// The side of `node` in a one-sided read of node `read`.
inline Side side_of(NodeId node, NodeId read) { return node == read ? Side::passive : Side::active; }

/// The costs of a message in addition to latency and bytes over bandwidth. By default there are none.
///
///     eager       t(s) = o + L J + s/(f B) + o          s ≤ rendezvous threshold
///     rendezvous  t(s) = o + 3 L J + s/(f B) + o        above: announced and granted before it flows
///
/// o is LogGP's overhead (Alexandrov et al., SPAA 1995), which keeps each end's processor from computing. The threshold
/// is S of LogGPS (Ino, Fujimoto, Hagihara, "LogGPS: a parallel computational model for synchronization analysis",
/// PPoPP 2001), with receivers that grant at once. A grant travels in the opposite direction, so if the two directions
/// of a link have different latencies, 3 L is 2 L + L'. f is the fraction of the bandwidth that headers leave, as in
/// SimGrid's bandwidth factor (Velho, Legrand, "Accuracy study and improvement of network simulation in the SimGrid
/// framework", SIMUTools 2009). J is lognormal with mean 1: J = exp(σ z − σ²/2), z standard normal, independent for
/// each message, drawn at (seed, jitter, sender, receiver and number of the message among theirs).
///
/// Messages between two nodes stay in order: neither the first nor the last byte of a message reaches the receiver
/// before that of the message before. So a message waits behind a delayed one. The answers of a node to one-sided reads
/// have an order of their own.
struct Protocol {
  Seconds overhead{0};                             ///< o ≥ 0
  std::optional<Bytes> rendezvous_threshold = {};  ///< ≥ 0; if empty, every message is eager
  double bandwidth_factor = 1;                     ///< f in (0, 1]
  double jitter = 0;                               ///< σ ≥ 0, the standard deviation of ln J
};

/// Inputs of paths besides the settings.
struct PathContext {
  std::shared_ptr<const Links> links = nullptr;  ///< null if all links are alike
  std::uint64_t seed = 1;
};

/// The paths between nodes, from the sender's card to the receiver's: see `Protocol`. All state belongs to senders, so
/// that each process may keep the state of its own nodes.
/// Cost    O(1) expected time for each message. State is stored for each pair of nodes with messages, but only if one
///         message could overtake another.
class Paths {
 public:
  /// `most_bandwidth` bounds the bandwidth of every path before headers are subtracted: it is that of the cards at the
  /// ends, which carry one message at a time.
  Paths(Link usual, const Protocol& protocol, PathContext context,
        double most_bandwidth = std::numeric_limits<double>::infinity());

  /// The time at which the first byte of a message reaches the other end. The message leaves at `leaves`, from a card
  /// that needs the time `card` for it.
  Seconds first_byte(Seconds leaves, NodeId from, NodeId to, Bytes size, Side sender, Seconds card = Seconds{0});

  /// Time from the first byte to the last.
  Seconds transmission(NodeId from, NodeId to, Bytes size) const {
    return transmission(from, to, static_cast<double>(size));
  }
  Seconds transmission(NodeId from, NodeId to, double size) const;

  /// The mean time until the first byte of a message, and the least such time of any message.
  Seconds latency(NodeId from, NodeId to, double size) const;
  Seconds least_latency() const;

  bool uniform() const { return !links_; }

  /// True if a message costs only latency and bytes over bandwidth, the same between all nodes.
  bool constant() const {
    return !links_ && protocol_.jitter == 0 && !protocol_.rendezvous_threshold && protocol_.bandwidth_factor == 1;
  }

 private:
  /// A sender's state for one receiver.
  struct Pair {
    std::uint64_t messages = 0;
    Seconds first{0};  ///< arrival of the first and of the last byte of the last message
    Seconds last{0};
  };
  Link between(NodeId from, NodeId to) const { return links_ ? links_->between(from, to) : usual_; }
  double jitter(NodeId from, std::uint64_t stream, std::uint64_t message) const;

  Link usual_;
  Protocol protocol_;
  std::shared_ptr<const Links> links_;
  std::uint64_t seed_;
  double most_bandwidth_;
  bool may_overtake_;                              ///< otherwise no state is needed
  std::unordered_map<std::uint64_t, Pair> pairs_;  ///< by sender and stream
};

/// Processors that hand over messages to the network, one message at a time. Each takes o for a message on whose active
/// side it is.
class Processors {
 public:
  explicit Processors(Seconds overhead) : overhead_{overhead} {}

  Seconds overhead(Side side) const { return side == Side::active ? overhead_ : Seconds{0}; }

  /// The time at which a message that is sent now has been handed over at `node`.
  Seconds hand_over(Seconds now, NodeId node, Side side);

  /// The time at which `node` has handed over all its messages.
  Seconds free_at(NodeId node) const;

 private:
  Seconds overhead_;
  std::vector<Seconds> free_;  ///< by node, up to the highest one that has sent
};

}  // namespace gossamer
