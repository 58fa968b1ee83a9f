#include "topologies/rounds/equidyn.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "sim/ground/random.hpp"
#include "topologies/circulant.hpp"
#include "topologies/graph.hpp"
#include "topologies/rounds/pairwise.hpp"

namespace gossamer {
namespace {

/// The total weight that a node gives to others.
double given(NodeId nodes, double eta) { return eta * (nodes - 1.0) / nodes; }

/// The first node of each matched pair, in the order of a scan from `start`. Its partner is node + offset.
std::vector<NodeId> matched(NodeId nodes, NodeId offset, NodeId start) {
  std::vector<bool> taken(static_cast<std::size_t>(nodes));
  std::vector<NodeId> result;
  for (NodeId scanned = 0; scanned < nodes; ++scanned) {
    const auto i = static_cast<std::size_t>((std::int64_t{start} + scanned) % nodes);
    const auto j = static_cast<std::size_t>((static_cast<std::int64_t>(i) + offset) % nodes);
    if (taken[i] || taken[j]) continue;
    taken[i] = taken[j] = true;
    result.push_back(static_cast<NodeId>(i));
  }
  return result;
}

std::vector<NodeId> all_offsets(NodeId nodes) {
  std::vector<NodeId> result(static_cast<std::size_t>(nodes - 1));
  std::iota(result.begin(), result.end(), NodeId{1});
  return result;
}

using Terms = std::vector<std::pair<NodeId, double>>;

/// E[C^u] as terms of a circulant.
Terms mean_shift(const std::vector<NodeId>& offsets) {
  Terms terms;
  for (const NodeId offset : offsets) terms.emplace_back(offset, 1 / static_cast<double>(offsets.size()));
  return terms;
}

/// E[P]. A shift of the start shifts P, so E[P] is circulant. The scan from node 0 counts the pairs that each offset
/// matches.
Terms mean_swap(NodeId nodes, const std::vector<NodeId>& offsets) {
  std::map<NodeId, double> drawn;
  for (const NodeId offset : offsets) drawn[offset] += 1 / static_cast<double>(offsets.size());
  Terms terms;
  double swapped = 0;
  for (const auto& [offset, probability] : drawn) {
    const double share = probability * static_cast<double>(matched(nodes, offset, 0).size()) / nodes;
    terms.emplace_back(offset, share);
    terms.emplace_back(nodes - offset, share);
    swapped += 2 * share;
  }
  terms.emplace_back(0, 1 - swapped);
  return terms;
}

/// a I + b × the circulant of the terms.
SparseMatrix combined(NodeId nodes, double a, double b, Terms terms) {
  for (auto& [offset, weight] : terms) weight *= b;
  terms.emplace_back(0, a);
  return circulant(nodes, terms);
}

/// The offsets from which rounds draw, checked.
std::vector<NodeId> checked(const char* kind, NodeId nodes, std::vector<NodeId> offsets) {
  const std::size_t drawn_from = offsets.empty() ? static_cast<std::size_t>(std::max(nodes, 1)) : offsets.size();
  check_size(kind, nodes, 2, static_cast<double>(nodes) * static_cast<double>(drawn_from));
  return offsets.empty() ? all_offsets(nodes) : std::move(offsets);
}

template <class T>
T one_of(const std::vector<T>& list, Draws& draws) {
  return list[draws.below(list.size())];
}

}  // namespace

Mixing od_equidyn_round(NodeId nodes, NodeId offset, double eta) {
  const double e = given(nodes, eta);
  return Mixing{circulant(nodes, {{0, 1 - e}, {offset, e}}), {.connectivity = Connectivity::any}};
}

Mixing ou_equidyn_round(NodeId nodes, NodeId offset, NodeId start, double eta) {
  std::vector<WeightedPair> pairs;
  for (const NodeId i : matched(nodes, offset, start))
    pairs.push_back({i, static_cast<NodeId>((std::int64_t{i} + offset) % nodes), given(nodes, eta)});
  return pairwise_round(nodes, pairs);
}

RandomRounds od_equidyn(NodeId nodes, std::vector<NodeId> offsets, double eta, std::uint64_t seed) {
  offsets = checked("od_equidyn", nodes, std::move(offsets));
  const double e = given(nodes, eta), c = 1 - e;
  const Terms shift = mean_shift(offsets);
  RandomRounds result;
  result.mean = std::make_shared<const Mixing>(combined(nodes, c, e, shift));
  // WᵀW = (c² + e²) I + c e (C^u + C^{−u})
  result.square = [nodes, c, e, shift] {
    const SparseMatrix half = combined(nodes, (c * c + e * e) / 2, c * e, shift);
    return SparseMatrix(half + SparseMatrix(half.transpose()));
  };
  result.symmetric = std::ranges::all_of(offsets, [nodes](NodeId u) { return 2 * std::int64_t{u} % nodes == 0; });
  result.draw = [nodes, offsets = std::move(offsets), eta, seed](std::uint64_t k) {
    Draws draws{seed, Purpose::round, 0, k};
    return od_equidyn_round(nodes, one_of(offsets, draws), eta);
  };
  return result;
}

RandomRounds ou_equidyn(NodeId nodes, std::vector<NodeId> offsets, double eta, std::uint64_t seed) {
  offsets = checked("ou_equidyn", nodes, std::move(offsets));
  const double e = given(nodes, eta), c = 1 - e;
  const Terms swap = mean_swap(nodes, offsets);
  RandomRounds result;
  result.mean = std::make_shared<const Mixing>(combined(nodes, c, e, swap));
  // PᵀP = I and P is symmetric, so WᵀW = (c² + e²) I + 2 c e P
  result.square = [nodes, c, e, swap] { return combined(nodes, c * c + e * e, 2 * c * e, swap); };
  result.draw = [nodes, offsets = std::move(offsets), eta, seed](std::uint64_t k) {
    Draws draws{seed, Purpose::round, 0, k};
    const NodeId offset = one_of(offsets, draws);
    return ou_equidyn_round(nodes, offset, static_cast<NodeId>(draws.below(static_cast<std::uint64_t>(nodes))), eta);
  };
  return result;
}

}  // namespace gossamer
