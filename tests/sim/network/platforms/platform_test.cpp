#include "sim/network/platforms/platform.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/network/platforms/platform_graph.hpp"
#include "sim/network/platforms/platforms.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> way(const Platform& platform, NodeId from, NodeId to) {
  Platform::Route route;
  platform.route(from, to, route);
  std::vector<std::string> names;
  for (const LinkId l : route) names.push_back(platform.links[l].name);
  return names;
}
using Way = std::vector<std::string>;

TEST_CASE("Routes of a star, a cluster, a fat tree and a dumbbell") {
  CHECK(way(star_platform({}, 4), 1, 3) == Way{"node1/up", "node3/down"});
  CHECK(way(cluster_platform({}, 4), 1, 3) == Way{"node1/up", "backbone", "node3/down"});
  const Platform tree = fat_tree_platform({.hosts_per_leaf = 3, .spines = 2}, 8);
  CHECK(way(tree, 0, 2) == Way{"node0/up", "node2/down"});
  CHECK(way(tree, 0, 7) == Way{"node0/up", "leaf0/spine1/up", "leaf2/spine1/down", "node7/down"});
  CHECK(way(tree, 7, 4) == Way{"node7/up", "leaf2/spine0/up", "leaf1/spine0/down", "node4/down"});
  const Platform dumbbell = dumbbell_platform({}, 5);
  CHECK(way(dumbbell, 2, 3) == Way{"node2/up", "bottleneck/right", "node3/down"});
  CHECK(way(dumbbell, 4, 0) == Way{"node4/up", "bottleneck/left", "node0/down"});
  CHECK(way(dumbbell, 4, 3) == Way{"node4/up", "node3/down"});
}

TEST_CASE("On a torus messages take the shorter way round in every dimension") {
  const Platform platform = torus_platform({.dimensions = {4, 5}}, 20);
  CHECK(way(platform, 0, 6) == Way{"node0/+0", "node5/+1"});
  CHECK(way(platform, 0, 19) == Way{"node0/-0", "node15/-1"});
  CHECK(way(platform, 0, 10) == Way{"node0/+0", "node5/+0"});
  const auto around = [](NodeId a, NodeId b, NodeId side) {
    return std::min((a - b + side) % side, (b - a + side) % side);
  };
  for (NodeId i = 0; i < 20; ++i)
    for (NodeId j = 0; j < 20; ++j)
      CHECK(way(platform, i, j).size() == static_cast<std::size_t>(around(i / 5, j / 5, 4) + around(i % 5, j % 5, 5)));
  CHECK_THROWS_WITH_AS(torus_platform({.dimensions = {3, 4}}, 20), "torus: the dimensions [3, 4] do not make 20 nodes",
                       NetworkError);
  CHECK_THROWS_AS(torus_platform({.dimensions = {1 << 20, 1 << 20, 1 << 20, 1 << 20}}, 20), NetworkError);
}

/// Two hosts at each of four switches in a ring, whose cables have the given latencies.
PlatformGraph ring_of_switches(std::vector<Seconds> latencies) {
  PlatformGraph graph;
  for (std::size_t h = 0; h < 8; ++h) {
    graph.hosts.push_back("h" + std::to_string(h));
    graph.cables.push_back({"card" + std::to_string(h), h, 8 + h / 2});
  }
  for (std::size_t s = 0; s < 4; ++s) {
    graph.switches.push_back("s" + std::to_string(s));
    graph.cables.push_back({"ring" + std::to_string(s), 8 + s, 8 + (s + 1) % 4, 1e6, latencies[s]});
  }
  return graph;
}

TEST_CASE("Routes of a graph have the fewest cables, then the least latency, then the first cables") {
  const Platform alike = routed_platform(ring_of_switches({1ms, 1ms, 1ms, 1ms}), 8);
  CHECK(way(alike, 0, 1) == Way{"card0/forward", "card1/backward"});
  CHECK(way(alike, 0, 2) == Way{"card0/forward", "ring0/forward", "card2/backward"});
  CHECK(way(alike, 2, 0) == Way{"card2/forward", "ring0/backward", "card0/backward"});
  CHECK(way(alike, 0, 4) == Way{"card0/forward", "ring0/forward", "ring1/forward", "card4/backward"});
  const Platform slow = routed_platform(ring_of_switches({5ms, 1ms, 1ms, 1ms}), 8);
  CHECK(way(slow, 0, 2) == Way{"card0/forward", "ring0/forward", "card2/backward"});
  CHECK(way(slow, 0, 4) == Way{"card0/forward", "ring3/backward", "ring2/backward", "card4/backward"});
}

TEST_CASE("Both directions of a half-duplex cable are one link; hosts can pass messages on") {
  PlatformGraph graph{.hosts = {"a", "b", "c"}, .switches = {}, .cables = {}};
  graph.cables = {{"ab", 0, 1, 1e6, 0s, PlatformGraph::Duplex::half}, {"bc", 1, 2}};
  const Platform platform = routed_platform(graph, 3);
  CHECK(way(platform, 0, 2) == Way{"ab", "bc/forward"});
  CHECK(way(platform, 2, 0) == Way{"bc/backward", "ab"});
  CHECK(way(platform, 0, 1) == Way{"ab"});
}

TEST_CASE("A graph with too few hosts, or that is not connected, is refused") {
  PlatformGraph graph{.hosts = {"a", "b", "c"}, .switches = {}, .cables = {{"ab", 0, 1}}};
  CHECK_THROWS_WITH_AS(routed_platform(graph, 4), "the platform has 3 hosts, too few for 4 nodes", NetworkError);
  CHECK_THROWS_WITH_AS(routed_platform(graph, 3), "the platform's cables do not connect all hosts", NetworkError);
  CHECK(routed_platform(graph, 2).hosts == 2);
}

TEST_CASE("A cable's name stands for both directions, a switch's for all its cables") {
  const Platform tree = fat_tree_platform({.hosts_per_leaf = 4, .spines = 3}, 64);
  CHECK(links_named(tree, "node3").size() == 2);
  CHECK(links_named(tree, "node3/up").size() == 1);
  CHECK(links_named(tree, "leaf1").size() == 6);
  CHECK(links_named(tree, "leaf1/spine2").size() == 2);
  CHECK(links_named(tree, "lea").empty());
}

TEST_CASE("Names are unique") {
  for (const Platform& platform : {star_platform({}, 30), cluster_platform({}, 30), fat_tree_platform({}, 30),
                                   torus_platform({.dimensions = {3, 10}}, 30), dumbbell_platform({}, 30)}) {
    std::set<std::string> names;
    for (const auto& link : platform.links) names.insert(link.name);
    CHECK(names.size() == platform.links.size());
  }
}

}  // namespace
}  // namespace gossamer
