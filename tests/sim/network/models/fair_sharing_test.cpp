#include "sim/network/models/fair_sharing.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "tests/sim/network/progressive_filling.hpp"
#include "tests/sim/network/scenario.hpp"

namespace gossamer {
namespace {

using testing::progressive_filling;
using testing::ScenarioMaker;

/// Flows over links with capacities, beside the state of `FairSharing`.
class Population {
 public:
  explicit Population(std::vector<double> capacity) : sharing{capacity}, capacity_{std::move(capacity)} {}

  void add(const Platform::Route& route, double weight) {
    ids_.push_back(sharing.add(route, weight));
    routes_.push_back(route);
    weights_.push_back(weight);
  }
  void remove(std::size_t k) {
    sharing.remove(ids_[k]);
    ids_.erase(ids_.begin() + static_cast<std::ptrdiff_t>(k));
    routes_.erase(routes_.begin() + static_cast<std::ptrdiff_t>(k));
    weights_.erase(weights_.begin() + static_cast<std::ptrdiff_t>(k));
  }
  void set_capacity(LinkId link, double capacity) {
    sharing.set_capacity(link, capacity);
    capacity_[link] = capacity;
  }
  std::size_t size() const { return ids_.size(); }

  /// The largest relative difference from the rates of the definition.
  double error() {
    sharing.solve();
    sharing.accept();
    const auto rates = progressive_filling(capacity_, routes_, weights_);
    double worst = 0;
    for (std::size_t k = 0; k < ids_.size(); ++k) {
      const double rate = sharing.rate(ids_[k]);
      worst = std::max(worst, rates[k] > 0 ? std::abs(rate / rates[k] - 1) : rate);
    }
    return worst;
  }

  FairSharing sharing;

 private:
  std::vector<double> capacity_;
  std::vector<FairSharing::FlowId> ids_;
  std::vector<Platform::Route> routes_;
  std::vector<double> weights_;
};

std::vector<double> capacities(const Platform& platform) {
  std::vector<double> result;
  for (const auto& link : platform.links) result.push_back(link.bandwidth);
  return result;
}

/// A flow of a random pair, of weight 1 or a random one.
void add_random(Population& population, const Platform& platform, ScenarioMaker& draws, bool weighted) {
  const NodeId n = platform.hosts, from = draws.below(n), to = (from + 1 + draws.below(n - 1)) % n;
  Platform::Route route;
  platform.route(from, to, route);
  population.add(route, weighted ? draws.between(0.1, 10) : 1);
}

/// Flows come and go, one to five at once, links change and fail.
void check_random_changes(std::uint64_t seed, int events) {
  ScenarioMaker draws{seed};
  const Platform platform = draws.make(0).platform;
  const bool weighted = draws.below(2) == 0;
  Population population{capacities(platform)};
  for (int event = 0; event < events; ++event) {
    const bool grow = population.size() < 10 || (population.size() < 80 && draws.below(2) == 0);
    for (NodeId k = draws.below(5); k >= 0; --k) {
      if (grow)
        add_random(population, platform, draws, weighted);
      else
        population.remove(static_cast<std::size_t>(draws.below(static_cast<NodeId>(population.size()))));
    }
    if (draws.below(10) == 0) {
      const LinkId link = static_cast<LinkId>(draws.below(static_cast<NodeId>(platform.links.size())));
      population.set_capacity(link, draws.below(3) == 0 ? 0 : platform.links[link].bandwidth * draws.between(0.1, 2));
    }
    const double error = population.error();
    CAPTURE(event);
    REQUIRE(error < 1e-9);
  }
}

TEST_CASE("After every change rates are those that progressive filling gives, on random platforms, to 1e-9") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    check_random_changes(seed, 200);
  }
}

/// Flows of random pairs on a platform; one flow is added or removed at a time.
void check_population(const Platform& platform, std::size_t size, int events) {
  ScenarioMaker draws{1};
  Population population{capacities(platform)};
  for (int event = 0; event < events; ++event) {
    if (population.size() < size || draws.below(2) == 0)
      add_random(population, platform, draws, false);
    else
      population.remove(static_cast<std::size_t>(draws.below(static_cast<NodeId>(population.size()))));
    REQUIRE(population.error() < 1e-9);
  }
}

TEST_CASE("Equal links and equal weights, where many levels tie, are shared as progressive filling does") {
  check_population(star_platform({}, 12), 30, 2000);
}

TEST_CASE(
    "A backbone that is full while many flows have their bottleneck at cards is shared as by progressive filling") {
  Platform platform = cluster_platform({.backbone_bandwidth = 0.7 * 40 * 1.25e8}, 40);
  ScenarioMaker draws{3};
  for (auto& link : platform.links)
    if (link.name != "backbone") link.bandwidth *= draws.between(0.3, 3);
  check_population(platform, 150, 4000);
}

/// Steps of `FairSharing` for each of many departures and arrivals among n nodes with four flows each.
double steps_per_change(const Platform& platform, int changes) {
  ScenarioMaker draws{2};
  FairSharing sharing{capacities(platform)};
  std::vector<FairSharing::FlowId> flows;
  Platform::Route route;
  const NodeId n = platform.hosts;
  const auto add = [&](NodeId from) {
    platform.route(from, (from + 1 + draws.below(n - 1)) % n, route);
    return sharing.add(route, 1);
  };
  for (NodeId i = 0; i < 4 * n; ++i) flows.push_back(add(i % n));
  sharing.solve();
  const std::uint64_t before = sharing.steps();
  for (int k = 0; k < changes; ++k) {
    auto& flow = flows[static_cast<std::size_t>(draws.below(static_cast<NodeId>(flows.size())))];
    sharing.remove(flow);
    sharing.solve();
    flow = add(draws.below(n));
    sharing.solve();
    sharing.accept();
  }
  return static_cast<double>(sharing.steps() - before) / (2 * changes);
}

TEST_CASE("The work of a change does not grow with the number of flows") {
  // A full backbone: every rate changes, by one number. A few links are looked at again, however many there are.
  const auto backbone = [](NodeId n) { return cluster_platform({.backbone_bandwidth = 0.1 * 1.25e8 * n}, n); };
  CHECK(steps_per_change(backbone(20'000), 500) < 10);
  // Cards of one speed, four flows each on average: a change spreads over a neighborhood, not over the star.
  const double small = steps_per_change(star_platform({}, 1'000), 500);
  const double large = steps_per_change(star_platform({}, 25'000), 500);
  CAPTURE(small);
  CHECK(large < 2 * small);
}

TEST_CASE("A link whose capacity is zero gives nothing, and lets others have what its flows leave") {
  Population population{{10, 10, 10}};
  population.add({0, 1}, 1);
  population.add({0, 2}, 1);
  population.set_capacity(1, 0);
  CHECK(population.error() < 1e-12);
  CHECK(population.sharing.rate(0) == 0);
  CHECK(population.sharing.rate(1) == doctest::Approx(10));
  population.set_capacity(1, 3);
  CHECK(population.error() < 1e-12);
  CHECK(population.sharing.rate(1) == doctest::Approx(7));
}

}  // namespace
}  // namespace gossamer
