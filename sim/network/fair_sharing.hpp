#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "sim/double_double.hpp"
#include "sim/network/indexed_heap.hpp"
#include "sim/network/pair_map.hpp"

namespace gossamer {

/// A link of a platform, in one direction: its number there.
using LinkId = std::uint32_t;

/// Rates at which flows share links, weighted max-min fairly: no flow can get a higher rate per weight without taking
/// from one that has no more. Kept up to date at a cost that follows what changes.
///
///     r_f = w_f min_{l ∈ route f} λ_l        Σ_{f on l} w_f min(λ_l, min_{k ∈ route f, k ≠ l} λ_k) = C_l
///
/// λ_l is the link's level: what each flow gets per weight for which l is the bottleneck; ∞ where there is none, and
/// then the link is not full. The allocation is max-min fair if and only if every flow has such a bottleneck (Bertsekas
/// and Gallager, "Data Networks", 2nd edition, 6.5.2).
///
/// Flows that cross a link and have their bottleneck in common are a class: on each link, a level counts once for each
/// class. After a change those links are computed again whose classes have changed, then those whose classes' levels
/// have changed in turn, until none is left: each level is the one that follows from the others' (Charny, Clark, Jain,
/// "Congestion control with explicit rate indication", ICC 1995, where links find their levels in the same way, with
/// the proof that they do), those of a low level first, on which the others' depend. A link that is not full is left
/// alone while each class's level stays below a bound, where all bounds together fit on the link: so when the level of
/// a full backbone moves a little, no card is looked at.
/// A full link remembers what its other classes take, and looks at them only where one may have risen above its level.
///
/// Exact up to rounding: levels differ by at most 1e-12, relatively, from what the equations say. Sums that live on
/// while flows come and go have 106 bits, so that one of the weight 10⁸ leaves a link as if it had never been there.
/// Cost  of a change: the classes of the links whose levels change, and the routes of the flows whose bottleneck does.
class FairSharing {
 public:
  using FlowId = std::uint32_t;
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr double unlimited = std::numeric_limits<double>::infinity();

  /// Links by their capacities, at least 0 and finite.
  explicit FairSharing(std::span<const double> capacities);

  /// A flow begins. Routes name at least one link and none twice; weights are above 0. Numbers are used again.
  FlowId add(std::span<const LinkId> route, double weight);
  void remove(FlowId flow);
  void set_capacity(LinkId link, double capacity);
  double capacity(LinkId link) const { return links_[link].capacity; }

  /// Makes the allocation fair again after any number of changes.
  void solve();

  /// Links whose levels and flows whose bottlenecks have changed, each once, since `accept` was called; among them
  /// flows that have begun. Flows that are gone have no bottleneck.
  std::span<const LinkId> new_levels() const { return new_levels_; }
  std::span<const FlowId> new_bottlenecks() const { return new_bottlenecks_; }
  void accept();

  LinkId bottleneck(FlowId flow) const { return flows_[flow].bottleneck; }
  double weight(FlowId flow) const { return flows_[flow].weight; }
  double level(LinkId link) const { return links_[link].level; }
  double rate(FlowId flow) const { return flows_[flow].weight * links_[flows_[flow].bottleneck].level; }

  /// Levels computed so far: what the work is made of.
  std::uint64_t steps() const { return steps_; }

 private:
  using ClassId = std::uint32_t;
  using HopId = std::uint32_t;

  struct Link {
    double capacity = 0;
    double level = unlimited;
    DoubleDouble weight = {};  ///< of all flows
    double spare = 0;          ///< capacity beyond the bounds of all classes, where they are proven to fit
    ClassId classes = none;    ///< the first of them
    std::uint32_t class_count = 0;
    ClassId own = none;        ///< the class of flows whose bottleneck it is; a link that has one is full
    DoubleDouble slower = {};  ///< rates of all flows but its own class's, where they are `summed`
    double ceiling = 0;        ///< no level of another class is above it, where they are `summed`
    std::uint32_t sums = 0;    ///< times that `slower` or `spare` has changed since it was last computed anew
    bool summed = false;       ///< of a full link: whether `slower` and `ceiling` are known
    bool proven = false;       ///< whether it cannot be full while all classes keep to their bounds
    bool queued = false;
    bool renewed = false;  ///< whether it is listed among the new levels
    IndexedHeap watchers;  ///< classes of other links whose flows have their bottleneck here, lowest bound first
  };
  struct Class {
    LinkId link = 0;
    LinkId bottleneck = 0;
    DoubleDouble weight = {};
    double bound = 0;  ///< the link is looked at when the bottleneck's level exceeds it; `always` where it is full
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
    bool renewed = false;  ///< whether it is listed among the new bottlenecks
  };
  /// A class as a link sees it that looks for its level.
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
  PairMap class_by_pair_;  ///< of link and bottleneck

  std::vector<LinkId> queue_;                     ///< links to compute again, in the order of asking
  std::vector<std::pair<double, LinkId>> order_;  ///< the same by level: a heap
  std::vector<Share> shares_;                     ///< of the link at hand; those in front exceed its level
  std::size_t open_shares_ = 0;
  std::vector<ClassId> exceeded_;
  std::vector<FlowId> moving_;
  std::vector<LinkId> new_levels_;
  std::vector<FlowId> new_bottlenecks_;
};

}  // namespace gossamer
