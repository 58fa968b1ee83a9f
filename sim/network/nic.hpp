#pragma once
#include <memory>
#include <vector>

#include "sim/network/shape.hpp"

namespace gossamer {

/// One network card per node, full duplex: what a node sends leaves one message after the other, what it is sent comes
/// in one after the other, and sending does not disturb receiving.
///
///     leaves  at  t₁ = max(now, card free to send);       the card is busy until t₁ + s/B
///     arrives at  t₂ = max(t₁ + α, card free to receive);  the card is busy until t₂ + s/B, when the message is in
///
/// Messages queue at the receiver in the order in which their first bytes arrive. Alone, a message takes α + s/B as
/// under `AlphaBeta`: it flows through both cards at once.
/// The bandwidth terms g and G of LogGP (Alexandrov, Ionescu, Schauser, Scheiman, "LogGP: Incorporating Long Messages
/// into the LogP Model", SPAA 1995) at both ends.
struct Nic {
  Seconds latency{1e-3};      ///< α ≥ 0
  double bandwidth = 1.25e8;  ///< B > 0, bytes per second, in each direction
  AllReduce all_reduce = AllReduce::ring;
};

class NicNetwork final : public Network {
 public:
  NicNetwork(Nic settings, NodeId nodes);

  void send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Courier& courier) override;
  void send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId,
                      Courier& courier) override {
    send(now, message, from, to, size, courier);
  }
  void wake(Seconds now, std::uint32_t token, Courier& courier) override;
  bool awaits(Seconds, std::uint32_t) const override { return true; }

  /// A ring or a doubling uses every card in one direction for one message at a time, so nothing queues.
  Collective all_reduce(NodeId nodes, Bytes size) const override {
    return all_reduce_cost(algorithm_, link_, nodes, size);
  }
  Seconds handling(Bytes) const override { return Seconds{0}; }
  Seconds handled_until(NodeId) const override { return Seconds{0}; }
  std::unique_ptr<Shape> shape() const override { return std::make_unique<CardShape>(link_, nodes_); }

 private:
  /// A message on its way to the receiver's card; its number is the token of `wake`.
  struct Flight {
    NodeId to = 0;
    Bytes size = 0;
  };

  Link link_;
  NodeId nodes_;
  AllReduce algorithm_;
  CardShape cards_;
  std::vector<Flight> flights_;  ///< by message number
};

}  // namespace gossamer
