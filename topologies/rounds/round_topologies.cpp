#include "topologies/families.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "topologies/files/matching_file.hpp"
#include "topologies/graphs/equistatic.hpp"
#include "topologies/rounds/base_k.hpp"
#include "topologies/rounds/bipartite_exponential.hpp"
#include "topologies/rounds/equidyn.hpp"
#include "topologies/rounds/machines.hpp"
#include "topologies/rounds/matcha.hpp"
#include "topologies/rounds/one_peer_exponential.hpp"
#include "topologies/rounds/one_peer_hypercube.hpp"
#include "topologies/rounds/one_peer_matchings.hpp"
#include "topologies/rounds/random_groups.hpp"
#include "topologies/rounds/random_matchings.hpp"
#include "topologies/rounds/random_regular_rounds.hpp"

namespace gossamer {
namespace {

struct Machines {
  NodeId machines = 0;
  NodeId per_machine = 0;
};
struct Peers {
  NodeId nodes = 0;
  NodeId peers = 1;
};
struct EquiStatic {
  NodeId nodes = 0;
  std::optional<NodeId> offsets;
  std::optional<std::vector<std::int64_t>> offset_list;
  double rho = 0.5;
  double failure = 0.1;
};
struct EquiDyn {
  NodeId nodes = 0;
  std::optional<NodeId> offsets;
  std::optional<std::vector<std::int64_t>> offset_list;
  double eta = 0.5;
};
struct Matchings {};
struct Groups {
  NodeId nodes = 0;
  NodeId size = 2;
};
struct Sampled {
  double budget = 0.5;
  Activation activation = Activation::optimized;
  std::optional<std::string> matchings;
};

constexpr auto sgp =
    "Assran, Loizou, Ballas, Rabbat, Stochastic Gradient Push for Distributed Deep Learning, ICML 2019, "
    "arXiv:1811.10792";
constexpr auto equitopo =
    "Song, Li, Jin, Shi, Yan, Yin, Yuan, Communication-Efficient Topologies for Decentralized Learning with O(1) "
    "Consensus Rate, NeurIPS 2022, arXiv:2210.07881";

std::vector<Field<EquiStatic>> equistatic_fields() {
  return {nodes<EquiStatic>(2),
          {"offsets", &EquiStatic::offsets, between(1, max_nodes),
           "M, drawn with replacement; if not given, as many as make ρ < rho but for the probability failure"},
          {"offset_list", &EquiStatic::offset_list, between(1, max_nodes),
           "the offsets themselves, in place of a number of them"},
          Field<EquiStatic>{"rho", &EquiStatic::rho, above_up_to(0, 1), "ε"}
              .read_if(where_not_given("offsets"))
              .read_if(where_not_given("offset_list")),
          Field<EquiStatic>{"failure", &EquiStatic::failure, above_up_to(0, 1),
                            "p, with which ρ may come out as ε or above"}
              .read_if(where_not_given("offsets"))
              .read_if(where_not_given("offset_list"))};
}
std::vector<Field<EquiDyn>> equidyn_fields() {
  return {nodes<EquiDyn>(2),
          {"offsets", &EquiDyn::offsets, between(1, max_nodes),
           "M, drawn once with replacement, that rounds draw from; if not given, all 1 … n − 1"},
          {"offset_list", &EquiDyn::offset_list, between(1, max_nodes),
           "the offsets themselves, in place of a number of them"},
          {"eta", &EquiDyn::eta, above_up_to(0, 1), "h, of which a node gives away the share (n − 1)/n"}};
}

/// The offsets that a block lists; none if it lists none.
template <class S>
std::optional<std::vector<NodeId>> listed_offsets(const char* kind, const S& s) {
  if (!s.offset_list) return std::nullopt;
  if (s.offsets)
    throw TopologyError{fmt::format("{}: offsets and offset_list are both given, expected one of them", kind)};
  return equitopo_offsets(kind, s.nodes, *s.offset_list);
}
std::vector<NodeId> offsets_of(const char* kind, const EquiStatic& s, std::uint64_t seed) {
  if (const auto listed = listed_offsets(kind, s)) return *listed;
  return equitopo_offsets(kind, s.nodes, s.offsets ? *s.offsets : equitopo_offset_count(s.nodes, s.rho, s.failure),
                          seed);
}
/// The offsets of an EquiDyn block. An empty list means all offsets.
std::vector<NodeId> offsets_of(const char* kind, const EquiDyn& s, std::uint64_t seed) {
  if (const auto listed = listed_offsets(kind, s)) return *listed;
  if (!s.offsets) return {};
  return equitopo_offsets(kind, s.nodes, *s.offsets, seed);
}

std::vector<Field<Machines>> machine_fields(NodeId least_per_machine) {
  return {{"machines", &Machines::machines, between(2, max_nodes), "M", required},
          {"per_machine", &Machines::per_machine, between(least_per_machine, max_nodes), "L, nodes of a machine",
           required}};
}

Topology matcha_topology(const Sampled& s, const Weighting& weighting, std::uint64_t seed, const Topology* base) {
  check_own_weights("matcha", weighting);
  const NodeId n = base->mixing.size();
  const Matcha chosen = s.matchings ? matcha(n, matchings_from_file(*s.matchings, base->mixing), s.budget, s.activation)
                                    : matcha(base->mixing, s.budget, s.activation);
  Topology result = scheduled("matcha", matcha_rounds(n, chosen, seed), weighting.laziness);
  result.draws_matchings = true;
  for (std::size_t m = 0; m < chosen.matchings.size(); ++m)
    result.matchings.push_back({chosen.probabilities[static_cast<Eigen::Index>(m)], chosen.matchings[m]});
  return result;
}

/// The same entry, marked as one that makes its rounds from the graph of another topology.
TopologyEntry of_graph(TopologyEntry entry) {
  entry.takes_base = true;
  return entry;
}

}  // namespace

std::vector<TopologyEntry> round_topologies() {
  using Seed = std::uint64_t;
  return {
      rounds<Regular>(
          "base_k", "rounds of at most so many neighbors each, whose product averages exactly, for every n",
          [](Regular s) { return base_k(s.nodes, s.degree); },
          {nodes<Regular>(1),
           {"degree", &Regular::degree, between(1, max_nodes), "k of the Base-(k + 1) graph: neighbors at most",
            required}},
          "Takezawa, Sato, Bao, Niwa, Yamada, Beyond Exponential Graph: Communication-Efficient Topologies for "
          "Decentralized Learning via Finite-time Convergence, NeurIPS 2023, arXiv:2305.11420"),
      rounds<Peers>(
          "bipartite_exponential", "rounds of pairs: odd nodes with those at +1, −1, +3, −3, +5, −5, +9, … modulo n",
          [](Peers s) { return bipartite_exponential(s.nodes, s.peers); },
          {nodes<Peers>(2),
           {"peers", &Peers::peers, between(1, max_nodes), "P, the number of a node's partners in a round"}},
          sgp),
      rounds<EquiStatic>(
          "d_equistatic", "directed: node i receives from i + u for random offsets u; ρ need not grow with n",
          [](const EquiStatic& s, Seed seed) { return d_equistatic(s.nodes, offsets_of("d_equistatic", s, seed)); },
          equistatic_fields(), equitopo),
      rounds<Machines>(
          "inner_outer_exponential",
          "rounds, directed: one node of a machine speaks to another machine, the others to one another",
          [](Machines s) { return inner_outer_exponential(s.machines, s.per_machine); }, machine_fields(3), bluefog),
      rounds<Machines>(
          "inner_outer_ring",
          "rounds, directed: one node of a machine speaks to the next machine, the others in a ring",
          [](Machines s) { return inner_outer_ring(s.machines, s.per_machine); }, machine_fields(3), bluefog),
      rounds<Machines>(
          "machine_exponential",
          "rounds, directed: machines average, and receive from machine m − 1, then m − 2, m − 4, …",
          [](Machines s) { return machine_exponential(s.machines, s.per_machine); }, machine_fields(1), bluefog),
      of_graph(topology_entry<Sampled>(
          "matcha", "random rounds: of the matchings of a graph, \"of\", some are active", matcha_topology,
          {{"budget", &Sampled::budget, above_up_to(0, 1), "share of the matchings that are active on average"},
           {"probabilities", &Sampled::activation,
            choices<Activation>({{"optimized", Activation::optimized}, {"uniform", Activation::uniform}}),
            "of the matchings: the largest λ₂ of the expected Laplacian, or all the budget"},
           {"matchings", &Sampled::matchings,
            "a file of lines \"i j m\", edge i j is in matching m; if not given, the best of several edge colorings"}},
          "Wang, Sahu, Yang, Joshi, Kar, MATCHA: Speeding Up Decentralized SGD via Matching Decomposition Sampling, "
          "arXiv:1905.09435")),
      rounds<EquiDyn>(
          "od_equidyn", "random rounds, directed: node i receives from i + u, u drawn every round",
          [](const EquiDyn& s, Seed seed) {
            return od_equidyn(s.nodes, offsets_of("od_equidyn", s, seed), s.eta, seed);
          },
          equidyn_fields(), equitopo),
      rounds<Peers>(
          "one_peer_exponential", "rounds, directed: node i receives from i + 1, then i + 2, i + 4, … modulo n",
          [](Peers s) { return one_peer_exponential(s.nodes, s.peers); },
          {nodes<Peers>(2),
           {"peers", &Peers::peers, between(1, max_nodes),
            "P, the number of senders to a node in a round: i + m (P + 1)^e, m ≤ P"}},
          "Ying, Yuan, Chen, Hu, Pan, Yin, Exponential Graph is Provably Efficient for Decentralized Deep Training, "
          "NeurIPS 2021, arXiv:2110.13363; peers: Assran, Loizou, Ballas, Rabbat, Stochastic Gradient Push for "
          "Distributed Deep Learning, ICML 2019, arXiv:1811.10792"),
      rounds<Dimension>(
          "one_peer_hypercube", "rounds of pairs whose numbers differ in one bit; a period averages exactly",
          [](Dimension s) { return one_peer_hypercube(s.dimension); },
          {{"dimension", &Dimension::dimension, between(0, 23), "log2 of the number of nodes", required}}),
      rounds<Matchings>("one_peer_matchings", "rounds of pairs: the matchings of a graph, \"of\", in turn",
                        [](Matchings, Seed, const Topology& base) { return one_peer_matchings(base.mixing); }, {}),
      rounds<EquiDyn>(
          "ou_equidyn", "random rounds of pairs: i with i + u where both are free, u drawn every round",
          [](const EquiDyn& s, Seed seed) {
            return ou_equidyn(s.nodes, offsets_of("ou_equidyn", s, seed), s.eta, seed);
          },
          equidyn_fields(), equitopo),
      rounds<Groups>(
          "random_groups", "random rounds: all nodes in random groups of a size, which average",
          [](Groups s, Seed seed) { return random_groups(s.nodes, s.size, seed); },
          {nodes<Groups>(1), {"size", &Groups::size, between(1, max_nodes), "g, nodes of a group"}}),
      rounds<Matchings>("random_matchings", "random rounds of pairs: neighbors in a graph, \"of\"",
                        [](Matchings, Seed seed, const Topology& base) { return random_matchings(base.mixing, seed); },
                        {}),
      topology_entry<Regular>(
          "random_regular_each_round", "random rounds: every time another random graph in which all degrees are equal",
          [](Regular s, const Weighting& weighting, Seed seed, const Topology*) {
            return scheduled("random_regular_each_round",
                             random_regular_each_round(s.nodes, s.degree, weighting.rule, seed), weighting.laziness);
          },
          {nodes<Regular>(1),
           {"degree", &Regular::degree, between(0, max_nodes), "r, neighbors of each node in a round", required}}),
      rounds<EquiStatic>(
          "u_equistatic", "nodes i and i + u are joined for random offsets u; ρ need not grow with n",
          [](const EquiStatic& s, Seed seed) { return u_equistatic(s.nodes, offsets_of("u_equistatic", s, seed)); },
          equistatic_fields(), equitopo),
  };
}

}  // namespace gossamer
