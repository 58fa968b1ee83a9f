#include <algorithm>
#include <bit>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "tests/sim/engine/played_collectives.hpp"

// The time of played collectives, against their formulas, and against derived values if formulas are too simple.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::algorithm;
using testing::cards;
using testing::divisible;
using testing::ends_of;
using testing::links;
using testing::played;

/// A link whose latency dominates and one whose bandwidth does.
const std::vector<Link> usual_links = {{2ms, 1e12}, {1us, 1e7}};

using Make = std::unique_ptr<Network> (*)(const Link&, NodeId);

bool is_tree(const CollectiveAlgorithm& each) { return each.name.starts_with("binomial"); }

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

}  // namespace
}  // namespace gossamer
