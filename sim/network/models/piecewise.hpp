#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/network/collectives/collective_costs.hpp"
#include "sim/network/shaper.hpp"

namespace gossamer {

/// Links whose latency and bandwidth change with the size of the message (eager, rendezvous, beyond the caches, …),
/// between nodes whose processors move the messages.
///
///     t(s) = α_k + s/B_k,   o(s) = ω_k t(s)        u_{k−1} < s ≤ u_k, with u_K = ∞
///
///     leaves  at  t₁ = max(now, sender's processor free);              the processor handles it until t₁ + o(s)
///     arrives at  t₂ = max(t₁ + t(s) − o(s), receiver's processor free); the processor handles it until t₂ + o(s),
///                                                                        when the message has arrived
///
/// Alone, a message takes t(s). A processor handles one message at a time, sent or received: two nodes that send to
/// each other at the same time need max(t, 2 o). A node's computation is delayed by the fraction `interference` of this
/// handling: 1 if messages and gradients share a core, 0 if another core or a card moves the messages. A computing node
/// polls only now and then, and notices a message up to `attention` later.
/// Messages between two nodes stay in order: a message that leaves the network before a longer, earlier one to the same
/// node is handed over together with that one.
/// A one-sided read is the work of its reader: the processor of the node that is read handles neither the request nor
/// the answer, and neither of these waits for it. This is the case if processes share their memory.
/// Segments need not meet: a rendezvous protocol makes t jump. α_k is the value at zero bytes of the line of segment k.
/// It may be negative if larger messages flow at a lower rate, as long as t ≥ 0 on the segment.
/// LogGP's o, L, G (Alexandrov, Ionescu, Schauser, Scheiman, "LogGP: Incorporating Long Messages into the LogP Model",
/// SPAA 1995), one set for each range of sizes, as in Clauss et al., "Single Node On-Line Simulation of MPI
/// Applications with SMPI", IPDPS 2011. Unlike in LogGP the two ends may work at the same time, as they do through
/// shared memory.
/// Shapes  K latencies, bandwidths and occupancies, K − 1 sizes u_1 < … < u_{K−1}.
/// Cost    two events for each message, and O(log K) to find its segment.
struct Piecewise {
  std::vector<std::int64_t> up_to = {};      ///< u_1 … u_{K−1}, bytes
  std::vector<double> latency = {1e-3};      ///< α_1 … α_K, seconds
  std::vector<double> bandwidth = {1.25e8};  ///< B_1 … B_K > 0, bytes per second
  std::vector<double> occupancy = {0};       ///< ω_1 … ω_K in [0, 1]
  double interference = 1;                   ///< in [0, 1]
  Seconds attention{0};                      ///< ≥ 0, see `Network::attention`
  AllReduce all_reduce = AllReduce::automatic;
  std::optional<NodeId> shards = {};  ///< ≥ 1, of a parameter server; one if not given
};

/// The number of a message's segment, counted from 0.
std::size_t segment_of(const Piecewise& settings, double size);

/// t(s). The settings must be such as `PiecewiseNetwork` accepts.
Seconds message_time(const Piecewise& settings, double size);

/// The time in which two nodes send to each other at the same time: max(t(s), 2 o(s)). A round of an all-reduce takes
/// as long.
Seconds exchange_time(const Piecewise& settings, double size);

/// The two ends of a message: see `Piecewise`. Each end keeps the state of its own node's processor only.
class PiecewiseShaper final : public Shaper {
 public:
  PiecewiseShaper(Piecewise settings, NodeId nodes);

  Seconds first_byte(Seconds now, NodeId from, NodeId, Bytes size, Side sender) override;
  Seconds arrival(Seconds first_byte, NodeId, NodeId to, Bytes size, Side receiver) override;
  Seconds latency() const override { return latency_; }
  BusyUntil busy_until(NodeId) const override { return {}; }
  void set_busy_until(NodeId, BusyUntil) override {}

  /// The time at which the node's processor has handled all messages so far.
  Seconds free_at(NodeId node) const { return free_[static_cast<std::size_t>(node)]; }

 private:
  Piecewise settings_;
  Seconds latency_;
  std::vector<Seconds> free_;
};

class PiecewiseNetwork final : public Network {
 public:
  /// Throws NetworkError if the lists' lengths do not match, if sizes do not ascend, and if a message would take a
  /// negative time.
  PiecewiseNetwork(Piecewise settings, NodeId nodes);

  void send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Scheduler& scheduler) override;
  void send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                      Scheduler& scheduler) override;
  void wake(Seconds now, std::uint32_t token, Scheduler& scheduler) override;
  bool awaits(Seconds, std::uint32_t) const override { return true; }
  bool keeps_order() const override { return false; }  // a short message may take less time than a long one

  /// If each node sends and receives in the same round, one message waits for the other.
  CollectiveCost cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const override;
  AllReduceMethod all_reduce_method() const override { return {settings_.all_reduce, settings_.shards}; }
  Seconds handling(Bytes size) const override;
  Seconds handled_until(NodeId node) const override;
  Seconds attention() const override { return settings_.attention; }
  std::unique_ptr<Shaper> shaper() const override { return std::make_unique<PiecewiseShaper>(settings_, nodes_); }
  std::unique_ptr<Network> fresh() const override { return std::make_unique<PiecewiseNetwork>(settings_, nodes_); }

 private:
  /// A message in flight to the receiver; its number is the token of `wake`.
  struct Flight {
    NodeId from = 0;
    NodeId to = 0;
    Bytes size = 0;
    Side receiver = Side::active;
  };
  void start(Seconds now, MessageId message, Side sender, const Flight& flight, Scheduler& scheduler);

  Piecewise settings_;
  NodeId nodes_;
  PiecewiseShaper ends_;
  std::vector<Flight> flights_;  ///< by message number
};

}  // namespace gossamer
