#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <boost/multiprecision/cpp_bin_float.hpp>

#include "sim/network/models/max_min.hpp"
#include "tests/sim/network/progressive_filling.hpp"
#include "tests/sim/network/scenario.hpp"

// Sizes, rates, weights and times that differ by many orders of magnitude: no digit of a short message's time may be
// lost in the time of a long one.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using boost::multiprecision::cpp_bin_float_50;
using testing::arrivals;
using testing::relative_error;
using testing::Scenario;
using testing::ScenarioMaker;

constexpr Bytes huge = 1'000'000'000'000'000'000;

/// The largest relative error of arrivals against those computed with 50 digits.
double worst_error(const Scenario& scenario) {
  const auto expected = testing::BasicFluidOracle<cpp_bin_float_50>{scenario}.arrivals();
  const auto actual = arrivals(scenario);
  double worst = 0;
  for (std::size_t m = 0; m < expected.size(); ++m) {
    const cpp_bin_float_50 error = actual[m] / expected[m] - 1;
    worst = std::max(worst, std::abs(error.convert_to<double>()));
  }
  return worst;
}

TEST_CASE("Messages of one byte take their time beside a message of 10^18 bytes that flowed fast before") {
  // Node 0's card slows down from 1e9 B/s to 0.1 B/s at 100000.1 s. The two short messages flow from 100000.3 s and
  // 100000.4 s on. Until then the first gets 0.1 s · 0.05 B/s = 0.005 B; then three share, and after 0.995 B / (0.1/3
  // B/s) = 29.85 s it is in. The second has 0.995 B as well, and gets the rest at 0.05 B/s within 0.1 s.
  Platform platform = star_platform({1e9, 0s}, 4);
  platform.changes = {{100000.1s, 0, 0.1}};
  const Scenario scenario{.platform = std::move(platform),
                          .messages = {{0s, 0, 1, huge}, {100000.3s, 0, 2, 1}, {100000.4s, 0, 3, 1}}};
  const auto actual = arrivals(scenario);
  CHECK(relative_error(actual[1], 100030.25) < 1e-14);
  CHECK(relative_error(actual[2], 100030.35) < 1e-14);
  CHECK(worst_error(scenario) < 1e-14);
}

TEST_CASE("After any number of fast phases short messages in slow phases take the times that 50 digits give") {
  // In a slow phase three messages of at most 10 B share a card of `slow` B/s with a huge one: each is in after at most
  // 40 B/slow. In between the huge one has the card, which is up to 10¹² times as fast, for up to 10⁴ s.
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    ScenarioMaker draws{seed};
    const auto decades = [&draws](double low, double high) { return std::pow(10.0, draws.between(low, high)); };
    Scenario scenario{.platform = star_platform({1e9, 0s}, 5), .messages = {{0s, 0, 1, huge}}};
    double now = 0;
    for (int phase = 0; phase < 6; ++phase) {
      now += decades(0, 4);
      const double slow = decades(-3, 3);
      scenario.platform.changes.push_back({Seconds{now}, 0, slow});
      for (NodeId to = 2; to < 5; ++to)
        scenario.messages.push_back({Seconds{now + draws.between(0, 10) / slow}, 0, to, 1 + draws.below(10)});
      now += 60 / slow;
      scenario.platform.changes.push_back({Seconds{now}, 0, decades(6, 9)});
    }
    CAPTURE(seed);
    CHECK(worst_error(scenario) < 1e-14);
  }
}

/// Hosts behind links of their own latencies, and one at which all messages arrive over a link of 1e-3 B/s.
Platform funnel(const std::vector<double>& latencies) {
  PlatformGraph graph;
  const std::size_t receiver = latencies.size(), center = receiver + 1;
  for (std::size_t i = 0; i <= receiver; ++i) graph.hosts.push_back("h" + std::to_string(i));
  graph.switches.push_back("s");
  for (std::size_t i = 0; i < receiver; ++i)
    graph.cables.push_back({"c" + std::to_string(i), i, center, 1e9, Seconds{latencies[i]}});
  graph.cables.push_back({"thin", center, receiver, 1e-3, 0s});
  return routed_platform(std::move(graph), static_cast<NodeId>(latencies.size()) + 1);
}

TEST_CASE("With weights 1/latency, the weight that a heavy flow leaves on a link is exactly the light flow's") {
  // Two messages of 1 B over one link of 1e-3 B/s, which is never idle from 10 ns on: the last is in 2000 s later. It
  // is the one with the weight 1/500; from 500 s on the other, with the weight 1e8, has all but 2e-11 of the link.
  const Scenario scenario{
      .platform = funnel({500, 1e-8}), .messages = {{0s, 0, 2, 1}, {0s, 1, 2, 1}}, .sharing = Sharing::inverse_latency};
  const auto actual = arrivals(scenario);
  CHECK(relative_error(actual[0], 2000.00000001) < 1e-15);
  CHECK(relative_error(actual[1], 1000.00000001) < 1e-10);
  CHECK(worst_error(scenario) < 1e-14);
}

TEST_CASE("Flows with weights of ten decades come and go with the levels that 50 digits give") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    ScenarioMaker draws{seed};
    std::vector<double> latencies;
    for (int i = 0; i < 12; ++i) latencies.push_back(std::pow(10.0, draws.between(-8, 2.7)));
    Scenario scenario{.platform = funnel(latencies), .messages = {}, .sharing = Sharing::inverse_latency};
    for (int m = 0; m < 40; ++m)
      scenario.messages.push_back({Seconds{draws.between(0, 1e5)}, draws.below(12), 12, 1 + draws.below(100)});
    CAPTURE(seed);
    CHECK(worst_error(scenario) < 1e-12);
  }
}

TEST_CASE("After 50,000 flows of two weights have come and gone the last has the level that it would have alone") {
  // Routes of 100 ms and 10 µs: weights 10 and 1e5, at most 50 of them at once, on a link of 1 B/s and one beside it
  // that is never full.
  const std::vector<double> capacities{1, 1e9};
  FairSharing sharing{capacities};
  const std::vector<LinkId> route{0, 1};
  const FairSharing::FlowId last = sharing.add(route, 1 / 0.3);
  std::vector<FairSharing::FlowId> flows;
  for (int k = 0; k < 50'000; ++k) {
    flows.push_back(sharing.add(route, k % 7 < 3 ? 1 / 0.1 : 1 / 1e-5));
    if (flows.size() > 50) {
      const auto gone = flows.begin() + (k * 37) % 50;
      sharing.remove(*gone);
      flows.erase(gone);
    }
    sharing.solve();
    sharing.accept();
  }
  for (const FairSharing::FlowId flow : flows) sharing.remove(flow);
  sharing.solve();
  CHECK(sharing.rate(last) == doctest::Approx(1).epsilon(1e-15));
}

}  // namespace
}  // namespace gossamer
