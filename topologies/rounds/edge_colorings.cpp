#include "topologies/rounds/edge_colorings.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "topologies/rounds/edge_coloring.hpp"
#include "topologies/rounds/maximum_matchings.hpp"

namespace gossamer {
namespace {

constexpr double most_steps = 1e9;

using Decomposition = std::vector<Matching>;

Decomposition in_order(Decomposition matchings) {
  std::erase_if(matchings, [](const Matching& matching) { return matching.empty(); });
  for (Matching& matching : matchings) std::sort(matching.begin(), matching.end());
  std::sort(matchings.begin(), matchings.end(),
            [](const Matching& a, const Matching& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  return matchings;
}

/// A path or a cycle whose edges belong to two matchings alternately.
struct Component {
  Matching first, second;
};

/// The edges of two matchings as paths and cycles.
class Components {
 public:
  Components(NodeId nodes, const Matching& first, const Matching& second)
      : mate_first_(static_cast<std::size_t>(nodes), nobody), mate_second_{mate_first_} {
    note(first, mate_first_);
    note(second, mate_second_);
  }

  std::vector<Component> all() {
    std::vector<Component> result;
    for (std::size_t i = 0; i < mate_first_.size(); ++i)
      if (mate_first_[i] != nobody || mate_second_[i] != nobody) result.push_back(of(static_cast<NodeId>(i)));
    return result;
  }

 private:
  static constexpr NodeId nobody = -1;

  static void note(const Matching& matching, std::vector<NodeId>& mates) {
    for (const auto& [i, j] : matching) mates[static_cast<std::size_t>(i)] = j, mates[static_cast<std::size_t>(j)] = i;
  }
  /// Removes the component of a node from the two lists, and returns it.
  Component of(NodeId start) {
    Component result;
    std::vector<NodeId> left{start};
    const auto follow = [&](NodeId i, std::vector<NodeId>& mates, Matching& edges) {
      const NodeId j = std::exchange(mates[static_cast<std::size_t>(i)], nobody);
      if (j == nobody) return;
      mates[static_cast<std::size_t>(j)] = nobody;
      edges.push_back(std::minmax({i, j}));
      left.push_back(j);
    };
    while (!left.empty()) {
      const NodeId i = left.back();
      left.pop_back();
      follow(i, mate_first_, result.first);
      follow(i, mate_second_, result.second);
    }
    return result;
  }

  std::vector<NodeId> mate_first_;
  std::vector<NodeId> mate_second_;
};

}  // namespace

std::vector<Decomposition> edge_colorings(const Mixing& base, int count) {
  if (count < 1) throw TopologyError{fmt::format("edge_colorings: needs at least 1 decomposition, got {}", count)};
  std::vector<Decomposition> result{in_order(edge_coloring(base))};
  const double edges = static_cast<double>(undirected_edges("edge_colorings", base).size());
  const double steps = edges * base.size() * static_cast<double>(result.front().size()) * count;
  const int searches = steps <= most_steps ? count : 0;
  for (int number = 0; number < searches; ++number) {
    Decomposition found = in_order(maximum_matchings(base, static_cast<std::uint64_t>(number)));
    if (found.size() > result.front().size()) continue;
    if (found.size() < result.front().size()) result.clear();
    if (std::find(result.begin(), result.end(), found) == result.end()) result.push_back(std::move(found));
  }
  if (result.size() > static_cast<std::size_t>(count)) result.pop_back();
  return result;
}

std::vector<Decomposition> kempe_exchanges(NodeId nodes, const Decomposition& matchings) {
  std::vector<Decomposition> result;
  for (std::size_t a = 0; a < matchings.size(); ++a) {
    for (std::size_t b = a + 1; b < matchings.size(); ++b) {
      const std::vector<Component> components = Components{nodes, matchings[a], matchings[b]}.all();
      if (components.size() < 2) continue;  // an exchange of all edges would only rename the two
      for (const Component& exchanged : components) {
        Decomposition next = matchings;
        next[a].clear(), next[b].clear();
        for (const Component& component : components) {
          const bool swap = &component == &exchanged;
          const Matching& to_a = swap ? component.second : component.first;
          const Matching& to_b = swap ? component.first : component.second;
          next[a].insert(next[a].end(), to_a.begin(), to_a.end());
          next[b].insert(next[b].end(), to_b.begin(), to_b.end());
        }
        result.push_back(in_order(std::move(next)));
      }
    }
  }
  return result;
}

}  // namespace gossamer
