#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sim/network/links.hpp"

namespace gossamer {

/// Whether the processor at one end of a message has a part in it. That of a node which is read one-sidedly has none:
/// what such a read takes of processors is the reader's. Cards work at both ends.
enum class Side : std::uint8_t { active, passive };

/// Of `node`, where `read` is read.
inline Side side_of(NodeId node, NodeId read) { return node == read ? Side::passive : Side::active; }

/// What a message costs beside latency and bytes over bandwidth. By default nothing.
///
///     eager       t(s) = o + L J + s/(f B) + o          s ≤ rendezvous threshold
///     rendezvous  t(s) = o + 3 L J + s/(f B) + o        above: announced and granted before it flows
///
/// o is LogGP's overhead (Alexandrov et al., SPAA 1995), which keeps each end's processor from computing. The threshold
/// is S of LogGPS (Ino, Fujimoto, Hagihara, "LogGPS: a parallel computational model for synchronization analysis",
/// PPoPP 2001), with receivers that grant at once; a grant travels the other way, so that of links with two latencies
/// it is 2 L + L' that passes. f is the share of the bandwidth that headers leave, as in SimGrid's bandwidth factor
/// (Velho, Legrand, "Accuracy study and improvement of network simulation in the SimGrid framework", SIMUTools 2009). J
/// is lognormal with mean 1: J = exp(σ z − σ²/2), z standard normal, independent for each message, drawn at (seed,
/// jitter, sender, receiver and number of the message among theirs).
///
/// Messages between two nodes stay in order: neither the first nor the last byte of one reaches the receiver before
/// that of the one before, so a message waits for one that has been held up. What a node hands out to those who read it
/// one-sidedly is an order of its own.
struct Protocol {
  Seconds overhead{0};                             ///< o ≥ 0
  std::optional<Bytes> rendezvous_threshold = {};  ///< ≥ 0; none where every message is eager
  double bandwidth_factor = 1;                     ///< f in (0, 1]
  double jitter = 0;                               ///< σ ≥ 0, the standard deviation of ln J
};

/// What paths need beside settings.
struct PathContext {
  std::shared_ptr<const Links> links = nullptr;  ///< null where all are alike
  std::uint64_t seed = 1;
};

/// The ways between nodes, from the sender's card to the receiver's: see `Protocol`. What it remembers belongs to the
/// senders, so that each process may keep that of its own nodes.
class Paths {
 public:
  /// No path has more than `most_bandwidth`, its share for headers not yet taken off: that of the cards at its ends,
  /// through which messages go one after the other.
  Paths(Link usual, const Protocol& protocol, PathContext context,
        double most_bandwidth = std::numeric_limits<double>::infinity());

  /// When the first byte of a message reaches the other end that leaves now, from a card that needs `card` for it.
  Seconds first_byte(Seconds leaves, NodeId from, NodeId to, Bytes size, Side sender, Seconds card = Seconds{0});

  /// How much later the last byte does.
  Seconds transmission(NodeId from, NodeId to, Bytes size) const {
    return transmission(from, to, static_cast<double>(size));
  }
  Seconds transmission(NodeId from, NodeId to, double size) const;

  /// The mean time until the first byte of a message, and the least of any.
  Seconds latency(NodeId from, NodeId to, double size) const;
  Seconds least_latency() const;

  bool uniform() const { return !links_; }

  /// Whether a message costs no more than latency and bytes over bandwidth, the same between all.
  bool constant() const {
    return !links_ && protocol_.jitter == 0 && !protocol_.rendezvous_threshold && protocol_.bandwidth_factor == 1;
  }

 private:
  /// What a sender knows of a receiver.
  struct Pair {
    std::uint64_t messages = 0;
    Seconds first{0};  ///< when the first and the last byte of the last message arrive
    Seconds last{0};
  };
  Link between(NodeId from, NodeId to) const { return links_ ? links_->between(from, to) : usual_; }
  double jitter(NodeId from, std::uint64_t stream, std::uint64_t message) const;

  Link usual_;
  Protocol protocol_;
  std::shared_ptr<const Links> links_;
  std::uint64_t seed_;
  double most_bandwidth_;
  bool may_overtake_;                              ///< else nothing need be remembered
  std::unordered_map<std::uint64_t, Pair> pairs_;  ///< by sender and stream
};

/// Processors that hand messages over to the network, each one after the other, o per message in which they have a
/// part.
class Processors {
 public:
  explicit Processors(Seconds overhead) : overhead_{overhead} {}

  Seconds overhead(Side side) const { return side == Side::active ? overhead_ : Seconds{0}; }

  /// When a message that is sent now has been handed over at `node`.
  Seconds hand_over(Seconds now, NodeId node, Side side);

  /// When it has handed over all that was sent.
  Seconds free_at(NodeId node) const;

 private:
  Seconds overhead_;
  std::vector<Seconds> free_;  ///< by node, as far as one has sent
};

}  // namespace gossamer
