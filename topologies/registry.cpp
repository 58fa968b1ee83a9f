#include "topologies/registry.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "topologies/families.hpp"

namespace gossamer {
namespace {

std::vector<Field<Weighting>> weighting_fields() {
  using Rule = Weighting::Rule;
  return {{"weights", &Weighting::rule,
           choices<Rule>({{"automatic", Rule::automatic},
                          {"best_constant", Rule::best_constant},
                          {"in_uniform", Rule::in_uniform},
                          {"max_degree", Rule::max_degree},
                          {"metropolis_hastings", Rule::metropolis_hastings},
                          {"metropolis_hastings_without_self", Rule::metropolis_hastings_without_self},
                          {"out_uniform", Rule::out_uniform},
                          {"uniform", Rule::uniform}}),
           "how the graph becomes W; automatic is metropolis_hastings, uniform on directed graphs, and a matrix file's "
           "own; in_uniform makes only rows sum to 1, out_uniform only columns"},
          {"laziness", &Weighting::laziness, from_until(0, 1), "θ of W ← θ I + (1 − θ) W"}};
}

struct Family {
  std::string name;
  std::vector<TopologyEntry> (*list)();
};

const std::vector<Family>& families() {
  static const std::vector<Family> all{
      {"one graph", graph_topologies}, {"rounds that differ", round_topologies}, {"from a file", file_topologies}};
  return all;
}

}  // namespace

const std::vector<std::string>& topology_families() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Family& family : families()) all.push_back(family.name);
    return all;
  }();
  return names;
}

const std::vector<TopologyEntry>& topologies() {
  static const std::vector<TopologyEntry> all = [] {
    std::vector<TopologyEntry> result;
    for (const Family& family : families()) {
      for (TopologyEntry& entry : family.list()) {
        entry.family = family.name;
        result.push_back(std::move(entry));
      }
    }
    std::ranges::sort(result, {}, &TopologyEntry::name);
    return result;
  }();
  return all;
}

const std::vector<Setting>& weighting_settings() {
  static const std::vector<Setting> settings = [] {
    std::vector<Setting> result;
    for (const auto& field : weighting_fields()) result.push_back(field.setting);
    return result;
  }();
  return settings;
}

Topology make_topology(const TopologyEntry& entry, const Values& own, const Values& common, std::uint64_t seed,
                       const Topology* base) {
  const auto weighting = filled(weighting_fields(), common);
  if (entry.takes_base && !base)
    throw TopologyError{fmt::format("{}: expected a graph to make rounds of, under \"of\"", entry.name)};
  if (entry.takes_base && base->schedule)
    throw TopologyError{fmt::format("{}: {} has rounds of its own, expected one graph", entry.name, base->kind)};
  return entry.make(own, weighting, seed, base);
}

}  // namespace gossamer
