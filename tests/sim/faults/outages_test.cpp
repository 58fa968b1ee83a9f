#include <cmath>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "sim/faults/crash.hpp"
#include "sim/faults/fault_error.hpp"
#include "sim/faults/outages.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr NodeId nodes = 400;

template <class... S>
OutageSources all(S... settings) {
  OutageSources result;
  (result.push_back(outages(std::move(settings), nodes, 1)), ...);
  return result;
}

/// Time that all nodes are down in [0, horizon), and how many outages begin then.
struct Total {
  double down = 0;
  double begun = 0;
};
Total total(const OutageSources& sources, double horizon) {
  Outages schedule{sources, nodes};
  Total result;
  for (NodeId i = 0; i < nodes; ++i) {
    for (std::size_t k = 0;; ++k) {
      const Outage* const outage = schedule.number(i, k);
      if (!outage || outage->from.count() >= horizon) break;
      ++result.begun;
      result.down += std::min(outage->until.count(), horizon) - outage->from.count();
    }
  }
  return result;
}

TEST_CASE("Nodes crash at the given time, for good or for the given time") {
  const auto sources = all(Crash{.nodes = {2, 5}, .at = 3s, .downtime = 2s, .recovery = Recovery::with_state});
  Outages schedule{sources, nodes};
  for (const NodeId i : {0, 2, 5}) {
    const bool crashes = i != 0;
    CHECK(schedule.at(i, 2.9s) == nullptr);
    CHECK((schedule.at(i, 3s) != nullptr) == crashes);
    CHECK(schedule.at(i, 5s) == nullptr);
    CHECK(schedule.number(i, 1) == nullptr);
  }
  const auto final = all(Crash{.at = 3s});
  Outages forever{final, nodes};
  CHECK(forever.at(7, 1e9s)->until == Outage::forever);
}

TEST_CASE("Crashes come at the rate 1/(M + D), and nodes are down for a fraction D/(M + D)") {
  constexpr double M = 5, D = 1, horizon = 3000;
  for (const auto law : {SpanLaw::constant, SpanLaw::exponential}) {
    const Total seen = total(all(Crash{.mean_time_to_failure = Seconds{M},
                                       .downtime = Seconds{D},
                                       .downtime_law = law,
                                       .recovery = Recovery::with_state}),
                             horizon);
    // An alternating renewal process (Cox, "Renewal Theory", 1962): with cycles of mean c = M + D and variance v their
    // number in a time t has the mean t/c up to a constant below 1, and the variance t v/c³.
    const double v = M * M + (law == SpanLaw::exponential ? D * D : 0), c = M + D;
    const double count = nodes * horizon / c;
    CHECK(std::abs(seen.begun - count) < 4 * std::sqrt(nodes * horizon * v / (c * c * c)) + nodes);
    // The share's variance is t (D² σ_M² + M² σ_D²)/c³.
    const double sigma = D * D * M * M + (law == SpanLaw::exponential ? M * M * D * D : 0);
    CHECK(std::abs(seen.down - nodes * horizon * D / c) < 4 * std::sqrt(nodes * horizon * sigma / (c * c * c)) + nodes);
  }
}

TEST_CASE("Churn is stationary: a fraction absence/(session + absence) of the nodes is away at any time") {
  const auto sources = all(Churn{.session = 3s, .absence = 1s});
  Outages schedule{sources, nodes};
  for (const double t : {0.0, 0.5, 10.0, 1000.0}) {
    double away = 0;
    for (NodeId i = 0; i < nodes; ++i) away += schedule.at(i, Seconds{t}) ? 1 : 0;
    CHECK(std::abs(away / nodes - 0.25) < 4 * std::sqrt(0.25 * 0.75 / nodes));
  }
  const auto present = all(Churn{.session = 3s, .absence = 1s, .start = Churn::Start::present});
  Outages later{present, nodes};
  for (NodeId i = 0; i < nodes; ++i) CHECK(later.at(i, 0s) == nullptr);
}

TEST_CASE("Listed nodes are present in their sessions and at no other time") {
  const double never = Outage::forever.count();
  const auto sources = all(Churn{.nodes = {1, 3, 1}, .joins = {0, 2, 8}, .leaves = {5, 9, never}});
  Outages schedule{sources, nodes};
  const auto is_there = [&](NodeId i, double t) { return schedule.at(i, Seconds{t}) == nullptr; };
  for (const double t : {0.0, 1.0, 5.0, 7.0, 8.0, 9.5}) {
    CAPTURE(t);
    CHECK(is_there(0, t));
    CHECK(is_there(1, t) == (t < 5 || t >= 8));
    CHECK(is_there(3, t) == (t >= 2 && t < 9));
  }
}

TEST_CASE("A node is down while any source declares it down, and comes back in the worst of their ways") {
  const auto sources = all(Crash{.nodes = {4}, .at = 1s, .downtime = 3s, .recovery = Recovery::with_state},
                           Crash{.nodes = {4}, .at = 2s, .downtime = 4s, .recovery = Recovery::without_state},
                           Crash{.nodes = {4}, .at = 9s});
  Outages schedule{sources, nodes};
  const Outage first = *schedule.number(4, 0);
  CHECK(first.from == 1s);
  CHECK(first.until == 6s);
  CHECK(first.recovery == Recovery::without_state);
  CHECK(schedule.number(4, 1)->recovery == Recovery::none);
  CHECK(schedule.number(4, 2) == nullptr);
}

TEST_CASE("A source's draws do not depend on other sources") {
  const Crash crash{.mean_time_to_failure = 5s, .downtime = 1s, .recovery = Recovery::with_state};
  const auto alone = all(crash);
  const auto beside = all(Churn{.session = 3s, .absence = 1s}, crash);
  Outages one{alone, nodes}, both{beside, nodes};
  for (NodeId i = 0; i < 10; ++i)
    for (std::size_t k = 0; k < 20; ++k) CHECK(both.at(i, one.number(i, k)->from) != nullptr);
}

TEST_CASE("Impossible outages are refused") {
  CHECK_THROWS_WITH_AS(all(Crash{}), "expected exactly one of \"at\" and \"mean_time_to_failure\"", FaultError);
  CHECK_THROWS_WITH_AS(all(Crash{.nodes = {400}, .at = 1s}), "nodes: there is no node 400, the last is 399",
                       FaultError);
  CHECK_THROWS_WITH_AS(
      all(Churn{}), "expected either \"session\" and \"absence\", or \"nodes\", \"joins\" and \"leaves\"", FaultError);
  CHECK_THROWS_WITH_AS(all(Churn{.nodes = {1}, .joins = {1, 2}, .leaves = {3}}),
                       "1 nodes, 2 joins and 1 leaves: expected as many of each", FaultError);
  CHECK_THROWS_AS(all(Churn{.nodes = {1, 1}, .joins = {1, 2}, .leaves = {3, 4}}), FaultError);
  CHECK_THROWS_AS(all(Churn{.session = 1s}), FaultError);
}

}  // namespace
}  // namespace gossamer
