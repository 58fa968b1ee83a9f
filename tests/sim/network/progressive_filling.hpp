#pragma once
#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include "sim/network/models/max_min.hpp"
#include "tests/sim/network/scenario.hpp"

namespace gossamer::testing {

/// Weighted max-min fair rates from their definition: all flows' rates rise together, in proportion to their weights,
/// and stop where a link is full (Bertsekas and Gallager, "Data Networks", 2nd edition, 6.5.2).
template <class Number>
std::vector<Number> progressive_filling(std::vector<Number> capacity, const std::vector<Platform::Route>& routes,
                                        const std::vector<Number>& weights) {
  std::vector<Number> rates(routes.size(), -1);
  for (std::size_t left = routes.size(); left > 0;) {
    std::vector<Number> open(capacity.size(), 0);
    for (std::size_t f = 0; f < routes.size(); ++f)
      if (rates[f] < 0)
        for (const LinkId l : routes[f]) open[l] += weights[f];
    Number level = std::numeric_limits<Number>::infinity();
    LinkId full = 0;
    for (LinkId l = 0; l < capacity.size(); ++l) {
      if (open[l] == 0) continue;
      const Number share = std::max(Number{0}, capacity[l]) / open[l];
      if (share >= level) continue;
      level = share;
      full = l;
    }
    for (std::size_t f = 0; f < routes.size(); ++f) {
      if (rates[f] >= 0 || std::find(routes[f].begin(), routes[f].end(), full) == routes[f].end()) continue;
      rates[f] = weights[f] * level;
      for (const LinkId l : routes[f]) capacity[l] -= rates[f];
      --left;
    }
  }
  return rates;
}

/// The arrivals of a scenario's messages, with all rates computed anew at every event; −1 s for a message that never
/// arrives. The scenario is given in doubles; all numbers computed from it are of type `Number`.
template <class Number>
class BasicFluidOracle {
 public:
  explicit BasicFluidOracle(const Scenario& scenario) : scenario_{scenario}, arrivals_(scenario.messages.size(), -1) {
    for (const auto& link : scenario.platform.links) capacity_.push_back(link.bandwidth);
  }

  std::vector<Number> arrivals() {
    while (step()) {
    }
    return arrivals_;
  }

 private:
  struct Flow {
    std::size_t message = 0;
    Number left = 0;
    Number rate = 0;
  };

  double starts(std::size_t message) const {
    return (scenario_.messages[message].at + latency_of(scenario_.platform, route(message))).count();
  }
  Platform::Route route(std::size_t message) const {
    Platform::Route result;
    scenario_.platform.route(scenario_.messages[message].from, scenario_.messages[message].to, result);
    return result;
  }
  double weight(std::size_t message) const {
    const double latency = latency_of(scenario_.platform, route(message)).count();
    return scenario_.sharing == Sharing::inverse_latency && latency > 0 ? 1 / latency : 1;
  }

  /// Goes to the next event; false where there is none.
  bool step() {
    const Number never = std::numeric_limits<Number>::infinity();
    Number next = never;
    for (std::size_t m = 0; m < arrivals_.size(); ++m)
      if (!begun(m)) next = std::min(next, Number{starts(m)});
    for (const Flow& flow : flows_)
      if (flow.rate > 0) next = std::min(next, Number{now_ + flow.left / flow.rate});
    const auto& changes = scenario_.platform.changes;
    if (change_ < changes.size()) next = std::min(next, Number{changes[change_].at.count()});
    if (next == never) return false;
    flow_until(next);
    for (; change_ < changes.size() && changes[change_].at.count() <= now_; ++change_)
      capacity_[changes[change_].link] = changes[change_].bandwidth;
    for (std::size_t m = 0; m < arrivals_.size(); ++m)
      if (!begun(m) && starts(m) <= now_) flows_.push_back({m, Number(scenario_.messages[m].size), 0});
    share();
    return true;
  }
  bool begun(std::size_t message) const {
    return arrivals_[message] >= 0 ||
           std::any_of(flows_.begin(), flows_.end(), [&](const Flow& flow) { return flow.message == message; });
  }
  void flow_until(const Number& time) {
    const Number rounding = 50 * std::numeric_limits<Number>::epsilon();
    for (Flow& flow : flows_) {
      if (flow.rate > 0 && now_ + flow.left / flow.rate <= time * (1 + rounding)) arrivals_[flow.message] = time;
      flow.left -= flow.rate * (time - now_);
    }
    std::erase_if(flows_, [&](const Flow& flow) { return arrivals_[flow.message] >= 0; });
    now_ = time;
  }
  void share() {
    std::vector<Platform::Route> routes;
    std::vector<Number> weights;
    for (const Flow& flow : flows_) {
      routes.push_back(route(flow.message));
      weights.push_back(Number{weight(flow.message)});
    }
    const auto rates = progressive_filling(capacity_, routes, weights);
    for (std::size_t k = 0; k < flows_.size(); ++k) flows_[k].rate = rates[k];
  }

  const Scenario& scenario_;
  std::vector<Number> capacity_;
  std::vector<Number> arrivals_;
  std::vector<Flow> flows_;
  std::size_t change_ = 0;
  Number now_ = 0;
};
using FluidOracle = BasicFluidOracle<double>;

}  // namespace gossamer::testing
