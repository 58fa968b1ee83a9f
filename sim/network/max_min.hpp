#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "sim/double_double.hpp"
#include "sim/network/fair_sharing.hpp"
#include "sim/network/pair_map.hpp"
#include "sim/network/paths.hpp"
#include "sim/network/platform.hpp"
#include "sim/network/round.hpp"
#include "sim/network/shape.hpp"

namespace gossamer {

/// What a flow weighs.
enum class Sharing {
  equal,            ///< every flow has weight 1
  inverse_latency,  ///< a flow's weight is 1 over its route's latency in seconds, 1 without latency: SimGrid's CM02
};

/// What messages from one node to another that are under way at once are to each other.
enum class Connections {
  per_pair,  ///< one connection: each flows once the one before it is in, as over one TCP connection
  /// A flow each: SimGrid's communications. A small message may come in before a large one that was sent earlier; it is
  /// handed over with that one.
  per_message
};

/// Messages as fluid flows that share the links of a platform, max-min fairly at every moment.
///
///     a message sent at t begins to flow at t + o + L, or when the one before it on its connection is in,
///     and is in at o after the time T with ∫ r_f(τ) dτ = s;
///     L = Σ_{l ∈ route} α_l; above the rendezvous threshold 2 L + L', with L' of the route back;
///     r(τ) is the weighted max-min fair allocation of the bandwidths, f times each, among all that flow at τ: see
///     `FairSharing`, and `Protocol` for o, the threshold and f, of which no more is asked than that.
///
/// Rates change whenever flows begin or end and where the platform's links change; all changes of one instant count
/// together. Messages that are in at the same instant arrive in the order in which they began to flow.
/// A flow over a link that has failed, whose bandwidth is 0, waits until the link is back, as a connection does that
/// sends again what was lost; the world tells who waits for whom where nothing else is left to happen.
/// The fluid model of Casanova, Giersch, Legrand, Quinson, Suter, "Versatile, Scalable, and Accurate Simulation of
/// Distributed Applications and Platforms", JPDC 74(10), 2014, whose program SimGrid it agrees with: its model CM02
/// with latency and bandwidth factors of 1, no TCP window, weight-S 0, crosstraffic off and network/optim:Full: its
/// default updates let flows of unequal weights exceed what a link has. Unlike there a failed link does not end its
/// flows; and all latencies count as equal and a connection carries one message at a time, unless
/// `Sharing::inverse_latency` and `Connections::per_message` are asked for.
///
/// Flows of one bottleneck share its clock, the bytes per weight that it has served: a flow is in when the clock
/// reaches the value at its beginning plus s/w. A new rate is one number, and each bottleneck has one event pending.
/// Clocks have 106 bits, since they may have served 10¹⁸ bytes, quickly, when a message of one byte begins, slowly.
struct MaxMin {
  Sharing sharing = Sharing::equal;
  Connections connections = Connections::per_pair;
  AllReduce all_reduce = AllReduce::automatic;
  std::optional<NodeId> shards = {};  ///< ≥ 1, of a parameter server; one where not given
  Protocol protocol = {};             ///< without jitter
};

class MaxMinNetwork final : public Network {
 public:
  /// Throws NetworkError where the platform has fewer hosts than there are nodes.
  MaxMinNetwork(MaxMin settings, Platform platform, NodeId nodes);

  void send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Courier& courier) override;
  void send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                      Courier& courier) override;
  void wake(Seconds now, std::uint32_t token, Courier& courier) override;
  bool awaits(Seconds at, std::uint32_t token) const override;
  bool keeps_order() const override { return settings_.connections == Connections::per_pair; }

  /// Each round lasts as long as its slowest message, and where rounds are of one size all as long as the slowest: a
  /// link gives each message of a round that crosses it a share, by its size, of the bandwidth it has at the start.
  /// That is no less than the flows would take, were each round to begin everywhere at once, and as long where all
  /// messages are alike. Nothing else is under way. Throws NetworkError where a link that is needed has failed.
  CollectiveCost cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const override;
  AllReduceMethod all_reduce_method() const override { return {settings_.all_reduce, settings_.shards}; }
  Seconds handling(Bytes) const override { return processors_.overhead(Side::active); }
  Seconds handled_until(NodeId node) const override { return processors_.free_at(node); }
  Seconds attention() const override { return Seconds{0}; }
  std::unique_ptr<Shape> shape() const override { return nullptr; }  ///< ends would have to know of all other flows
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
    MessageId next = PairMap::none;  ///< on the same connection, as far as latencies are over
  };
  /// A flow that has begun.
  struct Transfer {
    MessageId message = 0;
    LinkId clock = none;      ///< the bottleneck whose clock it runs by
    std::uint64_t order = 0;  ///< of beginning
    DoubleDouble service;     ///< by a clock: what the clock shows when it is in; without one: the bytes left
    std::uint32_t position = 0;
  };
  /// The clock of a link's flows: bytes per weight that each has been given.
  struct Clock {
    DoubleDouble service;
    double level = 0;  ///< bytes per second and weight
    Seconds at{0};
    Seconds alarm = never;  ///< the pending event
    IndexedHeap flows;      ///< those that are in first in front
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

  void enter(Seconds now, MessageId message, Side sender, Courier& courier);
  Seconds until_flow(const Flight& flight);
  void begin(Seconds now, MessageId message, Courier& courier);
  bool waits(MessageId message);
  void start(MessageId message);
  void finish(std::uint64_t order, MessageId message);
  void ring(Seconds now, LinkId link, Courier& courier);
  void settle(Seconds now, Courier& courier);
  void settle_soon(Seconds now, Courier& courier);
  void apply_changes(Seconds now, Courier& courier);
  void await_change(Courier& courier);

  void advance(Clock& clock, Seconds now);
  void leave_clock(FlowId flow, Seconds now);
  void join_clock(FlowId flow, LinkId link, Seconds now);
  void arm(LinkId link, Seconds now, Courier& courier);

  Platform platform_;
  MaxMin settings_;
  FairSharing sharing_;
  Processors processors_;
  mutable std::vector<Round> rounds_;  ///< of the collective that was last asked for
  mutable const CollectiveAlgorithm* rounds_of_ = nullptr;
  mutable NodeId rounds_nodes_ = 0;
  Platform::Route route_;                              ///< of the message at hand
  std::vector<Flight> flights_;                        ///< by message
  PairMap last_;                                       ///< the last message of every connection that is in use
  std::unordered_map<std::uint64_t, Seconds> begins_;  ///< when that of a pair may begin, where some are announced
  std::vector<Transfer> transfers_;                    ///< by flow
  std::vector<Clock> clocks_;                          ///< by link
  std::vector<Finished> finished_;                     ///< in this instant
  std::vector<LinkId> to_arm_;
  std::uint64_t begun_ = 0;
  std::size_t flowing_ = 0;
  std::size_t next_change_ = 0;
  Seconds change_alarm_ = never;
  bool settling_ = false;
};

}  // namespace gossamer
