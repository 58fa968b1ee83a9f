#include "sim/network/platforms/platforms.hpp"

#include <functional>
#include <memory>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gossamer {
namespace {

/// Adds both directions of a cable as two links with consecutive numbers.
void add_cable(Platform& platform, const std::string& there, const std::string& back, double bandwidth,
               Seconds latency) {
  platform.links.push_back({.name = there, .bandwidth = bandwidth, .latency = latency});
  platform.links.push_back({.name = back, .bandwidth = bandwidth, .latency = latency});
}

/// The cable of node i, towards the switch and back: links 2 i and 2 i + 1.
LinkId up(NodeId node) { return 2 * static_cast<LinkId>(node); }
LinkId down(NodeId node) { return up(node) + 1; }

Platform with_cards(NodeId nodes, double bandwidth, Seconds latency) {
  Platform platform{.hosts = nodes, .links = {}, .route = {}};
  platform.links.reserve(2 * static_cast<std::size_t>(nodes) + 2);
  for (NodeId i = 0; i < nodes; ++i)
    add_cable(platform, fmt::format("node{}/up", i), fmt::format("node{}/down", i), bandwidth, latency);
  return platform;
}

}  // namespace

Platform star_platform(StarPlatform settings, NodeId nodes) {
  Platform platform = with_cards(nodes, settings.bandwidth, settings.latency);
  platform.route = [](NodeId from, NodeId to, Platform::Route& route) { route.assign({up(from), down(to)}); };
  return platform;
}

Platform cluster_platform(ClusterPlatform settings, NodeId nodes) {
  Platform platform = with_cards(nodes, settings.bandwidth, settings.latency);
  platform.links.push_back(
      {.name = "backbone", .bandwidth = settings.backbone_bandwidth, .latency = settings.backbone_latency});
  platform.route = [backbone = up(nodes)](NodeId from, NodeId to, Platform::Route& route) {
    route.assign({up(from), backbone, down(to)});
  };
  return platform;
}

Platform fat_tree_platform(FatTreePlatform settings, NodeId nodes) {
  const std::int64_t h = settings.hosts_per_leaf, spines = settings.spines;
  const std::int64_t leaves = (nodes + h - 1) / h;
  if (leaves * spines > std::int64_t{1} << 28)
    throw NetworkError{fmt::format("fat_tree: {} leaves with {} spines make too many cables", leaves, spines)};
  Platform platform = with_cards(nodes, settings.bandwidth, settings.latency);
  for (std::int64_t leaf = 0; leaf < leaves; ++leaf)
    for (std::int64_t spine = 0; spine < spines; ++spine)
      add_cable(platform, fmt::format("leaf{}/spine{}/up", leaf, spine),
                fmt::format("leaf{}/spine{}/down", leaf, spine), settings.uplink_bandwidth, settings.uplink_latency);
  platform.route = [h, spines, nodes](NodeId from, NodeId to, Platform::Route& route) {
    const std::int64_t spine = to % spines;
    const auto to_spine = [&](NodeId node) { return up(nodes) + static_cast<LinkId>(2 * (node / h * spines + spine)); };
    if (from / h == to / h)
      route.assign({up(from), down(to)});
    else
      route.assign({up(from), to_spine(from), to_spine(to) + 1, down(to)});
  };
  return platform;
}

Platform torus_platform(TorusPlatform settings, NodeId nodes) {
  const std::vector<std::int64_t> sides = std::move(settings.dimensions);
  const std::int64_t product = std::accumulate(sides.begin(), sides.end(), std::int64_t{1}, [nodes](auto a, auto b) {
    return a <= nodes ? a * b : a;  // no overflow: the product is already too large
  });
  if (sides.empty() || product != nodes)
    throw NetworkError{fmt::format("torus: the dimensions [{}] do not make {} nodes", fmt::join(sides, ", "), nodes)};
  Platform platform{.hosts = nodes, .links = {}, .route = {}};
  for (NodeId i = 0; i < nodes; ++i)
    for (std::size_t k = 0; k < sides.size(); ++k)
      add_cable(platform, fmt::format("node{}/+{}", i, k), fmt::format("node{}/-{}", i, k), settings.bandwidth,
                settings.latency);
  platform.route = [sides](NodeId from, NodeId to, Platform::Route& route) {
    route.clear();
    std::int64_t at = from, stride = std::accumulate(sides.begin(), sides.end(), std::int64_t{1}, std::multiplies<>{});
    for (std::size_t k = 0; k < sides.size(); ++k) {
      const std::int64_t side = sides[k];
      stride /= side;
      const std::int64_t start = at / stride % side, ahead = (to / stride % side - start + side) % side;
      const bool upwards = 2 * ahead <= side;
      for (std::int64_t left = upwards ? ahead : side - ahead; left > 0; --left) {
        const auto cable = static_cast<std::size_t>(at) * sides.size() + k;
        route.push_back(static_cast<LinkId>(2 * cable + (upwards ? 0 : 1)));
        const std::int64_t c = at / stride % side;
        at += ((c + (upwards ? 1 : side - 1)) % side - c) * stride;
      }
    }
  };
  return platform;
}

Platform dumbbell_platform(DumbbellPlatform settings, NodeId nodes) {
  Platform platform = with_cards(nodes, settings.bandwidth, settings.latency);
  add_cable(platform, "bottleneck/right", "bottleneck/left", settings.bottleneck_bandwidth,
            settings.bottleneck_latency);
  platform.route = [nodes, right = (nodes + 1) / 2](NodeId from, NodeId to, Platform::Route& route) {
    if ((from < right) == (to < right))
      route.assign({up(from), down(to)});
    else
      route.assign({up(from), from < right ? up(nodes) : down(nodes), down(to)});
  };
  return platform;
}

}  // namespace gossamer
