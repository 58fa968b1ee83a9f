#pragma once
#include <cstdint>
#include <vector>

#include "sim/network/platforms/platform.hpp"

namespace gossamer {

/// A star: every node has a cable to one switch that is never the bottleneck. Routes: node i up, node j down.
/// Cost    2 n links; a route takes O(1).
struct StarPlatform {
  double bandwidth = 1.25e8;  ///< bytes per second, of each direction of a cable
  Seconds latency{50e-6};     ///< of each cable; a message takes it twice
};
Platform star_platform(StarPlatform settings, NodeId nodes);

/// A star whose switch is a link of its own, the backbone, which all messages share in both directions. Routes: node i
/// up, backbone, node j down.
/// Cost    2 n + 1 links; a route takes O(1).
struct ClusterPlatform {
  double bandwidth = 1.25e8;
  Seconds latency{50e-6};
  double backbone_bandwidth = 1.25e9;
  Seconds backbone_latency{50e-6};
};
Platform cluster_platform(ClusterPlatform settings, NodeId nodes);

/// A fat tree of two levels: nodes 0 … h − 1 are connected to leaf switch 0, the next h nodes to leaf 1, …; a cable
/// connects every leaf to every spine switch. Routes between leaves use spine j mod S, where j is the receiver
/// (D-mod-k: Zahavi, "Fat-tree routing and node ordering providing contention free traffic for MPI global collectives",
/// JPDC 72, 2012).
/// Cost    2 n + 2 S ⌈n/h⌉ links; a route takes O(1).
/// Errors  throws NetworkError if leaves times spines exceed 2²⁸.
struct FatTreePlatform {
  std::int64_t hosts_per_leaf = 16;  ///< h ≥ 1
  std::int64_t spines = 4;           ///< S ≥ 1
  double bandwidth = 1.25e8;
  Seconds latency{50e-6};
  double uplink_bandwidth = 5e8;  ///< between a leaf and a spine, in each direction
  Seconds uplink_latency{50e-6};
};
Platform fat_tree_platform(FatTreePlatform settings, NodeId nodes);

/// A torus: a grid of any number of dimensions whose opposite borders meet, with a cable between neighbors. Messages
/// pass through the nodes between. Node numbers count the last dimension first. Routes go along the first dimension,
/// then the second, …, the shorter way round in each; if both ways are equally long, upwards.
/// Cost    2 n links for each dimension; a route takes time proportional to its length.
/// Errors  throws NetworkError if the product of the dimensions is not the number of nodes.
struct TorusPlatform {
  std::vector<std::int64_t> dimensions = {};  ///< at least one, each at least 1
  double bandwidth = 1.25e8;
  Seconds latency{50e-6};
};
Platform torus_platform(TorusPlatform settings, NodeId nodes);

/// A dumbbell: two stars, of the first ⌈n/2⌉ nodes and of the others, and one cable between their switches.
/// Cost    2 n + 2 links; a route takes O(1).
struct DumbbellPlatform {
  double bandwidth = 1.25e8;
  Seconds latency{50e-6};
  double bottleneck_bandwidth = 1.25e8;  ///< in each direction
  Seconds bottleneck_latency{50e-6};
};
Platform dumbbell_platform(DumbbellPlatform settings, NodeId nodes);

}  // namespace gossamer
