#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/ground/settings.hpp"
#include "topologies/facts.hpp"
#include "topologies/mixing.hpp"
#include "topologies/registry.hpp"
#include "topologies/rounds/rounds.hpp"
#include "topologies/weights.hpp"

/// The families that the registry assembles, and helpers that make their entries. Each list is in alphabetical order.
namespace gossamer {

std::vector<TopologyEntry> graph_topologies();
std::vector<TopologyEntry> round_topologies();
std::vector<TopologyEntry> file_topologies();

// Settings that several topologies have.

struct Nodes {
  NodeId nodes = 0;
};
struct Dimension {
  NodeId dimension = 0;
};
struct Regular {
  NodeId nodes = 0;
  NodeId degree = 0;
};

/// The number of nodes, from `least` on.
template <class S>
Field<S> nodes(NodeId least) {
  return {"nodes", &S::nodes, between(least, max_nodes), "n, the number of nodes", required};
}

// The products of entries.

/// A topology of one W, with its facts.
Topology topology(std::string kind, Mixing mixing);

/// Topologies of rounds that repeat, of rounds that are drawn at random, and of one W with weights of its own.
Topology scheduled(const std::string& kind, const std::vector<Mixing>& rounds, double laziness);
Topology scheduled(const std::string& kind, RandomRounds rounds, double laziness);
Topology scheduled(const std::string& kind, const Mixing& mixing, double laziness);

/// Throws TopologyError if a rule of weights is given, since rounds with weights of their own would ignore it.
void check_own_weights(const std::string& kind, const Weighting& weighting);

/// A topology whose `make` has the signature of its entry, after the settings.
template <class S, class Make>
TopologyEntry topology_entry(std::string name, std::string sentence, Make make, std::vector<Field<S>> fields,
                             std::string source = {}) {
  using Signature = Topology(const Weighting&, std::uint64_t, const Topology*);
  return {
      entry<Signature, S>(std::move(name), std::move(sentence), std::move(make), std::move(fields), std::move(source))};
}

/// A topology whose `build` makes a graph from its settings, and from the seed if it is random.
template <class S, class Build>
TopologyEntry graph(std::string name, std::string sentence, Build build, std::vector<Field<S>> fields,
                    std::string source = {}) {
  const auto make = [name, build](const S& settings, const Weighting& weighting, std::uint64_t seed, const Topology*) {
    if constexpr (std::invocable<Build, S, std::uint64_t>)
      return topology(name, weigh(build(settings, seed), weighting));
    else
      return topology(name, weigh(build(settings), weighting));
  };
  return topology_entry<S>(name, std::move(sentence), make, std::move(fields), std::move(source));
}

/// A topology whose `build` makes rounds from its settings, the seed, and the graph under "of" if it takes one.
template <class S, class Build>
TopologyEntry rounds(std::string name, std::string sentence, Build build, std::vector<Field<S>> fields,
                     std::string source = {}) {
  const auto make = [name, build](const S& settings, const Weighting& weighting, std::uint64_t seed,
                                  const Topology* base) {
    check_own_weights(name, weighting);
    if constexpr (std::invocable<Build, S, std::uint64_t, const Topology&>)
      return scheduled(name, build(settings, seed, *base), weighting.laziness);
    else if constexpr (std::invocable<Build, S, std::uint64_t>)
      return scheduled(name, build(settings, seed), weighting.laziness);
    else
      return scheduled(name, build(settings), weighting.laziness);
  };
  TopologyEntry result = topology_entry<S>(name, std::move(sentence), make, std::move(fields), std::move(source));
  result.takes_base = std::invocable<Build, S, std::uint64_t, const Topology&>;
  return result;
}

inline constexpr auto bluefog =
    "Ying, Yuan, Hu, Chen, Yin, BlueFog: Make Decentralized Algorithms Practical for Optimization and Deep Learning, "
    "arXiv:2111.04287";

}  // namespace gossamer
