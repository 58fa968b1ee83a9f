#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/ground/quantities.hpp"

/// Faults of messages between nodes.
namespace gossamer {

/// A fault of messages. It is a pure function of the attempt and of its memory of earlier attempts from the same node
/// to the same node. Each call costs O(1), plus O(attempt number) draws.
class MessageFault {
 public:
  virtual ~MessageFault() = default;

  /// One transmission of a message by the network: the first, or a repetition after an earlier one was lost or
  /// corrupted.
  struct Attempt {
    NodeId from = 0;
    NodeId to = 0;
    std::uint32_t message = 0;  ///< the message's number among those of the pair
    std::uint32_t number = 0;   ///< number of the attempt, from 0
    Seconds sent{0};
    Seconds arrival{0};
  };
  struct Effect {
    enum class Outcome : std::uint8_t { arrives, lost, corrupted };
    Outcome outcome = Outcome::arrives;
    Seconds arrival{0};
  };
  virtual Effect apply(const Attempt& attempt, std::uint8_t& memory) const = 0;

  /// Returns true if requests of one-sided reads are affected, too. Requests have no number among the messages between
  /// two nodes, so only faults without chance affect them.
  virtual bool affects_requests() const { return false; }

  /// Time after which the network repeats the message; if empty, never.
  virtual std::optional<Seconds> retransmit() const { return std::nullopt; }
};

using MessageFaults = std::vector<std::unique_ptr<const MessageFault>>;

/// Each message is lost with probability p, independently of all others.
struct Loss {
  double probability = 0.01;  ///< p in [0, 1]
  /// RTO > 0; if empty, the message is not sent again. The mean delay is RTO p/(1 − p).
  std::optional<Seconds> retransmit = {};
};

/// Losses in bursts (Gilbert 1960, Elliott 1963): each ordered pair of nodes has a chain of two states, good and bad.
/// The chain moves with every message, and a message is lost with the state's probability.
///
/// The chain is stationary: a fraction π = g/(g + b) of the messages meets the bad state. The fraction of lost messages
/// is π p_bad + (1 − π) p_good. Bad phases last 1/b messages in the mean.
struct BurstLoss {
  double good_to_bad = 0.01;  ///< g in (0, 1]
  double bad_to_good = 0.2;   ///< b in (0, 1]
  double loss_in_good = 0;    ///< p_good in [0, 1]
  double loss_in_bad = 1;     ///< p_bad in [0, 1]
  std::optional<Seconds> retransmit = {};
};

/// Each message arrives corrupted with probability p. The receiver's checksum detects this, and the message is dropped.
struct Corruption {
  double probability = 0.01;  ///< p in [0, 1]
  std::optional<Seconds> retransmit = {};
};

/// The link between two nodes, or all links of one node, are down in [from, until). Messages that are sent or in flight
/// in this time are lost, or continue when the link is back.
struct LinkDown {
  enum class Messages { lost, held };

  std::vector<std::int64_t> between = {};  ///< two nodes
  std::optional<NodeId> node = {};
  Seconds from{0};
  std::optional<Seconds> until = {};  ///< if empty, the link does not come back
  Messages messages = Messages::lost;
};

/// Throw FaultError for nodes that do not exist, for contradicting settings, and for messages that would be repeated
/// without end.
std::unique_ptr<MessageFault> message_fault(Loss settings, NodeId nodes, std::uint64_t seed);
std::unique_ptr<MessageFault> message_fault(BurstLoss settings, NodeId nodes, std::uint64_t seed);
std::unique_ptr<MessageFault> message_fault(Corruption settings, NodeId nodes, std::uint64_t seed);
std::unique_ptr<MessageFault> message_fault(LinkDown settings, NodeId nodes, std::uint64_t seed);

}  // namespace gossamer
