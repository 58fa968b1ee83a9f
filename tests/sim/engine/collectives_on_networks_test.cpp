#include <algorithm>
#include <bit>
#include <limits>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "sim/network/models/max_min.hpp"
#include "sim/network/platforms/platforms.hpp"
#include "tests/sim/engine/played_collectives.hpp"

// The time of played collectives on uneven links, platforms and cards with overhead, and if nodes begin at different times.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::algorithm;
using testing::cards;
using testing::divisible;
using testing::ends_of;
using testing::links;
using testing::played;

TEST_CASE("If links differ, formulas are the longest chains of messages") {
  // On links without contention nothing else delays a message.
  const Link usual{2ms, 1e7};
  for (NodeId n = 2; n <= 17; ++n) {
    for (const CollectiveAlgorithm& each : collective_algorithms()) {
      const Group group{.nodes = n, .shards = n > 4 ? 3 : 1};
      CAPTURE(name(each.collective));
      CAPTURE(each.name);
      CAPTURE(n);
      AlphaBetaNetwork network{{.latency = usual.latency, .bandwidth = usual.bandwidth},
                               {.links = links_in(Geometry::disk, usual, 20ms, n, 1), .seed = 1}};
      const double formula = network.duration(each, group, divisible).count();
      CHECK(played(each, group, network) == doctest::Approx(formula).epsilon(1e-9));
    }
  }
}

TEST_CASE("A parameter server's card takes n − 1 vectors in, and lets n − 1 out; shards share them") {
  constexpr NodeId n = 9;
  const Link link{2ms, 1e7};
  const double alpha = link.latency.count(), flow = link.transmission(divisible).count();
  const CollectiveAlgorithm& server = algorithm("all_reduce", "parameter_server");
  CHECK(played(server, {.nodes = n}, *links(link, n)) == doctest::Approx(2 * (alpha + flow)).epsilon(1e-9));
  CHECK(played(server, {.nodes = n}, *cards(link, n)) == doctest::Approx(2 * (alpha + (n - 1) * flow)).epsilon(1e-9));
  CHECK(played(server, {.nodes = n, .shards = n}, *cards(link, n)) ==
        doctest::Approx(2 * (alpha + (n - 1) * flow / n)).epsilon(1e-9));
  // As flows they share the server's cable, whose latency counts with that of the client's.
  MaxMinNetwork star{{}, star_platform({.bandwidth = link.bandwidth, .latency = link.latency / 2}, n), n};
  CHECK(star.duration(server, {.nodes = n}, divisible).count() ==
        doctest::Approx(2 * (alpha + (n - 1) * flow)).epsilon(1e-9));
  CHECK(played(server, {.nodes = n}, star) == doctest::Approx(2 * (alpha + (n - 1) * flow)).epsilon(1e-9));
}

TEST_CASE(
    "A dumbbell's bottleneck is crossed in one round: by whole vectors in doubling, by eighths in Rabenseifner's") {
  // Nodes 0 to 3 and 4 to 7. Messages over distances 1 and 2 stay on their side, four over distance 4 share the cable
  // between the sides, in each direction.
  constexpr NodeId n = 8;
  constexpr double bandwidth = 1e7, cable = 1e-3, bottleneck = 5e-3;
  const double flow = divisible / bandwidth, near = 2 * cable, far = 2 * cable + bottleneck;
  const auto dumbbell = [&] {
    return MaxMinNetwork{{},
                         dumbbell_platform({.bandwidth = bandwidth,
                                            .latency = Seconds{cable},
                                            .bottleneck_bandwidth = bandwidth,
                                            .bottleneck_latency = Seconds{bottleneck}},
                                           n),
                         n};
  };
  const CollectiveAlgorithm& doubling = algorithm("all_reduce", "recursive_doubling");
  MaxMinNetwork first = dumbbell();
  CHECK(played(doubling, {.nodes = n}, first) == doctest::Approx(2 * (near + flow) + far + 4 * flow).epsilon(1e-9));
  // All rounds of one size are reported with the duration of the slowest.
  CHECK(first.duration(doubling, {.nodes = n}, divisible).count() ==
        doctest::Approx(3 * (far + 4 * flow)).epsilon(1e-9));

  const CollectiveAlgorithm& rabenseifner = algorithm("all_reduce", "rabenseifner");
  const double halving = near + flow / 2 + near + flow / 4 + far + 4 * flow / 8;
  MaxMinNetwork second = dumbbell();
  CHECK(played(rabenseifner, {.nodes = n}, second) == doctest::Approx(2 * halving).epsilon(1e-9));
  CHECK(second.duration(rabenseifner, {.nodes = n}, divisible).count() == doctest::Approx(2 * halving).epsilon(1e-9));
}

TEST_CASE("With LogGP's parameters a ring takes 2 (n − 1) (L + 2 o + (N/n) G)") {
  constexpr Seconds L = 3us, o = 2us;
  constexpr double G = 1e-8;
  const CollectiveAlgorithm& ring = algorithm("all_reduce", "ring");
  for (const NodeId n : {2, 5, 8, 17}) {
    NicNetwork network{{.latency = L, .bandwidth = 1 / G, .gap = 1us, .protocol = {.overhead = o}}, n};
    const double expected = 2 * (n - 1) * (L.count() + 2 * o.count() + divisible * G / n);
    CHECK(network.duration(ring, {.nodes = n}, divisible).count() == doctest::Approx(expected).epsilon(1e-9));
    CHECK(played(ring, {.nodes = n}, network) == doctest::Approx(expected).epsilon(1e-9));
  }
}

TEST_CASE("A card's gap separates the messages that a parameter server receives and sends") {
  constexpr NodeId n = 6;
  constexpr Seconds L = 2ms, g = 300us;
  NicNetwork network{{.latency = L, .bandwidth = 1e10, .gap = g}, n};
  const CollectiveAlgorithm& server = algorithm("all_reduce", "parameter_server");
  const double flow = divisible / 1e10;
  const double expected = 2 * (L.count() + flow + (n - 2) * (flow + g.count()));
  CHECK(network.duration(server, {.nodes = n}, divisible).count() == doctest::Approx(expected).epsilon(1e-9));
  CHECK(played(server, {.nodes = n}, network) == doctest::Approx(expected).epsilon(1e-9));
}

TEST_CASE("A broadcast begins when its root does, and goes on from a node once that is there, too") {
  // Node i, at depth popcount(i), is done t(N) after the node before it; unless it begins later itself.
  constexpr NodeId n = 13;
  const Link link{2ms, 1e7};
  const double message = (link.latency + link.transmission(divisible)).count();
  const CollectiveAlgorithm& broadcast = algorithm("broadcast", "binomial");
  std::vector<Seconds> starts(n);
  starts[0] = 3s;
  const auto after_root = ends_of(broadcast, {.nodes = n}, *links(link, n), divisible, starts);
  for (NodeId i = 1; i < n; ++i)
    CHECK(after_root[static_cast<std::size_t>(i)] ==
          doctest::Approx(3 + std::popcount(static_cast<unsigned>(i)) * message).epsilon(1e-9));
  starts[4] = 60s;  // before 5, 6 and 12, and before 7 twice removed
  const auto after_both = ends_of(broadcast, {.nodes = n}, *links(link, n), divisible, starts);
  for (NodeId i = 1; i < n; ++i) {
    CAPTURE(i);
    const bool below = 4 <= i && i < 8;
    const double expected =
        below ? 60 + std::popcount(static_cast<unsigned>(i - 4)) * message : after_root[static_cast<std::size_t>(i)];
    CHECK(after_both[static_cast<std::size_t>(i)] == doctest::Approx(expected).epsilon(1e-9));
  }
}

TEST_CASE("A parameter server answers once it has taken in all, first in first out") {
  // Pushes whose first bytes arrive at s_i + α are in one after the other; then the pulls leave one after the other, to
  // node 1 first.
  constexpr NodeId n = 6;
  const Link link{2ms, 1e7};
  const double alpha = link.latency.count(), flow = link.transmission(divisible).count();
  const std::vector<Seconds> starts{0s, 2.5s, 300ms, 9s, 9.1s, 1s};
  std::vector<Seconds> order{starts.begin() + 1, starts.end()};
  std::sort(order.begin(), order.end());
  double in = 0;
  for (const Seconds start : order) in = std::max(in, start.count() + alpha) + flow;
  const auto ends =
      ends_of(algorithm("all_reduce", "parameter_server"), {.nodes = n}, *cards(link, n), divisible, starts);
  CHECK(ends[0] == doctest::Approx(in).epsilon(1e-9));
  for (NodeId i = 1; i < n; ++i)
    CHECK(ends[static_cast<std::size_t>(i)] == doctest::Approx(in + alpha + i * flow).epsilon(1e-9));
}

TEST_CASE("The last node of a ring or of Rabenseifner's algorithm is done one duration after the last has begun") {
  constexpr NodeId n = 8;
  const Link link{2ms, 1e7};
  for (const char* const name : {"ring", "rabenseifner", "recursive_doubling"}) {
    for (std::size_t late = 0; late < n; ++late) {
      std::vector<Seconds> starts(n);
      starts[late] = 100s;
      const auto network = cards(link, n);
      const auto ends = ends_of(algorithm("all_reduce", name), {.nodes = n}, *network, divisible, starts);
      CHECK(*std::max_element(ends.begin(), ends.end()) ==
            doctest::Approx(100 + network->duration(algorithm("all_reduce", name), {.nodes = n}, divisible).count())
                .epsilon(1e-9));
    }
  }
}

TEST_CASE("A collective over a failed link never ends, and has no formula") {
  Platform broken = star_platform({}, 4);
  broken.changes = {{0s, links_named(broken, "node3/down").front(), 0.0}};
  MaxMinNetwork network{{}, broken, 4};
  const CollectiveAlgorithm& broadcast = algorithm("broadcast", "binomial");
  CHECK_THROWS_WITH_AS(network.duration(broadcast, {.nodes = 4}, 1000),
                       "broadcast by formula crosses a link that has failed at the start: play collectives instead",
                       NetworkError);
  const auto ends = ends_of(broadcast, {.nodes = 4}, network, 1000);
  CHECK(ends[1] < 1);
  CHECK(ends[3] == std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace gossamer
