#include "topologies/registry.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "topologies/barabasi_albert.hpp"
#include "topologies/base_k.hpp"
#include "topologies/binary_tree.hpp"
#include "topologies/bipartite_exponential.hpp"
#include "topologies/circulant_graph.hpp"
#include "topologies/complete.hpp"
#include "topologies/complete_bipartite.hpp"
#include "topologies/equidyn.hpp"
#include "topologies/equistatic.hpp"
#include "topologies/erdos_renyi.hpp"
#include "topologies/exponential.hpp"
#include "topologies/graph_file.hpp"
#include "topologies/grid.hpp"
#include "topologies/hypercube.hpp"
#include "topologies/machines.hpp"
#include "topologies/matcha.hpp"
#include "topologies/matching_file.hpp"
#include "topologies/matrix_file.hpp"
#include "topologies/one_peer_exponential.hpp"
#include "topologies/one_peer_hypercube.hpp"
#include "topologies/one_peer_matchings.hpp"
#include "topologies/random_matchings.hpp"
#include "topologies/random_regular.hpp"
#include "topologies/random_regular_rounds.hpp"
#include "topologies/ring.hpp"
#include "topologies/rounds.hpp"
#include "topologies/tree.hpp"
#include "topologies/two_cliques.hpp"
#include "topologies/watts_strogatz.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

struct Nodes {
  NodeId nodes = 0;
};
struct Sides {
  NodeId rows = 0;
  NodeId columns = 0;
};
struct Based {
  NodeId nodes = 0;
  NodeId base = 2;
};
struct SymmetricallyBased {
  NodeId nodes = 0;
  NodeId base = 4;
};
struct Cliques {
  NodeId nodes = 0;
  NodeId bridge = 0;
};
struct Rooted {
  NodeId nodes = 0;
  NodeId children = 2;
};
struct Centered {
  NodeId nodes = 0;
  NodeId center = 0;
};
struct TwoSides {
  NodeId first = 0;
  NodeId second = 0;
};
struct Offsets {
  NodeId nodes = 0;
  std::vector<std::int64_t> offsets;
};
struct Machines {
  NodeId machines = 0;
  NodeId per_machine = 0;
};
struct ListFile {
  std::string path;
};
struct Dimension {
  NodeId dimension = 0;
};
struct Regular {
  NodeId nodes = 0;
  NodeId degree = 0;
};
struct Independent {
  NodeId nodes = 0;
  double probability = 0;
};
struct SmallWorld {
  NodeId nodes = 0;
  NodeId degree = 0;
  double rewiring = 0.1;
};
struct Growing {
  NodeId nodes = 0;
  NodeId attachments = 0;
};
struct MatrixFile {
  std::string path;
  Stochasticity stochasticity = Stochasticity::doubly;
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
struct Sampled {
  double budget = 0.5;
  Activation activation = Activation::optimized;
  std::optional<std::string> matchings;
};

using Signature = Topology(const Weighting&, std::uint64_t, const Topology*);

/// The number of nodes, from `least` on.
template <class S>
Field<S> nodes(NodeId least) {
  return {"nodes", &S::nodes, between(least, max_nodes), "n, the number of nodes", required};
}
template <class S>
Field<S> side(std::string name, NodeId S::*member, NodeId least) {
  return {std::move(name), member, between(least, max_nodes), "nodes along this side", required};
}

Topology topology(std::string kind, Mixing mixing) {
  Facts counted = facts(mixing);
  return {.kind = std::move(kind), .mixing = std::move(mixing), .facts = counted, .file = {}};
}

/// A topology whose `build` makes a graph of its settings, and of the seed if it is random.
template <class S, class Build>
TopologyEntry graph(std::string name, std::string sentence, Build build, std::vector<Field<S>> fields,
                    std::string source = {}) {
  const auto make = [name, build](const S& settings, const Weighting& weighting, std::uint64_t seed, const Topology*) {
    if constexpr (std::invocable<Build, S, std::uint64_t>)
      return topology(name, weigh(build(settings, seed), weighting));
    else
      return topology(name, weigh(build(settings), weighting));
  };
  return entry<Signature, S>(name, std::move(sentence), make, std::move(fields), std::move(source));
}

/// Rounds that are the same for all whatever the rule say so, rather than let it pass unheard.
void check_own_weights(const std::string& kind, const Weighting& weighting) {
  if (weighting.rule != Weighting::Rule::automatic)
    throw TopologyError{fmt::format("{}: its rounds have weights of their own, expected weights \"automatic\"", kind)};
}

/// Rounds that repeat, or are drawn at random; a list or a law.
Topology scheduled(const std::string& kind, const std::vector<Mixing>& rounds, double laziness) {
  const std::vector<Mixing> all = lazy(rounds, laziness);
  Topology result = topology(kind, mean_of(all));
  result.facts.symmetric = std::ranges::all_of(all, &Mixing::is_symmetric);
  result.facts.stochasticity = stochasticity_of(all);
  result.schedule = std::make_shared<const PeriodicSchedule>(all);
  return result;
}
Topology scheduled(const std::string& kind, RandomRounds rounds, double laziness) {
  rounds = lazy(std::move(rounds), laziness);
  Topology result = topology(kind, *rounds.mean);
  result.facts.symmetric = rounds.symmetric;
  result.schedule = std::make_shared<const RandomSchedule>(std::move(rounds));
  return result;
}
/// One W, which says its own weights as rounds do.
Topology scheduled(const std::string& kind, const Mixing& mixing, double laziness) {
  return topology(kind, lazy(mixing, laziness));
}

/// A topology whose `build` makes rounds of its settings, of the seed, and of the graph under "of" if it takes one.
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
  return entry<Signature, S>(name, std::move(sentence), make, std::move(fields), std::move(source));
}

Topology matcha_topology(const Sampled& s, const Weighting& weighting, std::uint64_t seed, const Topology* base) {
  check_own_weights("matcha", weighting);
  const NodeId n = base->mixing.size();
  const Matcha chosen = s.matchings ? matcha(n, matchings_from_file(*s.matchings, base->mixing), s.budget, s.activation)
                                    : matcha(base->mixing, s.budget, s.activation);
  Topology result = scheduled("matcha", matcha_rounds(n, chosen, seed), weighting.laziness);
  for (std::size_t m = 0; m < chosen.matchings.size(); ++m)
    result.matchings.push_back({chosen.probabilities[static_cast<Eigen::Index>(m)], chosen.matchings[m]});
  return result;
}

constexpr std::array<std::string_view, 3> kinds_with_base{"matcha", "one_peer_matchings", "random_matchings"};

constexpr auto sgp =
    "Assran, Loizou, Ballas, Rabbat, Stochastic Gradient Push for Distributed Deep Learning, ICML 2019, "
    "arXiv:1811.10792";
constexpr auto bluefog =
    "Ying, Yuan, Hu, Chen, Yin, BlueFog: Make Decentralized Algorithms Practical for Optimization and Deep Learning, "
    "arXiv:2111.04287";
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

/// The offsets that a block lists; none where it lists none.
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
/// None stands for all.
std::vector<NodeId> offsets_of(const char* kind, const EquiDyn& s, std::uint64_t seed) {
  if (const auto listed = listed_offsets(kind, s)) return *listed;
  if (!s.offsets) return {};
  return equitopo_offsets(kind, s.nodes, *s.offsets, seed);
}

Choices<Stochasticity> stochasticities() {
  return choices<Stochasticity>(
      {{"doubly", Stochasticity::doubly}, {"rows", Stochasticity::rows}, {"columns", Stochasticity::columns}});
}

std::vector<Field<Machines>> machine_fields(NodeId least_per_machine) {
  return {{"machines", &Machines::machines, between(2, max_nodes), "M", required},
          {"per_machine", &Machines::per_machine, between(least_per_machine, max_nodes), "L, nodes of a machine",
           required}};
}

/// Rounds whose graphs are in files.
Topology graph_list(const std::string& path, const Weighting& weighting) {
  std::vector<Mixing> rounds;
  for (const Graph& graph : graphs_from_list(path)) {
    try {
      rounds.push_back(weigh(graph, weighting, Connectivity::any));
    } catch (const TopologyError& error) {
      throw TopologyError{fmt::format("{}: round {}: {}", path, rounds.size(), error.what())};
    }
  }
  return scheduled("graph_list", rounds, 0);
}

/// The file's own W, unless a rule asks for other weights on its graph.
Mixing weigh_file(const MatrixFile& file, const Weighting& weighting) {
  const Mixing mixing = mixing_from_file(file.path, file.stochasticity);
  if (weighting.rule == Weighting::Rule::automatic) return lazy(mixing, weighting.laziness);
  return weigh(graph_of(mixing), weighting);
}

std::vector<TopologyEntry> all_topologies() {
  using Seed = std::uint64_t;
  return {
      graph<Growing>(
          "barabasi_albert", "grown by preferential attachment: a few hubs, power-law degrees",
          [](Growing s, Seed seed) { return barabasi_albert(s.nodes, s.attachments, seed); },
          {nodes<Growing>(2),
           {"attachments", &Growing::attachments, between(1, max_nodes), "edges that a new node brings", required}},
          "Barabási, Albert, Emergence of scaling in random networks, Science 1999"),
      rounds<Regular>(
          "base_k", "rounds of at most so many neighbors each, whose product averages exactly, for every n",
          [](Regular s) { return base_k(s.nodes, s.degree); },
          {nodes<Regular>(1),
           {"degree", &Regular::degree, between(1, max_nodes), "k of the Base-(k + 1) graph: neighbors at most",
            required}},
          "Takezawa, Sato, Bao, Niwa, Yamada, Beyond Exponential Graph: Communication-Efficient Topologies for "
          "Decentralized Learning via Finite-time Convergence, NeurIPS 2023, arXiv:2305.11420"),
      graph<Nodes>("binary_tree", "a complete binary tree, filled level by level",
                   [](Nodes s) { return binary_tree(s.nodes); }, {nodes<Nodes>(1)}),
      rounds<Peers>(
          "bipartite_exponential", "rounds of pairs: odd nodes with those at +1, −1, +3, −3, +5, −5, +9, … modulo n",
          [](Peers s) { return bipartite_exponential(s.nodes, s.peers); },
          {nodes<Peers>(2), {"peers", &Peers::peers, between(1, max_nodes), "P, whom a node meets in a round"}}, sgp),
      graph<Offsets>("circulant", "node i joined to i ± u modulo n for every offset u of a list",
                     [](const Offsets& s) { return circulant_graph(s.nodes, s.offsets); },
                     {nodes<Offsets>(2),
                      {"offsets", &Offsets::offsets, between(1, max_nodes), "u; u and n − u are the same", required}}),
      graph<Nodes>("complete", "every node joined to every other", [](Nodes s) { return complete(s.nodes); },
                   {nodes<Nodes>(1)}),
      graph<TwoSides>("complete_bipartite", "two sides, every node joined to all of the other side",
                      [](TwoSides s) { return complete_bipartite(s.first, s.second); },
                      {{"first", &TwoSides::first, between(1, max_nodes), "nodes of the first side", required},
                       {"second", &TwoSides::second, between(1, max_nodes), "nodes of the other side", required}}),
      rounds<EquiStatic>(
          "d_equistatic", "directed: node i hears i + u for random offsets u; ρ need not grow with n",
          [](const EquiStatic& s, Seed seed) { return d_equistatic(s.nodes, offsets_of("d_equistatic", s, seed)); },
          equistatic_fields(), equitopo),
      graph<Nodes>("directed_ring", "a one-way circle: node i hears i + 1 modulo n",
                   [](Nodes s) { return directed_ring(s.nodes); }, {nodes<Nodes>(2)}),
      graph<Independent>(
          "erdos_renyi", "every pair joined with the same probability, drawn anew until connected",
          [](Independent s, Seed seed) { return erdos_renyi(s.nodes, s.probability, seed); },
          {nodes<Independent>(1),
           {"probability", &Independent::probability, above_up_to(0, 1), "of each edge; above ln n / n", required}},
          "Erdős, Rényi, On random graphs I, Publ. Math. Debrecen 1959"),
      graph<Based>(
          "exponential", "directed: node i hears i + 1, i + b, i + b², … modulo n, b = 2 if not given",
          [](Based s) { return exponential(s.nodes, s.base); },
          {nodes<Based>(2), {"base", &Based::base, between(2, max_nodes), "b, whose powers are the offsets"}},
          "Ying, Yuan, Chen, Hu, Pan, Yin, Exponential Graph is Provably Efficient for Decentralized Deep "
          "Training, NeurIPS 2021, arXiv:2110.13363"),
      entry<Signature, GraphFile>(
          "graph_file", "a graph from an edge list, GraphML or DOT",
          [](const GraphFile& s, const Weighting& weighting, Seed, const Topology*) {
            Topology result = topology("graph_file", weigh(graph_from_file(s.path, s.format), weighting));
            result.file = s;
            return result;
          },
          {{"path", &GraphFile::path, "the file", required},
           {"format", &GraphFile::format,
            choices<GraphFormat>({{"by_name", GraphFormat::by_name},
                                  {"edge_list", GraphFormat::edge_list},
                                  {"directed_edge_list", GraphFormat::directed_edge_list},
                                  {"graphml", GraphFormat::graphml},
                                  {"dot", GraphFormat::dot}}),
            "what the file holds; by_name goes by .graphml, .dot and .gv, else undirected edges"}}),
      entry<Signature, ListFile>(
          "graph_list", "rounds of graphs, each from a file of its own, with the weights of a rule",
          [](const ListFile& s, const Weighting& weighting, Seed, const Topology*) {
            return graph_list(s.path, weighting);
          },
          {{"path", &ListFile::path, "a text of one graph file a line: .graphml, .dot and .gv, else undirected edges",
            required}}),
      graph<Sides>("grid", "rows × columns, joined to the next above, below, left and right",
                   [](Sides s) { return grid(s.rows, s.columns); },
                   {side("rows", &Sides::rows, 1), side("columns", &Sides::columns, 1)}),
      graph<Dimension>("hypercube", "2^dimension nodes, joined where their numbers differ in one bit",
                       [](Dimension s) { return hypercube(s.dimension); },
                       {{"dimension", &Dimension::dimension, between(0, 23), "log2 of the number of nodes", required}}),
      rounds<Machines>(
          "inner_outer_exponential",
          "rounds, directed: one node of a machine speaks to another machine, the others to one another",
          [](Machines s) { return inner_outer_exponential(s.machines, s.per_machine); }, machine_fields(3), bluefog),
      rounds<Machines>(
          "inner_outer_ring",
          "rounds, directed: one node of a machine speaks to the next machine, the others in a ring",
          [](Machines s) { return inner_outer_ring(s.machines, s.per_machine); }, machine_fields(3), bluefog),
      rounds<Machines>(
          "machine_exponential", "rounds, directed: machines average, and hear machine m − 1, then m − 2, m − 4, …",
          [](Machines s) { return machine_exponential(s.machines, s.per_machine); }, machine_fields(1), bluefog),
      entry<Signature, Sampled>(
          "matcha", "random rounds: of the matchings of a graph, \"of\", some are active", matcha_topology,
          {{"budget", &Sampled::budget, above_up_to(0, 1), "share of the matchings that are active on average"},
           {"probabilities", &Sampled::activation,
            choices<Activation>({{"optimized", Activation::optimized}, {"uniform", Activation::uniform}}),
            "of the matchings: the largest λ₂ of the expected Laplacian, or all the budget"},
           {"matchings", &Sampled::matchings,
            "a file of lines \"i j m\", edge i j is in matching m; if not given, the best of several edge colorings"}},
          "Wang, Sahu, Yang, Joshi, Kar, MATCHA: Speeding Up Decentralized SGD via Matching Decomposition Sampling, "
          "arXiv:1905.09435"),
      entry<Signature, MatrixFile>("matrix_file", "a mixing matrix from a NumPy array or a text of weights \"i j w\"",
                                   [](const MatrixFile& s, const Weighting& weighting, Seed, const Topology*) {
                                     return topology("matrix_file", weigh_file(s, weighting));
                                   },
                                   {{"path", &MatrixFile::path, "the file; .npy is a dense array", required},
                                    {"stochastic", &MatrixFile::stochasticity, stochasticities(),
                                     "which sums of W are 1; columns are what push-sum needs"}}),
      rounds<EquiDyn>(
          "od_equidyn", "random rounds, directed: node i hears i + u, u drawn every round",
          [](const EquiDyn& s, Seed seed) {
            return od_equidyn(s.nodes, offsets_of("od_equidyn", s, seed), s.eta, seed);
          },
          equidyn_fields(), equitopo),
      rounds<Peers>(
          "one_peer_exponential", "rounds, directed: node i hears i + 1, then i + 2, i + 4, … modulo n",
          [](Peers s) { return one_peer_exponential(s.nodes, s.peers); },
          {nodes<Peers>(2),
           {"peers", &Peers::peers, between(1, max_nodes), "P, whom a node hears in a round: i + m (P + 1)^e, m ≤ P"}},
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
      graph<Nodes>("path", "a line", [](Nodes s) { return path(s.nodes); }, {nodes<Nodes>(1)}),
      rounds<Matchings>("random_matchings", "random rounds of pairs: neighbors in a graph, \"of\"",
                        [](Matchings, Seed seed, const Topology& base) { return random_matchings(base.mixing, seed); },
                        {}),
      graph<Regular>(
          "random_regular", "a random connected graph in which all degrees are equal",
          [](Regular s, Seed seed) { return random_regular(s.nodes, s.degree, seed); },
          {nodes<Regular>(1),
           {"degree", &Regular::degree, between(0, max_nodes), "r, neighbors of each node", required}},
          "Bollobás, A probabilistic proof of an asymptotic formula for the number of labelled regular "
          "graphs, European Journal of Combinatorics 1980"),
      entry<Signature, Regular>(
          "random_regular_each_round", "random rounds: every time another random graph in which all degrees are equal",
          [](Regular s, const Weighting& weighting, Seed seed, const Topology*) {
            return scheduled("random_regular_each_round",
                             random_regular_each_round(s.nodes, s.degree, weighting.rule, seed), weighting.laziness);
          },
          {nodes<Regular>(1),
           {"degree", &Regular::degree, between(0, max_nodes), "r, neighbors of each node in a round", required}}),
      graph<Nodes>("ring", "a circle", [](Nodes s) { return ring(s.nodes); }, {nodes<Nodes>(3)}),
      entry<Signature, MatrixFile>("schedule_file", "rounds whose mixing matrices are in a NumPy array, T × n × n",
                                   [](const MatrixFile& s, const Weighting& weighting, Seed, const Topology*) {
                                     check_own_weights("schedule_file", weighting);
                                     return scheduled("schedule_file", rounds_from_file(s.path, s.stochasticity),
                                                      weighting.laziness);
                                   },
                                   {{"path", &MatrixFile::path, "the file, an array of float64 or float32", required},
                                    {"stochastic", &MatrixFile::stochasticity, stochasticities(),
                                     "which sums of every W(k) are 1; columns are what push-sum needs"}}),
      graph<Centered>("star", "one node joined to all others", [](Centered s) { return star(s.nodes, s.center); },
                      {nodes<Centered>(2), {"center", &Centered::center, between(0, max_nodes - 1), "the hub"}}),
      graph<SymmetricallyBased>(
          "symmetric_exponential", "node i joined to i ± 1, i ± b, i ± b², … modulo n, up to half the circle",
          [](SymmetricallyBased s) { return symmetric_exponential(s.nodes, s.base); },
          {nodes<SymmetricallyBased>(2),
           {"base", &SymmetricallyBased::base, between(2, max_nodes), "b, whose powers are the offsets"}},
          bluefog),
      graph<Sides>("torus", "rows × columns whose opposite borders meet, once",
                   [](Sides s) { return torus(s.rows, s.columns); },
                   {side("rows", &Sides::rows, 1), side("columns", &Sides::columns, 1)}),
      graph<Rooted>("tree", "a balanced tree, filled level by level",
                    [](Rooted s) { return tree(s.nodes, s.children); },
                    {nodes<Rooted>(1), {"children", &Rooted::children, between(1, max_nodes), "d, of an inner node"}}),
      graph<Cliques>("two_cliques", "two halves, all joined within each; an edge or a path between them",
                     [](Cliques s) { return two_cliques(s.nodes, s.bridge); },
                     {nodes<Cliques>(2), {"bridge", &Cliques::bridge, between(0, max_nodes), "nodes of the path"}}),
      rounds<EquiStatic>(
          "u_equistatic", "nodes i and i + u are joined for random offsets u; ρ need not grow with n",
          [](const EquiStatic& s, Seed seed) { return u_equistatic(s.nodes, offsets_of("u_equistatic", s, seed)); },
          equistatic_fields(), equitopo),
      graph<SmallWorld>(
          "watts_strogatz", "a small world: a ring lattice with randomly rewired edges",
          [](SmallWorld s, Seed seed) { return watts_strogatz(s.nodes, s.degree, s.rewiring, seed); },
          {nodes<SmallWorld>(3),
           {"degree", &SmallWorld::degree, between(2, max_nodes), "neighbors on the ring, an even number", required},
           {"rewiring", &SmallWorld::rewiring, between(0, 1), "β, probability that an edge is rewired"}},
          "Watts, Strogatz, Collective dynamics of 'small-world' networks, Nature 1998"),
  };
}

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

}  // namespace

const std::vector<TopologyEntry>& topologies() {
  static const std::vector<TopologyEntry> all = all_topologies();
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

bool takes_base(const TopologyEntry& entry) {
  return std::ranges::find(kinds_with_base, entry.name) != kinds_with_base.end();
}

Topology make_topology(const TopologyEntry& entry, const Values& own, const Values& common, std::uint64_t seed,
                       const Topology* base) {
  Weighting weighting;
  for (const auto& field : weighting_fields()) field.assign(weighting, common.at(field.setting.name));
  if (takes_base(entry) && !base)
    throw TopologyError{fmt::format("{}: expected a graph to make rounds of, under \"of\"", entry.name)};
  if (takes_base(entry) && base->schedule)
    throw TopologyError{fmt::format("{}: {} has rounds of its own, expected one graph", entry.name, base->kind)};
  return entry.make(own, weighting, seed, base);
}

}  // namespace gossamer
