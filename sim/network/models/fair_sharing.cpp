#include "sim/network/models/fair_sharing.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>

namespace gossamer {
namespace {

/// Levels that differ by less are treated as equal: rounding adds 1e-16 for each class on a link.
constexpr double rounding = 1e-12;
constexpr double noise = 4e-16;

/// Steps per link after which the tolerance for equal levels grows tenfold. Otherwise rounding could move flows back
/// and forth between links of equal levels without end.
constexpr std::uint64_t patience = 100;

/// Number of changes of a sum of rounded products after which the sum is computed from its terms again.
constexpr std::uint32_t trusted_sums = 1000;

/// A free index of a pool, or a new one.
template <class Item>
std::uint32_t take_place(std::vector<Item>& pool, std::vector<std::uint32_t>& free) {
  if (free.empty()) {
    pool.emplace_back();
    return static_cast<std::uint32_t>(pool.size() - 1);
  }
  const std::uint32_t place = free.back();
  free.pop_back();
  return place;
}

}  // namespace

FairSharing::FairSharing(std::span<const double> capacities) : tolerance_{rounding}, links_(capacities.size()) {
  for (std::size_t l = 0; l < capacities.size(); ++l) links_[l].capacity = capacities[l];
}

// ---------------------------------------------------------------------------------------------------------------------
// Flows come and go.

FairSharing::FlowId FairSharing::add(std::span<const LinkId> route, double weight) {
  assert(!route.empty() && weight > 0 && "a flow has a route and a weight");
  const FlowId id = take_place(flows_, free_flows_);
  const bool renewed = flows_[id].renewed;  // the reused number may still be in `new_bottlenecks_`
  const LinkId bottleneck = first_bottleneck(route, weight);
  flows_[id] = {.weight = weight, .renewed = renewed};
  for (std::size_t k = route.size(); k-- > 0;) {
    const HopId hop = take_place(hops_, free_hops_);
    hops_[hop] = {.flow = id, .link = route[k], .onward = flows_[id].hops};
    flows_[id].hops = hop;
  }
  renew_bottleneck(id, bottleneck);
  for (HopId hop = flows_[id].hops; hop != none; hop = hops_[hop].onward) join(hop, bottleneck);
  return id;
}

void FairSharing::remove(FlowId id) {
  for (HopId hop = flows_[id].hops; hop != none;) {
    leave(hop);
    free_hops_.push_back(hop);
    hop = hops_[hop].onward;
  }
  flows_[id].hops = none;
  flows_[id].bottleneck = none;
  free_flows_.push_back(id);
}

void FairSharing::set_capacity(LinkId id, double capacity) {
  assert(capacity >= 0 && std::isfinite(capacity));
  Link& link = links_[id];
  link.spare += capacity - link.capacity;
  link.capacity = capacity;
  if (link.spare < 0) link.proven = false;
  enqueue(id);
}

/// The likely bottleneck of a flow on a route. Any guess is correct, since `solve` moves the flow to its bottleneck.
LinkId FairSharing::first_bottleneck(std::span<const LinkId> route, double weight) {
  LinkId best = route.front();
  double lowest = unlimited;
  for (const LinkId id : route) {
    if (least_level(id, weight) >= lowest) continue;
    const double level = likely_level(id, weight);
    if (level >= lowest) continue;
    lowest = level;
    best = id;
  }
  if (!is_full(best)) {
    watch_closely(best);
    set_level(best, lowest);
  }
  return best;
}

/// The rate per weight of an additional flow on a link at the present levels. It is approximate if the link has more
/// than 16 classes.
double FairSharing::likely_level(LinkId id, double weight) {
  constexpr std::uint32_t many = 16;
  const Link& link = links_[id];
  if (link.class_count > many) return is_full(id) ? link.level : least_level(id, weight);
  gather_shares(id);
  return level_of_shares(link.capacity, weight + (link.own == none ? 0 : classes_[link.own].weight.value()));
}

/// A lower bound of the rate per weight of an additional flow, without a visit of the link's classes.
double FairSharing::least_level(LinkId id, double weight) const {
  const Link& link = links_[id];
  const double equal = link.capacity / (link.weight.value() + weight);
  return link.proven ? std::max(equal, link.spare / weight) : equal;
}

void FairSharing::enqueue(LinkId link) {
  if (links_[link].queued) return;
  links_[link].queued = true;
  queue_.push_back(link);
}

void FairSharing::renew(LinkId link) {
  if (links_[link].renewed) return;
  links_[link].renewed = true;
  new_levels_.push_back(link);
}

void FairSharing::renew_bottleneck(FlowId flow, LinkId bottleneck) {
  flows_[flow].bottleneck = bottleneck;
  if (flows_[flow].renewed) return;
  flows_[flow].renewed = true;
  new_bottlenecks_.push_back(flow);
}

// ---------------------------------------------------------------------------------------------------------------------
// Classes.

void FairSharing::join(HopId id, LinkId bottleneck) {
  Hop& hop = hops_[id];
  const double weight = flows_[hop.flow].weight;
  hop.of = class_of(hop.link, bottleneck, weight);
  Class& of = classes_[hop.of];
  hop.previous = none;
  hop.next = of.hops;
  if (hop.next != none) hops_[hop.next].previous = id;
  of.hops = id;
  of.weight += weight;
  Link& link = links_[hop.link];
  link.weight += weight;
  if (link.summed && hop.of != link.own) add_slower(link, weight * links_[bottleneck].level, links_[bottleneck].level);
  if (link.proven) take_spare(link, weight * of.bound);
  if (!link.proven) enqueue(hop.link);
}

void FairSharing::leave(HopId id) {
  const Hop& hop = hops_[id];
  const double weight = flows_[hop.flow].weight;
  Class& of = classes_[hop.of];
  (hop.previous == none ? of.hops : hops_[hop.previous].next) = hop.next;
  if (hop.next != none) hops_[hop.next].previous = hop.previous;
  of.weight -= weight;
  Link& link = links_[hop.link];
  link.weight -= weight;
  if (link.summed && hop.of != link.own) add_slower(link, -weight * links_[of.bottleneck].level, 0);
  if (link.proven) take_spare(link, -weight * of.bound);
  if (!link.proven) enqueue(hop.link);
  if (of.hops == none) drop_class(hop.of);
}

FairSharing::ClassId FairSharing::class_of(LinkId link, LinkId bottleneck, double weight) {
  const ClassId found = class_by_pair_.find(link, bottleneck);
  return found != none ? found : new_class(link, bottleneck, weight);
}

/// `weight` is that of its first flow, which joins next.
FairSharing::ClassId FairSharing::new_class(LinkId at, LinkId bottleneck, double weight) {
  const ClassId id = take_place(classes_, free_classes_);
  Link& link = links_[at];
  classes_[id] = {.link = at, .bottleneck = bottleneck, .bound = always, .next = link.classes};
  if (link.classes != none) classes_[link.classes].previous = id;
  link.classes = id;
  class_by_pair_.insert(at, bottleneck, id);
  ++link.class_count;
  if (at == bottleneck) {
    link.own = id;
    return id;
  }
  const double level = links_[bottleneck].level;
  if (link.proven) classes_[id].bound = std::clamp(link.spare / (4 * weight), level, 2 * level);
  ByBound order{classes_};
  links_[bottleneck].watchers.push(id, order);
  return id;
}

void FairSharing::drop_class(ClassId id) {
  const Class& gone = classes_[id];
  Link& link = links_[gone.link];
  (gone.previous == none ? link.classes : classes_[gone.previous].next) = gone.next;
  if (gone.next != none) classes_[gone.next].previous = gone.previous;
  class_by_pair_.erase(gone.link, gone.bottleneck);
  --link.class_count;
  if (gone.link == gone.bottleneck) {
    link.own = none;
    link.summed = false;
    renew(gone.link);
    link.level = unlimited;
  } else {
    ByBound order{classes_};
    links_[gone.bottleneck].watchers.remove(id, order);
  }
  if (link.classes == none) link.weight = 0;
  free_classes_.push_back(id);
}

void FairSharing::set_bound(ClassId id, double bound) {
  if (classes_[id].bound == bound) return;
  classes_[id].bound = bound;
  ByBound order{classes_};
  links_[classes_[id].bottleneck].watchers.update(id, order);
}

/// A full link is recomputed at every change of a level that limits its other classes.
void FairSharing::watch_closely(LinkId id) {
  links_[id].proven = false;
  links_[id].summed = false;
  for (ClassId c = links_[id].classes; c != none; c = classes_[c].next)
    if (c != links_[id].own) set_bound(c, always);
}

/// A link that is not full bounds the levels of its classes. All bounds together use half of the free capacity; the
/// other half is kept for classes that rise further.
void FairSharing::prove(LinkId id) {
  Link& link = links_[id];
  double load = 0;
  for (const Share& share : shares_) load += share.weight * share.level;
  const double growth = load > 0 ? 1 + std::max(0.0, (link.capacity / load - 1) / 2) : 1;
  link.spare = link.capacity;
  for (const Share& share : shares_) {
    set_bound(share.of, share.level * growth);
    link.spare -= share.weight * share.level * growth;
  }
  link.spare = std::max(link.spare, 0.0);
  link.sums = 0;
  link.proven = true;
}

/// Takes `rate` more from the spare capacity of a link that is not full. The link is no longer proven to be not full if
/// nothing is left, or if rounding may affect the sum.
void FairSharing::take_spare(Link& link, double rate) {
  link.spare -= rate;
  link.proven = link.spare >= 0 && ++link.sums <= trusted_sums;
}

// ---------------------------------------------------------------------------------------------------------------------
// Levels.

void FairSharing::solve() {
  std::uint64_t limit = steps_ + patience * links_.size();
  const auto compute = [&](LinkId link) {
    update(link);
    links_[link].queued = false;
    if (++steps_ < limit) return;
    tolerance_ *= 10;
    limit += patience * links_.size();
  };
  std::size_t taken = 0;
  for (const std::size_t changed = queue_.size(); taken < changed; ++taken) compute(queue_[taken]);
  while (taken < queue_.size() || !order_.empty()) {
    for (; taken < queue_.size(); ++taken) {
      order_.push_back({links_[queue_[taken]].level, queue_[taken]});
      std::push_heap(order_.begin(), order_.end(), std::greater<>{});
    }
    std::pop_heap(order_.begin(), order_.end(), std::greater<>{});
    const LinkId next = order_.back().second;
    order_.pop_back();
    compute(next);
  }
  queue_.clear();
  tolerance_ = rounding;
}

void FairSharing::accept() {
  for (const LinkId link : new_levels_) links_[link].renewed = false;
  for (const FlowId flow : new_bottlenecks_) flows_[flow].renewed = false;
  new_levels_.clear();
  new_bottlenecks_.clear();
}

/// Computes a link's level from the levels of its classes. Flows whose bottleneck has a higher level move to this link.
void FairSharing::update(LinkId id) {
  if (links_[id].proven || update_full(id)) return;
  gather_shares(id);
  const bool was_full = is_full(id);
  const double level = level_of_shares(links_[id].capacity, was_full ? classes_[links_[id].own].weight.value() : 0);
  if (level == unlimited) return prove(id);
  if (!was_full) watch_closely(id);
  set_level(id, level);
  Link& link = links_[id];
  link.summed = false;
  for (std::size_t k = 0; k < open_shares_; ++k) move_class(shares_[k].of, id);
  link.slower = link.ceiling = 0;
  for (std::size_t k = open_shares_; k < shares_.size(); ++k) {
    link.slower += shares_[k].weight * shares_[k].level;
    link.ceiling = std::max(link.ceiling, shares_[k].level);
  }
  link.sums = 0;
  link.summed = true;
}

/// Sets the level of a full link if no other class has a higher level. Returns false if `slower` and `ceiling` cannot
/// decide this, or if rounding may affect the sum.
bool FairSharing::update_full(LinkId id) {
  const Link& link = links_[id];
  if (!link.summed || link.sums > trusted_sums) return false;
  const double level = (link.capacity - link.slower).value() / classes_[link.own].weight.value();
  if (!(level > 0 && level * (1 + tolerance_) >= link.ceiling)) return false;
  set_level(id, level);
  return true;
}

/// A class of a full link has a new level or weight.
void FairSharing::add_slower(Link& link, double rate, double level) {
  link.slower += rate;
  link.ceiling = std::max(link.ceiling, level);
  ++link.sums;
  if (!std::isfinite(link.slower.value())) link.summed = false;
}

/// Collects the classes of a link except its own.
void FairSharing::gather_shares(LinkId id) {
  shares_.clear();
  for (ClassId c = links_[id].classes; c != none; c = classes_[c].next)
    if (c != links_[id].own)
      shares_.push_back({.weight = classes_[c].weight.value(), .level = links_[classes_[c].bottleneck].level, .of = c});
}

/// Returns λ with w λ + Σ_k w_k min(λ, λ_k) = C. It begins with equal levels for all. Classes whose levels are lower
/// are fixed at these, which leaves more to the others. Returns `unlimited` if all classes are fixed; otherwise classes
/// with levels above λ come first in `shares_`.
double FairSharing::level_of_shares(double capacity, double weight) {
  open_shares_ = shares_.size();
  double level = 0;
  DoubleDouble fixed;
  for (;;) {
    double open = weight;
    for (std::size_t k = 0; k < open_shares_; ++k) open += shares_[k].weight;
    if (open == 0) return unlimited;
    level = std::max(level, (capacity - fixed).value() / open);
    const double bound = level * (1 + tolerance_);
    std::size_t still_open = 0;
    for (std::size_t k = 0; k < open_shares_; ++k) {
      if (shares_[k].level > bound)
        std::swap(shares_[still_open++], shares_[k]);
      else
        fixed += shares_[k].weight * shares_[k].level;
    }
    if (still_open == open_shares_) return level;
    open_shares_ = still_open;
  }
}

void FairSharing::set_level(LinkId id, double level) {
  Link& link = links_[id];
  if (std::abs(level - link.level) <= noise * level) return;
  renew(id);
  const double before = link.level;
  link.level = level;
  exceeded_.clear();
  link.watchers.visit_while([&](ClassId c) { return classes_[c].bound < level; },
                            [&](ClassId c) { exceeded_.push_back(c); });
  for (const ClassId c : exceeded_) exceed(c, before);
}

/// A class's level exceeds its bound on a link. The link raises the bound if it can; otherwise the link, or a full
/// link, is recomputed.
void FairSharing::exceed(ClassId id, double before) {
  const Class& of = classes_[id];
  Link& link = links_[of.link];
  const double level = links_[of.bottleneck].level;
  if (link.proven) {
    const double bound = std::clamp(of.bound + link.spare / (4 * of.weight.value()), level, 2 * level);
    take_spare(link, of.weight.value() * (bound - of.bound));
    if (link.proven) return set_bound(id, bound);
  }
  if (link.summed) add_slower(link, of.weight.value() * (level - before), level);
  enqueue(of.link);
}

void FairSharing::move_class(ClassId which, LinkId bottleneck) {
  moving_.clear();
  for (HopId hop = classes_[which].hops; hop != none; hop = hops_[hop].next) moving_.push_back(hops_[hop].flow);
  for (const FlowId flow : moving_) {
    renew_bottleneck(flow, bottleneck);
    for (HopId hop = flows_[flow].hops; hop != none; hop = hops_[hop].onward) {
      leave(hop);
      join(hop, bottleneck);
    }
  }
}

}  // namespace gossamer
