#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/quantities.hpp"

/// What befalls messages between nodes.
namespace gossamer {

/// One of the things that may befall a message. A pure function of the attempt and of what it keeps in mind of the
/// attempts before, from one node to another.
class MessageFault {
 public:
  virtual ~MessageFault() = default;

  /// The network carries a message once, or once more after it did not arrive whole.
  struct Attempt {
    NodeId from = 0;
    NodeId to = 0;
    std::uint32_t message = 0;  ///< its number among those between the two
    std::uint32_t number = 0;   ///< of the attempt, from 0
    Seconds sent{0};
    Seconds arrival{0};
  };
  struct Effect {
    enum class Outcome : std::uint8_t { arrives, lost, corrupted };
    Outcome outcome = Outcome::arrives;
    Seconds arrival{0};
  };
  virtual Effect befall(const Attempt& attempt, std::uint8_t& memory) const = 0;

  /// Whether it befalls requests of one-sided reads, too. These have no number among the messages between two nodes, so
  /// only what knows no chance does.
  virtual bool befalls_requests() const { return false; }

  /// After which time the network carries it again; never where empty.
  virtual std::optional<Seconds> retransmit() const { return std::nullopt; }
};

using MessageFaults = std::vector<std::unique_ptr<const MessageFault>>;

/// Any message is lost with probability p, independently of all others.
struct Loss {
  double probability = 0.01;               ///< p in [0, 1]
  std::optional<Seconds> retransmit = {};  ///< > 0; lost for good where empty. A message takes RTO p/(1 − p) longer.
};

/// Losses in bursts: from each node to each other there is a chain of two states, good and bad, that moves with every
/// message, and messages are lost with the state's probability.
///
/// The chain is stationary: a share π = g/(g + b) of the messages meets the bad state, hence π p_bad + (1 − π) p_good
/// of them are lost; bad spells last 1/b messages.
struct BurstLoss {
  double good_to_bad = 0.01;  ///< g in (0, 1]
  double bad_to_good = 0.2;   ///< b in (0, 1]
  double loss_in_good = 0;    ///< p_good in [0, 1]
  double loss_in_bad = 1;     ///< p_bad in [0, 1]
  std::optional<Seconds> retransmit = {};
};

/// Any message arrives corrupted with probability p; the receiver's checksum tells, and it is dropped.
struct Corruption {
  double probability = 0.01;  ///< p in [0, 1]
  std::optional<Seconds> retransmit = {};
};

/// The link between two nodes, or all links of one, is down in [from, until). What is sent or under way meanwhile is
/// lost, or goes on when the link is back.
struct LinkDown {
  enum class Messages { lost, held };

  std::vector<std::int64_t> between = {};  ///< two nodes
  std::optional<NodeId> node = {};
  Seconds from{0};
  std::optional<Seconds> until = {};  ///< for good where empty
  Messages messages = Messages::lost;
};

/// Throw FaultError for nodes that are not there, and for messages that would be carried again for ever.
std::unique_ptr<MessageFault> message_fault(Loss settings, NodeId nodes, std::uint64_t seed);
std::unique_ptr<MessageFault> message_fault(BurstLoss settings, NodeId nodes, std::uint64_t seed);
std::unique_ptr<MessageFault> message_fault(Corruption settings, NodeId nodes, std::uint64_t seed);
std::unique_ptr<MessageFault> message_fault(LinkDown settings, NodeId nodes, std::uint64_t seed);

}  // namespace gossamer
