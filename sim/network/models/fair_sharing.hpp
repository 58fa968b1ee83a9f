#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "sim/ground/double_double.hpp"
#include "sim/network/links/pair_map.hpp"
#include "sim/network/models/indexed_heap.hpp"

namespace gossamer {

/// The number of a platform's link, in one direction.
using LinkId = std::uint32_t;

/// Weighted max-min fair rates of flows that share links: no flow can get a higher rate per weight without taking from
/// a flow whose rate per weight is no higher. Updates after a change recompute only what the change affects.
///
///     r_f = w_f min_{l ∈ route f} λ_l        Σ_{f on l} w_f min(λ_l, min_{k ∈ route f, k ≠ l} λ_k) = C_l
///
/// λ_l is the level of link l: the rate per weight of each flow whose bottleneck is l. λ_l = ∞ if l is the bottleneck
/// of no flow; then the link is not full. The allocation is max-min fair if and only if every flow has such a
/// bottleneck (Bertsekas and Gallager, "Data Networks", 2nd edition, 6.5.2).
///
/// Flows that cross the same link and have the same bottleneck form a class. A link's level is computed from its
/// classes, not from each flow. After a change the links whose classes have changed are recomputed. Then the links
/// whose classes' levels have changed as a result are recomputed, until no link is left. Each level follows from the
/// other levels by the equation above (Charny, Clark, Jain, "Congestion control with explicit rate indication", ICC
/// 1995, where links find their levels in the same way, with a proof of convergence). Links with low levels are
/// recomputed first, because higher levels depend on them.
/// A link that is not full has a bound for the level of each class; all bounds together fit on the link. It is skipped
/// while every class's level stays below its bound. So if the level of a full backbone moves a little, no card is
/// recomputed.
/// A full link stores the total rate of its other classes, and visits them only if one of them may have risen above its
/// level.
///
/// Units   capacities and rates: bytes per second; the unit of weights is free.
/// Cost    a change visits the classes of the links whose levels change, and the routes of the flows whose bottlenecks
///         change.
/// Errors  levels deviate from the equations by at most 1e-12, relatively. Sums that persist while flows begin and end
///         have 106 bits, so that a flow of weight 10⁸ leaves no rounding error on its links. Capacities and weights
///         out of range are bugs of the caller (`assert`).
class FairSharing {
 public:
  using FlowId = std::uint32_t;
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr double unlimited = std::numeric_limits<double>::infinity();

  /// One link for each capacity; capacities are finite and at least 0.
  explicit FairSharing(std::span<const double> capacities);

  /// Adds a flow and returns its number. A route has at least one link and no link twice; the weight is above 0.
  /// Numbers of removed flows are reused.
  FlowId add(std::span<const LinkId> route, double weight);
  void remove(FlowId flow);
  void set_capacity(LinkId link, double capacity);
  double capacity(LinkId link) const { return links_[link].capacity; }

  /// Recomputes the fair allocation after any number of changes.
  void solve();

  /// Links with new levels and flows with new bottlenecks since the last call of `accept`, each once. Added flows are
  /// among them. Removed flows have no bottleneck.
  std::span<const LinkId> new_levels() const { return new_levels_; }
  std::span<const FlowId> new_bottlenecks() const { return new_bottlenecks_; }
  void accept();

  LinkId bottleneck(FlowId flow) const { return flows_[flow].bottleneck; }
  double weight(FlowId flow) const { return flows_[flow].weight; }
  double level(LinkId link) const { return links_[link].level; }
  double rate(FlowId flow) const { return flows_[flow].weight * links_[flows_[flow].bottleneck].level; }

  /// Levels computed so far: a measure of the work.
  std::uint64_t steps() const { return steps_; }

 private:
  using ClassId = std::uint32_t;
  using HopId = std::uint32_t;

  struct Link {
    double capacity = 0;
    double level = unlimited;
    DoubleDouble weight = {};  ///< sum over all flows
    double spare = 0;          ///< capacity minus the bounds of all classes, if `proven`
    ClassId classes = none;    ///< the first of them
    std::uint32_t class_count = 0;
    ClassId own = none;        ///< the class of flows whose bottleneck is this link; a link with such a class is full
    DoubleDouble slower = {};  ///< total rate of all flows outside the class `own`, if `summed`
    double ceiling = 0;        ///< upper bound of the levels of the other classes, if `summed`
    std::uint32_t sums = 0;    ///< number of changes of `slower` or `spare` since the last full computation
    bool summed = false;       ///< true if `slower` and `ceiling` of this full link are valid
    bool proven = false;       ///< true if the link cannot be full while all classes stay below their bounds
    bool queued = false;
    bool renewed = false;  ///< true if the link is in `new_levels_`
    IndexedHeap watchers;  ///< classes of other links whose bottleneck is this link, lowest bound first
  };
  struct Class {
    LinkId link = 0;
    LinkId bottleneck = 0;
    DoubleDouble weight = {};
    /// The link is recomputed if the bottleneck's level exceeds the bound; `always` if the link is full.
    double bound = 0;
    HopId hops = none;
    ClassId next = none, previous = none;  ///< on the link
    std::uint32_t position = 0;            ///< among the bottleneck's watchers
  };
  /// A flow on one of its links.
  struct Hop {
    FlowId flow = 0;
    LinkId link = 0;
    ClassId of = none;
    HopId next = none, previous = none;  ///< in the class
    HopId onward = none;                 ///< of the flow
  };
  struct Flow {
    double weight = 1;
    HopId hops = none;
    LinkId bottleneck = none;
    bool renewed = false;  ///< true if the flow is in `new_bottlenecks_`
  };
  /// A class as input of the computation of a link's level.
  struct Share {
    double weight = 0;
    double level = 0;
    ClassId of = none;
  };
  static constexpr double always = -1;

  /// Orders the classes among a bottleneck's watchers.
  struct ByBound {
    std::vector<Class>& classes;
    bool before(ClassId a, ClassId b) const { return classes[a].bound < classes[b].bound; }
    std::uint32_t& position(ClassId a) const { return classes[a].position; }
  };

  bool is_full(LinkId link) const { return links_[link].own != none; }
  void enqueue(LinkId link);
  void renew(LinkId link);
  void renew_bottleneck(FlowId flow, LinkId bottleneck);

  void join(HopId hop, LinkId bottleneck);
  void leave(HopId hop);
  ClassId class_of(LinkId link, LinkId bottleneck, double weight);
  ClassId new_class(LinkId link, LinkId bottleneck, double weight);
  void drop_class(ClassId which);
  void set_bound(ClassId which, double bound);

  LinkId first_bottleneck(std::span<const LinkId> route, double weight);
  double likely_level(LinkId link, double weight);
  double least_level(LinkId link, double weight) const;
  void gather_shares(LinkId link);
  double level_of_shares(double capacity, double weight);
  void update(LinkId link);
  void set_level(LinkId link, double level);
  void exceed(ClassId which, double before);
  void add_slower(Link& link, double rate, double level);
  bool update_full(LinkId link);
  void prove(LinkId link);
  static void take_spare(Link& link, double rate);
  void watch_closely(LinkId link);
  void move_class(ClassId which, LinkId bottleneck);

  double tolerance_;
  std::uint64_t steps_ = 0;
  std::vector<Link> links_;
  std::vector<Class> classes_;
  std::vector<Hop> hops_;
  std::vector<Flow> flows_;
  std::vector<ClassId> free_classes_;
  std::vector<HopId> free_hops_;
  std::vector<FlowId> free_flows_;
  PairMap class_by_pair_;  ///< the class of a link and a bottleneck

  std::vector<LinkId> queue_;                     ///< links to recompute, in the order of the requests
  std::vector<std::pair<double, LinkId>> order_;  ///< the same, as a heap by level
  std::vector<Share> shares_;  ///< classes of the current link; those with levels above its level come first
  std::size_t open_shares_ = 0;
  std::vector<ClassId> exceeded_;
  std::vector<FlowId> moving_;
  std::vector<LinkId> new_levels_;
  std::vector<FlowId> new_bottlenecks_;
};

}  // namespace gossamer
