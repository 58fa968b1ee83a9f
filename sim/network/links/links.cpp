#include "sim/network/links/links.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <unordered_map>
#include <utility>

#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

struct Point {
  double x = 0;
  double y = 0;
};

Point point_in(Geometry geometry, Draws draws) {
  const double u = draws.uniform(), v = draws.uniform();
  if (geometry == Geometry::square) return {u, v};
  const double radius = std::sqrt(u), angle = 2 * std::numbers::pi * v;  // P(radius ≤ r) = r², the fraction of the area
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

class Points final : public Links {
 public:
  Points(std::vector<Point> points, Link usual, Seconds propagation)
      : points_{std::move(points)}, usual_{usual}, propagation_{propagation} {}
  Link between(NodeId from, NodeId to) const override {
    const Point &a = points_[static_cast<std::size_t>(from)], &b = points_[static_cast<std::size_t>(to)];
    return {usual_.latency + std::hypot(a.x - b.x, a.y - b.y) * propagation_, usual_.bandwidth};
  }
  Seconds least_latency() const override { return usual_.latency; }

 private:
  std::vector<Point> points_;
  Link usual_;
  Seconds propagation_;
};

class Sites final : public Links {
 public:
  Sites(LatencyMatrix matrix, double bandwidth, NodeId nodes) : matrix_{std::move(matrix)}, bandwidth_{bandwidth} {
    const auto used = std::min(static_cast<std::size_t>(nodes), matrix_.sites.size());
    const bool shared = static_cast<std::size_t>(nodes) > matrix_.sites.size();
    for (std::size_t i = 0; i < used; ++i)
      for (std::size_t j = 0; j < used; ++j)
        if (i != j || shared) least_ = std::min(least_, matrix_.between(i, j));
  }
  Link between(NodeId from, NodeId to) const override { return {matrix_.between(site(from), site(to)), bandwidth_}; }
  Seconds least_latency() const override { return least_; }

 private:
  std::size_t site(NodeId node) const { return static_cast<std::size_t>(node) % matrix_.sites.size(); }

  LatencyMatrix matrix_;
  double bandwidth_;
  Seconds least_{std::numeric_limits<double>::infinity()};
};

class Listed final : public Links {
 public:
  Listed(const LinkList& list, Link usual, std::shared_ptr<const Links> others)
      : usual_{usual}, others_{std::move(others)}, least_{others_ ? others_->least_latency() : usual_.latency} {
    for (const auto& [ends, link] : list) {
      listed_.emplace(key(ends.first, ends.second), link);
      if (link.latency) least_ = std::min(least_, *link.latency);
    }
  }
  Link between(NodeId from, NodeId to) const override {
    const Link other = others_ ? others_->between(from, to) : usual_;
    const auto found = listed_.find(key(from, to));
    if (found == listed_.end()) return other;
    return {found->second.latency.value_or(other.latency), found->second.bandwidth.value_or(other.bandwidth)};
  }
  Seconds least_latency() const override { return least_; }

 private:
  static std::uint64_t key(NodeId from, NodeId to) {
    return static_cast<std::uint64_t>(from) << 32 | static_cast<std::uint32_t>(to);
  }

  Link usual_;
  std::shared_ptr<const Links> others_;
  Seconds least_;
  std::unordered_map<std::uint64_t, ListedLink> listed_;
};

}  // namespace

std::shared_ptr<const Links> listed_links(const LinkList& list, Link usual, std::shared_ptr<const Links> others) {
  return std::make_shared<Listed>(list, usual, std::move(others));
}

std::shared_ptr<const Links> links_in(Geometry geometry, Link usual, Seconds propagation, NodeId nodes,
                                      std::uint64_t seed) {
  std::vector<Point> points;
  for (NodeId i = 0; i < nodes; ++i) points.push_back(point_in(geometry, Draws{seed, Purpose::position, i}));
  return std::make_shared<Points>(std::move(points), usual, propagation);
}

std::shared_ptr<const Links> links_between_sites(LatencyMatrix matrix, double bandwidth, NodeId nodes) {
  return std::make_shared<Sites>(std::move(matrix), bandwidth, nodes);
}

}  // namespace gossamer
