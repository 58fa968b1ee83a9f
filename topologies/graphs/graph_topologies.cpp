#include "topologies/families.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "topologies/graphs/barabasi_albert.hpp"
#include "topologies/graphs/binary_tree.hpp"
#include "topologies/graphs/circulant_graph.hpp"
#include "topologies/graphs/complete.hpp"
#include "topologies/graphs/complete_bipartite.hpp"
#include "topologies/graphs/erdos_renyi.hpp"
#include "topologies/graphs/exponential.hpp"
#include "topologies/graphs/grid.hpp"
#include "topologies/graphs/hypercube.hpp"
#include "topologies/graphs/random_regular.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/graphs/tree.hpp"
#include "topologies/graphs/two_cliques.hpp"
#include "topologies/graphs/watts_strogatz.hpp"

namespace gossamer {
namespace {

struct Sides {
  NodeId rows = 0;
  NodeId columns = 0;
};
template <NodeId usual>
struct Powers {
  NodeId nodes = 0;
  NodeId base = usual;
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

Field<Sides> side(std::string name, NodeId Sides::*member) {
  return {std::move(name), member, between(1, max_nodes), "nodes along this side", required};
}

}  // namespace

std::vector<TopologyEntry> graph_topologies() {
  using Seed = std::uint64_t;
  return {
      graph<Growing>(
          "barabasi_albert", "grown by preferential attachment: a few hubs, power-law degrees",
          [](Growing s, Seed seed) { return barabasi_albert(s.nodes, s.attachments, seed); },
          {nodes<Growing>(2),
           {"attachments", &Growing::attachments, between(1, max_nodes), "edges that a new node brings", required}},
          "Barabási, Albert, Emergence of scaling in random networks, Science 1999"),
      graph<Nodes>("binary_tree", "a complete binary tree, filled level by level",
                   [](Nodes s) { return binary_tree(s.nodes); }, {nodes<Nodes>(1)}),
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
      graph<Nodes>("directed_ring", "a one-way circle: node i receives from i + 1 modulo n",
                   [](Nodes s) { return directed_ring(s.nodes); }, {nodes<Nodes>(2)}),
      graph<Independent>(
          "erdos_renyi", "every pair joined with the same probability, drawn anew until connected",
          [](Independent s, Seed seed) { return erdos_renyi(s.nodes, s.probability, seed); },
          {nodes<Independent>(1),
           {"probability", &Independent::probability, above_up_to(0, 1), "of each edge; above ln n / n", required}},
          "Erdős, Rényi, On random graphs I, Publ. Math. Debrecen 1959"),
      graph<Powers<2>>(
          "exponential", "directed: node i receives from i + 1, i + b, i + b², … modulo n, b = 2 if not given",
          [](Powers<2> s) { return exponential(s.nodes, s.base); },
          {nodes<Powers<2>>(2), {"base", &Powers<2>::base, between(2, max_nodes), "b, whose powers are the offsets"}},
          "Ying, Yuan, Chen, Hu, Pan, Yin, Exponential Graph is Provably Efficient for Decentralized Deep "
          "Training, NeurIPS 2021, arXiv:2110.13363"),
      graph<Sides>("grid", "rows × columns, joined to the next above, below, left and right",
                   [](Sides s) { return grid(s.rows, s.columns); },
                   {side("rows", &Sides::rows), side("columns", &Sides::columns)}),
      graph<Dimension>("hypercube", "2^dimension nodes, joined where their numbers differ in one bit",
                       [](Dimension s) { return hypercube(s.dimension); },
                       {{"dimension", &Dimension::dimension, between(0, 23), "log2 of the number of nodes", required}}),
      graph<Nodes>("path", "a line", [](Nodes s) { return path(s.nodes); }, {nodes<Nodes>(1)}),
      graph<Regular>(
          "random_regular", "a random connected graph in which all degrees are equal",
          [](Regular s, Seed seed) { return random_regular(s.nodes, s.degree, seed); },
          {nodes<Regular>(1),
           {"degree", &Regular::degree, between(0, max_nodes), "r, neighbors of each node", required}},
          "Bollobás, A probabilistic proof of an asymptotic formula for the number of labelled regular "
          "graphs, European Journal of Combinatorics 1980"),
      graph<Nodes>("ring", "a circle", [](Nodes s) { return ring(s.nodes); }, {nodes<Nodes>(3)}),
      graph<Centered>("star", "one node joined to all others", [](Centered s) { return star(s.nodes, s.center); },
                      {nodes<Centered>(2), {"center", &Centered::center, between(0, max_nodes - 1), "the hub"}}),
      graph<Powers<4>>(
          "symmetric_exponential", "node i joined to i ± 1, i ± b, i ± b², … modulo n, up to half the circle",
          [](Powers<4> s) { return symmetric_exponential(s.nodes, s.base); },
          {nodes<Powers<4>>(2), {"base", &Powers<4>::base, between(2, max_nodes), "b, whose powers are the offsets"}},
          bluefog),
      graph<Sides>("torus", "rows × columns whose opposite borders meet, once",
                   [](Sides s) { return torus(s.rows, s.columns); },
                   {side("rows", &Sides::rows), side("columns", &Sides::columns)}),
      graph<Rooted>("tree", "a balanced tree, filled level by level",
                    [](Rooted s) { return tree(s.nodes, s.children); },
                    {nodes<Rooted>(1), {"children", &Rooted::children, between(1, max_nodes), "d, of an inner node"}}),
      graph<Cliques>("two_cliques", "two halves, all joined within each; an edge or a path between them",
                     [](Cliques s) { return two_cliques(s.nodes, s.bridge); },
                     {nodes<Cliques>(2), {"bridge", &Cliques::bridge, between(0, max_nodes), "nodes of the path"}}),
      graph<SmallWorld>(
          "watts_strogatz", "a small world: a ring lattice with randomly rewired edges",
          [](SmallWorld s, Seed seed) { return watts_strogatz(s.nodes, s.degree, s.rewiring, seed); },
          {nodes<SmallWorld>(3),
           {"degree", &SmallWorld::degree, between(2, max_nodes), "neighbors on the ring, an even number", required},
           {"rewiring", &SmallWorld::rewiring, between(0, 1), "β, probability that an edge is rewired"}},
          "Watts, Strogatz, Collective dynamics of 'small-world' networks, Nature 1998"),
  };
}

}  // namespace gossamer
