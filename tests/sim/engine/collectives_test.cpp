#include <algorithm>
#include <bit>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "sim/engine/play_collective.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/network/models/max_min.hpp"
#include "sim/network/models/nic.hpp"
#include "sim/network/platforms/platforms.hpp"

// The time of played collectives, against their formulas, and against derived values if formulas are too simple.
namespace gossamer {
namespace {

using namespace std::chrono_literals;

/// A multiple of every number up to 17 and of 16: pieces of any cut have the same whole number of bytes.
constexpr Bytes divisible = 12'252'240;

/// A link whose latency dominates and one whose bandwidth does.
const std::vector<Link> usual_links = {{2ms, 1e12}, {1us, 1e7}};

std::unique_ptr<Network> links(const Link& link, NodeId) {
  return std::make_unique<AlphaBetaNetwork>(AlphaBeta{.latency = link.latency, .bandwidth = link.bandwidth});
}
std::unique_ptr<Network> cards(const Link& link, NodeId n) {
  return std::make_unique<NicNetwork>(Nic{.latency = link.latency, .bandwidth = link.bandwidth}, n);
}
using Make = std::unique_ptr<Network> (*)(const Link&, NodeId);

const CollectiveAlgorithm& algorithm(std::string_view collective, std::string_view name) {
  const auto& all = collective_algorithms();
  return *std::find_if(all.begin(), all.end(), [&](const CollectiveAlgorithm& each) {
    return gossamer::name(each.collective) == collective && each.name == name;
  });
}
bool is_tree(const CollectiveAlgorithm& each) { return each.name.starts_with("binomial"); }

std::vector<double> ends_of(const CollectiveAlgorithm& algorithm, const Group& group, Network& network, Bytes size,
                            std::vector<Seconds> starts = {}) {
  starts.resize(static_cast<std::size_t>(group.nodes));
  std::vector<double> result;
  for (const Seconds end : play_collective(algorithm, group, network, size, starts)) result.push_back(end.count());
  return result;
}

/// The time at which the last of nodes that begin at once is done.
double played(const CollectiveAlgorithm& algorithm, const Group& group, Network& network, Bytes size = divisible) {
  const auto ends = ends_of(algorithm, group, network, size);
  return *std::max_element(ends.begin(), ends.end());
}

void check_formula(const CollectiveAlgorithm& algorithm, const Group& group, Make make) {
  for (const Link& link : usual_links) {
    for (const Bytes size : {divisible, 5 * divisible}) {
      CAPTURE(name(algorithm.collective));
      CAPTURE(algorithm.name);
      CAPTURE(group.nodes);
      CAPTURE(group.shards);
      const auto network = make(link, group.nodes);
      const double formula = network->duration(algorithm, group, size).count();
      CHECK(played(algorithm, group, *network, size) == doctest::Approx(formula).epsilon(1e-9));
    }
  }
}

TEST_CASE("Among a power of two nodes every collective takes its formula's time, on links and on cards") {
  for (const NodeId n : {2, 4, 8, 16})
    for (const CollectiveAlgorithm& each : collective_algorithms())
      for (const Make make : {links, cards}) check_formula(each, {.nodes = n}, make);
}

TEST_CASE("Rings and parameter servers take their formula among any number of nodes, on links and on cards") {
  for (NodeId n = 2; n <= 17; ++n) {
    for (const Make make : {links, cards}) {
      for (const CollectiveAlgorithm& each : collective_algorithms())
        if (each.name == "ring") check_formula(each, {.nodes = n}, make);
      for (NodeId shards = 1; shards <= n; ++shards)
        check_formula(algorithm("all_reduce", "parameter_server"), {.nodes = n, .shards = shards}, make);
    }
  }
}

TEST_CASE("On links, surplus nodes cost halving and doubling the formula's time") {
  // The longest chain begins and ends at a surplus node's partner. Halving and doubling flip every bit of a node's
  // number twice, so that it may come back to where it began; with a gather at its end, to node 0, which is one, too.
  for (NodeId n = 2; n <= 17; ++n) {
    check_formula(algorithm("all_reduce", "rabenseifner"), {.nodes = n}, links);
    check_formula(algorithm("reduce", "reduce_scatter_gather"), {.nodes = n}, links);
  }
}

TEST_CASE("Recursive doubling goes ahead of its formula where no chain of messages is as long") {
  // With p the core and r surplus nodes a chain leads from a to b: one message before where a < r, one for each bit in
  // which a and b differ, one more where b < r. The formula has ⌊log₂ n⌋ + 2.
  for (NodeId n = 2; n <= 17; ++n) {
    CAPTURE(n);
    const NodeId core = Group{.nodes = n}.core(), surplus = n - core;
    int longest = 0;
    for (NodeId a = 0; a < core; ++a)
      for (NodeId b = 0; b < core; ++b)
        longest = std::max(longest, (a < surplus) + std::popcount(static_cast<unsigned>(a ^ b)) + (b < surplus));
    for (const Link& link : usual_links) {
      const double message = (link.latency + link.transmission(divisible)).count();
      const auto network = links(link, n);
      CHECK(played(algorithm("all_reduce", "recursive_doubling"), {.nodes = n}, *network) ==
            doctest::Approx(longest * message).epsilon(1e-9));
    }
  }
}

TEST_CASE("Halving and doubling among shared places take the time of their longest chain of messages") {
  // A chain leads from place a to place b: over the guest of a, where there is one; then over one message for each bit
  // in which the two differ, whose pieces are those of 2^k places; then over the guest of b.
  for (NodeId n = 2; n <= 17; ++n) {
    CAPTURE(n);
    const NodeId core = Group{.nodes = n}.core(), surplus = n - core;
    const auto pieces = [&](NodeId group, int level) {
      const NodeId first = group << level, end = (group + 1) << level;
      return end + std::min(end, surplus) - first - std::min(first, surplus);
    };
    for (const Link& link : usual_links) {
      const auto time = [&](NodeId count) { return (link.latency + link.transmission(divisible / n * count)).count(); };
      double gathering = 0, halving = 0;
      for (NodeId a = 0; a < core; ++a) {
        for (NodeId b = 0; b < core; ++b) {
          double gathered = (a < surplus) * time(1) + (b < surplus) * time(n);
          double halved = (a < surplus) * time(n) + (b < surplus) * time(1);
          for (int k = 0; (NodeId{1} << k) < core; ++k) {
            if (((a ^ b) >> k & 1) == 0) continue;
            gathered += time(pieces(a >> k, k));
            halved += time(pieces(b >> k, k));
          }
          gathering = std::max(gathering, gathered);
          halving = std::max(halving, halved);
        }
      }
      const auto check = [&](const CollectiveAlgorithm& each, double chain) {
        const auto network = links(link, n);
        CHECK(played(each, {.nodes = n}, *network) == doctest::Approx(chain).epsilon(1e-9));
        CHECK(network->duration(each, {.nodes = n}, divisible).count() >= (1 - 1e-9) * chain);
      };
      check(algorithm("all_gather", "recursive_doubling"), gathering);
      check(algorithm("reduce_scatter", "recursive_halving"), halving);
    }
  }
}

TEST_CASE("On links a binomial tree is as deep as the most ones in a node's number") {
  // Node i hangs on i without its lowest bit. Formulas have ⌈log₂ n⌉, as if a node sent one message after the other.
  for (NodeId n = 2; n <= 17; ++n) {
    CAPTURE(n);
    int depth = 0;
    for (NodeId i = 0; i < n; ++i) depth = std::max(depth, std::popcount(static_cast<unsigned>(i)));
    for (const Link& link : usual_links) {
      const double message = (link.latency + link.transmission(divisible)).count();
      for (const CollectiveAlgorithm& each : collective_algorithms()) {
        if (!is_tree(each)) continue;
        const int ways = each.collective == Collective::all_reduce ? 2 : 1;
        CHECK(played(each, {.nodes = n}, *links(link, n)) == doctest::Approx(ways * depth * message).epsilon(1e-9));
      }
    }
  }
}

TEST_CASE("Formulas lie beyond what is played on links by no more than they state, for n that is no power of two") {
  for (NodeId n = 2; n <= 17; ++n) {
    CAPTURE(n);
    const Group group{.nodes = n};
    for (const Link& link : {Link{2ms, 1e12}, Link{1us, 1e7}, Link{100ms, 3e7}}) {
      for (const CollectiveAlgorithm& each : collective_algorithms()) {
        CAPTURE(name(each.collective));
        CAPTURE(each.name);
        const auto network = links(link, n);
        const double formula = network->duration(each, group, divisible).count();
        const double ratio = played(each, group, *network) / formula;
        CHECK(ratio <= 1 + 1e-9);
        CHECK(ratio >= 1 - each.overestimate.most(group) - 1e-9);
      }
    }
  }
}

TEST_CASE("Among 3, 5, 6 and 7 nodes formulas lie beyond what is played on links by what can be counted") {
  // In messages of t(N). Trees: node 3 hangs on 2, which hangs on 0; nodes 1, 2, 4 on 0; so one message among three and
  // two among 5, 6, 7 instead of ⌈log₂ n⌉. Doubling: among 3 node 2's vector goes to 0, then to 1; among 5 node 4's
  // goes to 0, 1, 3; among 6 those of 4 and 5 meet as late, and what 0 and 1 have goes back; among 7 that of 6 goes to
  // 2, 0 or 3, 1, and back to 5.
  const auto less = [](std::string_view collective, std::string_view name, NodeId n) {
    const CollectiveAlgorithm& each = algorithm(collective, name);
    const auto network = links({2ms, 1e9}, n);
    return 1 - played(each, {.nodes = n}, *network) / network->duration(each, {.nodes = n}, divisible).count();
  };
  const auto check = [&](std::string_view collective, std::string_view name, const std::vector<double>& expected) {
    const std::vector<NodeId> nodes{3, 5, 6, 7};
    for (std::size_t k = 0; k < nodes.size(); ++k)
      CHECK(less(collective, name, nodes[k]) == doctest::Approx(expected[k]).epsilon(1e-9));
  };
  check("broadcast", "binomial", {1.0 / 2, 1.0 / 3, 1.0 / 3, 1.0 / 3});
  check("reduce", "binomial", {1.0 / 2, 1.0 / 3, 1.0 / 3, 1.0 / 3});
  check("all_reduce", "binomial_tree", {1.0 / 2, 1.0 / 3, 1.0 / 3, 1.0 / 3});
  check("all_reduce", "recursive_doubling", {1.0 / 3, 1.0 / 4, 1.0 / 4, 0});
  for (const std::string_view name : {"ring", "rabenseifner"}) check("all_reduce", name, {0, 0, 0, 0});
  // Pieces of N/3: node 1 hands its to 0, then 0 gives 2 both, or 2 its to 0 and 0 all to 1: t(N/3) + t(N) is longer
  // than t(N/3) + t(2 N/3). By formula it is the sum of all three: 2 α + 4/3 x instead of 3 α + 2 x, a third less.
  CHECK(less("all_gather", "recursive_doubling", 3) == doctest::Approx(1.0 / 3).epsilon(1e-9));
  CHECK(less("reduce_scatter", "recursive_halving", 3) == doctest::Approx(1.0 / 3).epsilon(1e-9));
}

TEST_CASE("On cards a node of a broadcast's tree sends to one child after the other") {
  // A child waits for α and for all that its parent sends up to its own message.
  const CollectiveAlgorithm& broadcast = algorithm("broadcast", "binomial");
  for (NodeId n = 2; n <= 17; ++n) {
    for (const Link& link : usual_links) {
      CAPTURE(n);
      std::vector<double> expected(static_cast<std::size_t>(n));
      for (NodeId i = 0; i < n; ++i) {
        const NodeId lowest = i == 0 ? NodeId{32} : i & -i;
        double sent = 0;
        for (NodeId distance = lowest / 2; distance > 0; distance /= 2) {
          if (i + distance >= n) continue;
          sent += link.transmission(divisible).count();
          expected[static_cast<std::size_t>(i + distance)] =
              expected[static_cast<std::size_t>(i)] + link.latency.count() + sent;
        }
      }
      const auto ends = ends_of(broadcast, {.nodes = n}, *cards(link, n), divisible);
      for (std::size_t i = 0; i < ends.size(); ++i) CHECK(ends[i] == doctest::Approx(expected[i]).epsilon(1e-9));
    }
  }
}

TEST_CASE("A scatter and a ring take the longest way down the tree, then once around") {
  // The message to node i holds the pieces of all below it. The piece that arrives last travels around n − 1 times.
  for (NodeId n = 2; n <= 17; ++n) {
    CAPTURE(n);
    for (const Link& link : usual_links) {
      const auto time = [&](NodeId pieces) {
        return (link.latency + link.transmission(divisible / n * pieces)).count();
      };
      std::vector<double> scattered(static_cast<std::size_t>(n));
      for (NodeId i = 1; i < n; ++i)
        scattered[static_cast<std::size_t>(i)] =
            scattered[static_cast<std::size_t>(i & (i - 1))] + time(std::min(i & -i, n - i));
      const double last = *std::max_element(scattered.begin(), scattered.end());
      CHECK(played(algorithm("broadcast", "scatter_all_gather"), {.nodes = n}, *links(link, n)) ==
            doctest::Approx(last + (n - 1) * time(1)).epsilon(1e-9));
    }
  }
}

TEST_CASE("On cards two messages to one node come in one after the other") {
  const Link link{2ms, 1e7};
  const double alpha = link.latency.count(), flow = link.transmission(divisible).count();
  // Reduce among three: nodes 1 and 2 are leaves and send at once. Among five 1 and 4 do, and before both are in the
  // message of 2 waits, which has waited for 3.
  const CollectiveAlgorithm& reduce = algorithm("reduce", "binomial");
  CHECK(played(reduce, {.nodes = 3}, *cards(link, 3)) == doctest::Approx(alpha + 2 * flow).epsilon(1e-9));
  CHECK(played(reduce, {.nodes = 5}, *cards(link, 5)) == doctest::Approx(alpha + 3 * flow).epsilon(1e-9));
  // Rabenseifner among three: node 0 gets the half of node 1 and, behind it, the vector of surplus node 2, half a flow
  // later than in the formula. It then sends two halves of which the second, which no other message delays, is
  // needed last; so one round of four, each of which has α, begins that much later.
  const CollectiveAlgorithm& rabenseifner = algorithm("all_reduce", "rabenseifner");
  const auto network = cards(link, 3);
  CHECK(network->duration(rabenseifner, {.nodes = 3}, divisible).count() ==
        doctest::Approx(4 * alpha + 3 * flow).epsilon(1e-9));
  CHECK(played(rabenseifner, {.nodes = 3}, *network) == doctest::Approx(4 * alpha + 3.5 * flow).epsilon(1e-9));
}

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
