#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "sim/network/collectives/collective_costs.hpp"
#include "sim/network/shaper.hpp"

namespace gossamer {

/// One full-duplex network card per node. It sends one message at a time and receives one message at a time; sending
/// does not disturb receiving.
///
///     handed over  by  t₀ = max(now, processor free) + o;         the processor is busy until then
///     leaves       at  t₁ = max(t₀, card free to send);            the card is busy until t₁ + s/U + g
///     comes in from    t₂ = max(t₁ + L, card free to receive) on;  the card is busy until t₂ + max(s/D + g, o)
///     arrives      at  max(t₂ + s/D, t₁ + L + s/U) + o
///
/// with U and D the bandwidths of the card up and down. Alone, a message takes o + L + s/min(U, D) + o: it flows
/// through both cards at the same time. Messages queue at the receiver in the order in which their first bytes arrive.
/// A card that receives faster than others send takes several messages in turns: one message holds it up no longer than
/// its bytes need. If nodes are devices of a file, each card has its device's rates; s/U and s/D are then the times of
/// s bytes at these rates from t₁ and t₂ on. LogGP's o, g, G = 1/U (Alexandrov, Ionescu, Schauser, Scheiman, "LogGP:
/// Incorporating Long Messages into the LogP Model", SPAA 1995) at both ends. Unlike in the paper a processor may take
/// in one message while it hands over another. An announced message (`Protocol`) keeps its place in the sender's card
/// while it waits for the grant.
/// Cost    two events and O(1) time for each message; one clock per node and direction.
/// Errors  none of its own: settings are checked against their ranges where they are read.
struct Nic {
  Seconds latency{1e-3};                      ///< L ≥ 0
  double bandwidth = 1.25e8;                  ///< U and D in bytes per second, unless given below
  std::optional<double> up_bandwidth = {};    ///< U > 0
  std::optional<double> down_bandwidth = {};  ///< D > 0
  /// All cards are alike, or each has the rates of its node's device if these are known.
  enum class Of { network, devices };
  Of cards = Of::network;
  Seconds gap{0};  ///< g ≥ 0
  AllReduce all_reduce = AllReduce::automatic;
  std::optional<NodeId> shards = {};  ///< ≥ 1, of a parameter server; one if not given
  LinkSources sources = {};
  Protocol protocol = {};
};

class NicNetwork final : public Network {
 public:
  /// If links differ, `context` holds them; if cards differ, `cards` holds them. `settings` is not read for this.
  NicNetwork(const Nic& settings, NodeId nodes, PathContext context = {},
             std::shared_ptr<const NodeCards> cards = nullptr);

  void send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Scheduler& scheduler) override;
  void send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                      Scheduler& scheduler) override;
  void wake(Seconds now, std::uint32_t token, Scheduler& scheduler) override;
  bool awaits(Seconds, std::uint32_t) const override { return true; }
  /// Equal cards keep the order, except for the last bit of a time if they send more slowly than they receive. A card
  /// with a changing rate may receive the end of a message late.
  bool keeps_order() const override { return !ends_.cards().nodes && ends_.cards().up >= ends_.cards().down; }

  /// In most algorithms a card has one message at a time in each direction, so nothing queues. If one message follows
  /// another, a round takes at least the time that a card needs between two messages. Messages that queue at a
  /// parameter server arrive and leave one at a time, at the rate of node 0's card. Rates are those at time 0.
  CollectiveCost cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const override;
  AllReduceMethod all_reduce_method() const override { return method_; }
  Seconds handling(Bytes) const override { return ends_.cards().overhead; }
  Seconds handled_until(NodeId node) const override { return ends_.processors().free_at(node); }
  Seconds attention() const override { return Seconds{0}; }
  std::unique_ptr<Shaper> shaper() const override {
    return std::make_unique<CardShaper>(ends_.cards(), paths_, nodes_);
  }
  std::unique_ptr<Network> fresh() const override;

 private:
  /// A message in flight to the receiver's card; its number is the token of `wake`.
  struct Flight {
    NodeId from = 0;
    NodeId to = 0;
    Bytes size = 0;
    Side receiver = Side::active;
  };
  void start(Seconds now, MessageId message, Side sender, const Flight& flight, Scheduler& scheduler);

  NodeId nodes_;
  AllReduceMethod method_;
  Paths paths_;  ///< the state before the first message
  CardShaper ends_;
  std::vector<Flight> flights_;  ///< by message number
  mutable CollectiveCosts costs_;
};

}  // namespace gossamer
