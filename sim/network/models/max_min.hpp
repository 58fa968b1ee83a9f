#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "sim/ground/double_double.hpp"
#include "sim/network/collectives/round.hpp"
#include "sim/network/links/pair_map.hpp"
#include "sim/network/models/fair_sharing.hpp"
#include "sim/network/platforms/paths.hpp"
#include "sim/network/platforms/platform.hpp"
#include "sim/network/shaper.hpp"

namespace gossamer {

/// The weight of a flow.
enum class Sharing {
  equal,            ///< every flow has weight 1
  inverse_latency,  ///< a flow's weight is 1 over its route's latency in seconds, 1 without latency: SimGrid's CM02
};

/// Relation of messages that are in flight from one node to another at the same time.
enum class Connections {
  per_pair,  ///< one connection: each message flows after the one before has arrived, as over one TCP connection
  /// One flow for each message, as SimGrid's communications. A small message may arrive before a large one that was
  /// sent earlier; it is handed over with the large one.
  per_message
};

/// Messages as fluid flows that share the links of a platform, max-min fairly at every moment.
///
///     a message sent at t begins to flow at t + o + L, or when the one before it on its connection has arrived,
///     and arrives o after the time T with ∫ r_f(τ) dτ = s;
///     L = Σ_{l ∈ route} α_l; above the rendezvous threshold 2 L + L', with L' of the route back;
///     r(τ) is the weighted max-min fair allocation of the bandwidths, f times each, among all flows at τ.
///
/// See `FairSharing` for the allocation, and `Protocol` for o, the threshold and f; its jitter is not supported.
///
/// Rates change when flows begin or end and when the platform's links change; all changes of one instant are applied
/// together. Messages that arrive at the same instant are delivered in the order in which they began to flow.
/// A flow over a failed link, whose bandwidth is 0, waits until the link is back, as a connection that retransmits lost
/// packets. If no other event is left, the world reports the waiting nodes.
/// The fluid model of Casanova, Giersch, Legrand, Quinson, Suter, "Versatile, Scalable, and Accurate Simulation of
/// Distributed Applications and Platforms", JPDC 74(10), 2014. It agrees with their program SimGrid in its model CM02
/// with latency and bandwidth factors of 1, no TCP window, weight-S 0, crosstraffic off and network/optim:Full.
/// (SimGrid's default updates let flows of unequal weights exceed the bandwidth of a link.) Unlike in SimGrid a failed
/// link does not end its flows. Also unlike there all flows have equal weights and a connection carries one message at
/// a time, unless `Sharing::inverse_latency` and `Connections::per_message` are set.
///
/// Flows of one bottleneck share its clock, which counts the bytes per weight that it has served. A flow ends when the
/// clock reaches its value at the flow's beginning plus s/w. So a new rate changes one number, and each bottleneck has
/// one pending event. Clocks have 106 bits: a clock may have served 10¹⁸ bytes at a high rate before a message of one
/// byte begins at a low rate.
/// Cost    an event updates the fair rates (see `FairSharing`) and moves flows in heaps, O(log flows) each.
struct MaxMin {
  Sharing sharing = Sharing::equal;
  Connections connections = Connections::per_pair;
  AllReduce all_reduce = AllReduce::automatic;
  std::optional<NodeId> shards = {};  ///< ≥ 1, of a parameter server; one if not given
  Protocol protocol = {};             ///< without jitter
};

class MaxMinNetwork final : public Network {
 public:
  /// Throws NetworkError if the platform has fewer hosts than there are nodes, and if it has 2³⁰ links or more.
  MaxMinNetwork(MaxMin settings, Platform platform, NodeId nodes);

  void send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Scheduler& scheduler) override;
  void send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                      Scheduler& scheduler) override;
  void wake(Seconds now, std::uint32_t token, Scheduler& scheduler) override;
  bool awaits(Seconds at, std::uint32_t token) const override;
  bool keeps_order() const override { return settings_.connections == Connections::per_pair; }

  /// Each round takes as long as its slowest message. If all rounds are of one size, each takes as long as the slowest
  /// round. A link divides its bandwidth at the start among the messages of a round that cross it, by size. This is at
  /// least the time of the flows if each round began at all nodes at the same time, and equal to it if all messages are
  /// alike. No other message is in flight. Throws NetworkError if a needed link has failed.
  CollectiveCost cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const override;
  AllReduceMethod all_reduce_method() const override { return {settings_.all_reduce, settings_.shards}; }
  Seconds handling(Bytes) const override { return processors_.overhead(Side::active); }
  Seconds handled_until(NodeId node) const override { return processors_.free_at(node); }
  Seconds attention() const override { return Seconds{0}; }
  /// Null: an end would need the state of all other flows.
  std::unique_ptr<Shaper> shaper() const override { return nullptr; }
  std::unique_ptr<Network> fresh() const override;

  const FairSharing& sharing() const { return sharing_; }

 private:
  using FlowId = FairSharing::FlowId;
  static constexpr LinkId none = FairSharing::none;

  struct Flight {
    NodeId from = 0;
    NodeId to = 0;
    Bytes size = 0;
    Side receiver = Side::active;
    MessageId next = PairMap::none;  ///< the next message on the same connection whose latency has passed
  };
  /// A flow in progress.
  struct Transfer {
    MessageId message = 0;
    LinkId clock = none;      ///< the bottleneck whose clock it runs by
    std::uint64_t order = 0;  ///< number of the flow in the order of beginnings
    DoubleDouble service;     ///< with a clock: the clock's value at the end; without a clock: the bytes left
    std::uint32_t position = 0;
  };
  /// The clock of a link's flows: the bytes per weight that each flow has received.
  struct Clock {
    DoubleDouble service;
    double level = 0;  ///< bytes per second and weight
    Seconds at{0};
    Seconds alarm = never;  ///< the pending event
    IndexedHeap flows;      ///< flows by their ends, earliest first
  };
  struct Finished {
    std::uint64_t order = 0;
    MessageId message = 0;
  };
  /// Orders the flows of a clock.
  struct ByService {
    std::vector<Transfer>& transfers;
    bool before(FlowId a, FlowId b) const {
      const Transfer &x = transfers[a], &y = transfers[b];
      return x.service == y.service ? x.order < y.order : x.service < y.service;
    }
    std::uint32_t& position(FlowId a) const { return transfers[a].position; }
  };
  static constexpr Seconds never{std::numeric_limits<double>::infinity()};

  void enter(Seconds now, MessageId message, Side sender, Scheduler& scheduler);
  Seconds until_flow(const Flight& flight);
  void begin(Seconds now, MessageId message, Scheduler& scheduler);
  bool waits(MessageId message);
  void start(MessageId message);
  void finish(std::uint64_t order, MessageId message);
  void handle_alarm(Seconds now, LinkId link, Scheduler& scheduler);
  void settle(Seconds now, Scheduler& scheduler);
  void settle_soon(Seconds now, Scheduler& scheduler);
  void apply_changes(Seconds now, Scheduler& scheduler);
  void await_change(Scheduler& scheduler);

  void advance(Clock& clock, Seconds now);
  void leave_clock(FlowId flow, Seconds now);
  void join_clock(FlowId flow, LinkId link, Seconds now);
  void arm(LinkId link, Seconds now, Scheduler& scheduler);

  Platform platform_;
  MaxMin settings_;
  FairSharing sharing_;
  Processors processors_;
  mutable std::vector<Round> rounds_;  ///< rounds of the last requested collective
  mutable const CollectiveAlgorithm* rounds_of_ = nullptr;
  mutable NodeId rounds_nodes_ = 0;
  Platform::Route route_;        ///< route of the current message
  std::vector<Flight> flights_;  ///< by message
  PairMap last_;                 ///< the last message of every connection in use
  /// Earliest beginning of the next message of a pair, with a rendezvous threshold.
  std::unordered_map<std::uint64_t, Seconds> begins_;
  std::vector<Transfer> transfers_;  ///< by flow
  std::vector<Clock> clocks_;        ///< by link
  std::vector<Finished> finished_;   ///< flows that end in this instant
  std::vector<LinkId> to_arm_;
  std::uint64_t begun_ = 0;
  std::size_t flowing_ = 0;
  std::size_t next_change_ = 0;
  Seconds change_alarm_ = never;
  bool settling_ = false;
};

}  // namespace gossamer
