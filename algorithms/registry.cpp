#include "algorithms/registry.hpp"

#include <algorithm>

#include "algorithms/families.hpp"

namespace gossamer {

using enum Need::What;

std::string_view name(Need::What what) {
  switch (what) {
    case fixed:
      return "a graph that is the same in every round";
    case undirected:
      return "an undirected graph";
    case symmetric:
      return "a symmetric W";
    case odd_even:
      return "a graph whose edges join nodes of odd and of even number";
    case tree:
      return "a tree";
    case aperiodic:
      return "a W whose powers converge";
    case from_minus_a_third:
      break;
  }
  return "a W without eigenvalues below -1/3";
}

bool AlgorithmEntry::always_needs(Need::What what) const {
  return std::any_of(needs.begin(), needs.end(), [&](const Need& need) { return need.what == what && !need.where; });
}

const std::vector<AlgorithmEntry>& algorithms() {
  static const std::vector<AlgorithmEntry> entries = [] {
    std::vector<AlgorithmEntry> all;
    for (auto& family : {gossip_algorithms(), uncompressed_algorithms(), momentum_algorithms(), exact_algorithms(),
                         compressed_algorithms()})
      all.insert(all.end(), family.begin(), family.end());
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
  }();
  return entries;
}

}  // namespace gossamer
