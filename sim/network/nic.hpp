#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "sim/network/collectives.hpp"
#include "sim/network/shape.hpp"

namespace gossamer {

/// One network card per node, full duplex: what a node sends leaves one message after the other, what it is sent comes
/// in one after the other, and sending does not disturb receiving.
///
///     handed over  by  t₀ = max(now, processor free) + o;         the processor is busy until then
///     leaves       at  t₁ = max(t₀, card free to send);            the card is busy until t₁ + s/U + g
///     comes in from    t₂ = max(t₁ + L, card free to receive) on;  the card is busy until t₂ + max(s/D + g, o)
///     arrives      at  max(t₂ + s/D, t₁ + L + s/U) + o
///
/// with U and D the card's bandwidths up and down. Alone, a message takes o + L + s/min(U, D) + o: it flows through
/// both cards at once. Messages queue at the receiver in the order in which their first bytes arrive. A card that
/// receives faster than others send takes several messages in turns: one does not hold it up longer than its bytes
/// need. Where nodes are devices of a file each card has its device's rates, and s/U and s/D are what s bytes take of
/// them from t₁ and t₂ on. LogGP's o, g, G = 1/U (Alexandrov, Ionescu, Schauser, Scheiman, "LogGP: Incorporating Long
/// Messages into the LogP Model", SPAA 1995) at both ends. Unlike in the paper a processor may take in one message
/// while it hands over another. An announced message (`Protocol`) has its place in the sender's card while it waits for
/// the grant.
struct Nic {
  Seconds latency{1e-3};                    ///< L ≥ 0
  double bandwidth = 1.25e8;                ///< > 0, bytes per second, in each direction for which nothing else is said
  std::optional<double> up_bandwidth = {};  ///< U > 0
  std::optional<double> down_bandwidth = {};  ///< D > 0
  /// Whether all cards are alike or each has the rates of its node's device, where these are known.
  enum class Of { network, devices };
  Of cards = Of::network;
  Seconds gap{0};  ///< g ≥ 0
  AllReduce all_reduce = AllReduce::automatic;
  std::optional<NodeId> shards = {};  ///< ≥ 1, of a parameter server; one where not given
  LinkSources sources = {};
  Protocol protocol = {};
};

class NicNetwork final : public Network {
 public:
  /// `context` holds the links and `cards` the cards where they differ, whatever `settings` says.
  NicNetwork(const Nic& settings, NodeId nodes, PathContext context = {},
             std::shared_ptr<const NodeCards> cards = nullptr);

  void send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Courier& courier) override;
  void send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                      Courier& courier) override;
  void wake(Seconds now, std::uint32_t token, Courier& courier) override;
  bool awaits(Seconds, std::uint32_t) const override { return true; }
  /// Cards that are alike keep it, but for the last bit of a time where they send more slowly than they receive. A card
  /// whose rate changes may bring in the end of a message late.
  bool keeps_order() const override { return !ends_.cards().nodes && ends_.cards().up >= ends_.cards().down; }

  /// In most algorithms a card has one message at a time in each direction, so nothing queues; where one follows
  /// another, a round takes no less than a card needs between two. What queues at a parameter server comes in, and
  /// leaves, one after the other, at the rate of node 0's card. Rates are those at time 0.
  CollectiveCost cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const override;
  AllReduceMethod all_reduce_method() const override { return method_; }
  Seconds handling(Bytes) const override { return ends_.cards().overhead; }
  Seconds handled_until(NodeId node) const override { return ends_.processors().free_at(node); }
  Seconds attention() const override { return Seconds{0}; }
  std::unique_ptr<Shape> shape() const override { return std::make_unique<CardShape>(ends_.cards(), paths_, nodes_); }
  std::unique_ptr<Network> fresh() const override;

 private:
  /// A message on its way to the receiver's card; its number is the token of `wake`.
  struct Flight {
    NodeId from = 0;
    NodeId to = 0;
    Bytes size = 0;
    Side receiver = Side::active;
  };
  void start(Seconds now, MessageId message, Side sender, const Flight& flight, Courier& courier);

  NodeId nodes_;
  AllReduceMethod method_;
  Paths paths_;  ///< as they are before the first message
  CardShape ends_;
  std::vector<Flight> flights_;  ///< by message number
  mutable CollectiveCosts costs_;
};

}  // namespace gossamer
