#include "algorithms/registry.hpp"

#include <algorithm>
#include <utility>

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

namespace {

struct Family {
  std::string name;
  std::vector<AlgorithmEntry> (*list)();
};

const std::vector<Family>& families() {
  static const std::vector<Family> all{{"with all neighbors, every round", neighbor_algorithms},
                                       {"with one neighbor at a time", pair_algorithms},
                                       {"push-sum, on directed graphs", push_sum_algorithms},
                                       {"averages of all nodes", all_reduce_algorithms},
                                       {"momentum", momentum_algorithms},
                                       {"exact on heterogeneous data", exact_algorithms},
                                       {"compressed messages", compressed_algorithms},
                                       {"averaging alone, without learning", gossip_algorithms}};
  return all;
}

}  // namespace

const std::vector<std::string>& algorithm_families() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Family& family : families()) all.push_back(family.name);
    return all;
  }();
  return names;
}

const std::vector<AlgorithmEntry>& algorithms() {
  static const std::vector<AlgorithmEntry> entries = [] {
    std::vector<AlgorithmEntry> all;
    for (const Family& family : families()) {
      for (AlgorithmEntry& entry : family.list()) {
        entry.family = family.name;
        all.push_back(std::move(entry));
      }
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
  }();
  return entries;
}

}  // namespace gossamer
