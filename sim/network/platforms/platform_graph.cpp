#include "sim/network/platforms/platform_graph.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include <fmt/format.h>

namespace gossamer {
namespace {

using Vertex = std::size_t;

/// Shortest paths to any host, computed at their first use.
class Router {
 public:
  Router(const PlatformGraph& graph, const std::vector<Platform::Link>& links)
      : outgoing_(graph.hosts.size() + graph.switches.size()), tables_(outgoing_.size()) {
    for (const Platform::Link& link : links) latency_.push_back(link.latency);
    LinkId link = 0;
    for (const auto& cable : graph.cables) {
      outgoing_[cable.from].push_back({cable.to, link});
      if (cable.duplex == PlatformGraph::Duplex::full) ++link;
      outgoing_[cable.to].push_back({cable.from, link});
      ++link;
    }
  }

  /// Returns true if there is a path from every host to the first.
  bool connects(std::size_t hosts) {
    const auto& way = table(0);
    for (Vertex v = 1; v < hosts; ++v)
      if (way[v].to == v) return false;
    return true;
  }

  /// A host with one cable is reached through the cable's other end, so that all hosts of a switch share a table.
  void route(Vertex from, Vertex to, Platform::Route& route) {
    route.clear();
    const Vertex last = outgoing_[to].size() == 1 ? outgoing_[to].front().to : to;
    const auto& way = table(last);
    for (Vertex at = from; at != last; at = way[at].to) route.push_back(way[at].link);
    if (last != to) route.push_back(link_between(last, to));
  }

 private:
  struct Way {
    Vertex to = 0;
    LinkId link = 0;
  };

  LinkId link_between(Vertex from, Vertex to) const {
    const auto& ways = outgoing_[from];
    return std::find_if(ways.begin(), ways.end(), [to](const Way& way) { return way.to == to; })->link;
  }

  /// By vertex, the next step to a destination. A vertex without a path has itself as the next step.
  const std::vector<Way>& table(Vertex destination) {
    std::vector<Way>& way = tables_[destination];
    if (!way.empty()) return way;
    constexpr auto unseen = std::numeric_limits<std::size_t>::max();
    for (Vertex v = 0; v < outgoing_.size(); ++v) way.push_back({v, 0});
    std::vector<std::size_t> distance(outgoing_.size(), unseen);
    std::vector<Seconds> time(outgoing_.size(), Seconds{0});
    std::vector<Vertex> order{destination};
    distance[destination] = 0;
    for (std::size_t k = 0; k < order.size(); ++k) {
      const Vertex v = order[k];
      choose(v, distance, time, way[v]);
      for (const Way& edge : outgoing_[v]) {
        if (distance[edge.to] != unseen) continue;
        distance[edge.to] = distance[v] + 1;
        order.push_back(edge.to);
      }
    }
    return way;
  }

  /// Chooses, among the steps that lead closer, one with the least latency to the destination.
  void choose(Vertex v, const std::vector<std::size_t>& distance, std::vector<Seconds>& time, Way& best) const {
    for (const Way& edge : outgoing_[v]) {
      if (distance[edge.to] >= distance[v]) continue;
      const Seconds sum = time[edge.to] + latency_[edge.link];
      if (best.to != v && sum >= time[v]) continue;
      time[v] = sum;
      best = edge;
    }
  }

  std::vector<std::vector<Way>> outgoing_;
  std::vector<std::vector<Way>> tables_;  ///< by destination; empty until first used
  std::vector<Seconds> latency_;
};

}  // namespace

Platform routed_platform(PlatformGraph graph, NodeId nodes) {
  if (graph.hosts.size() < static_cast<std::size_t>(nodes))
    throw NetworkError{fmt::format("the platform has {} hosts, too few for {} nodes", graph.hosts.size(), nodes)};
  Platform platform{.hosts = nodes, .links = {}, .route = {}};
  for (const auto& cable : graph.cables) {
    const bool full = cable.duplex == PlatformGraph::Duplex::full;
    platform.links.push_back({full ? cable.name + "/forward" : cable.name, cable.bandwidth, cable.latency});
    if (full) platform.links.push_back({cable.name + "/backward", cable.bandwidth, cable.latency});
  }
  const auto router = std::make_shared<Router>(graph, platform.links);
  if (nodes > 1 && !router->connects(static_cast<std::size_t>(nodes)))
    throw NetworkError{"the platform's cables do not connect all hosts"};
  platform.route = [router](NodeId from, NodeId to, Platform::Route& route) {
    router->route(static_cast<Vertex>(from), static_cast<Vertex>(to), route);
  };
  return platform;
}

}  // namespace gossamer
