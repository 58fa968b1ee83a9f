#include "topologies/graphs/random_regular.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/ground/random.hpp"
#include "topologies/graphs/complete.hpp"

namespace gossamer {
namespace {

/// Every node has `degree` stubs, numbered consecutively. Two paired stubs are an edge.
class Pairing {
 public:
  using Stub = std::int64_t;

  Pairing(NodeId nodes, NodeId degree, Draws& draws) : nodes_{nodes}, degree_{degree}, partners_(stub_count()) {
    std::vector<Stub> shuffled(stub_count());
    for (std::size_t s = 0; s < shuffled.size(); ++s) shuffled[s] = static_cast<Stub>(s);
    for (std::size_t s = shuffled.size(); s > 1; --s) std::swap(shuffled[s - 1], shuffled[draws.below(s)]);
    for (std::size_t s = 0; s < shuffled.size(); s += 2) pair(shuffled[s], shuffled[s + 1]);
  }

  NodeId node(Stub stub) const { return static_cast<NodeId>(stub / degree_); }
  Stub partner(Stub stub) const { return partners_[static_cast<std::size_t>(stub)]; }
  std::size_t stub_count() const { return static_cast<std::size_t>(nodes_) * static_cast<std::size_t>(degree_); }
  Stub random_stub(Draws& draws) const { return static_cast<Stub>(draws.below(stub_count())); }

  /// Node i's partners.
  template <class Visit>
  void for_each_neighbor(NodeId i, Visit visit) const {
    const Stub first = Stub{i} * degree_;
    for (Stub s = first; s < first + degree_; ++s) visit(node(partner(s)));
  }

  /// Whether the stub's edge is a loop or has a parallel.
  bool bad(Stub s) const {
    const NodeId i = node(s), j = node(partner(s));
    return i == j || edges_between(i, j) > 1;
  }

  /// Edges (s, s'), (t, t') → (s, t), (s', t'), if both new ones keep the graph simple.
  bool try_switch(Stub s, Stub t) {
    const Stub s2 = partner(s), t2 = partner(t);
    if (t == s || t == s2) return false;
    const NodeId i = node(s), j = node(t), i2 = node(s2), j2 = node(t2);
    if (i == j || i2 == j2 || edges_between(i, j) > 0 || edges_between(i2, j2) > 0) return false;
    if ((i == i2 && j == j2) || (i == j2 && j == i2)) return false;  // the new edges would be parallel
    pair(s, t);
    pair(s2, t2);
    return true;
  }

 private:
  void pair(Stub s, Stub t) {
    partners_[static_cast<std::size_t>(s)] = t;
    partners_[static_cast<std::size_t>(t)] = s;
  }

  NodeId edges_between(NodeId i, NodeId j) const {
    NodeId count = 0;
    for_each_neighbor(i, [&](NodeId other) { count += other == j; });
    return count;
  }

  NodeId nodes_;
  NodeId degree_;
  std::vector<Stub> partners_;
};

/// Removes loops and parallel edges; every switch reduces their number. Returns false if no switch is found, which may
/// happen if few edges can be switched.
bool make_simple(Pairing& pairing, Draws& draws) {
  constexpr int most_tries = 100'000;
  for (std::size_t at = 0; at < pairing.stub_count(); ++at) {
    const auto stub = static_cast<Pairing::Stub>(at);
    for (int tries = 0; pairing.bad(stub); ++tries) {
      if (tries == most_tries) return false;
      pairing.try_switch(stub, pairing.random_stub(draws));
    }
  }
  return true;
}

/// The component number of each node; components are in the order of their first nodes.
std::vector<NodeId> components(const Pairing& pairing, NodeId nodes) {
  std::vector<NodeId> component(static_cast<std::size_t>(nodes), -1);
  std::vector<NodeId> open;
  NodeId count = 0;
  for (NodeId first = 0; first < nodes; ++first) {
    if (component[static_cast<std::size_t>(first)] >= 0) continue;
    open.assign(1, first);
    component[static_cast<std::size_t>(first)] = count;
    while (!open.empty()) {
      const NodeId i = open.back();
      open.pop_back();
      pairing.for_each_neighbor(i, [&](NodeId j) {
        if (component[static_cast<std::size_t>(j)] >= 0) return;
        component[static_cast<std::size_t>(j)] = count;
        open.push_back(j);
      });
    }
    ++count;
  }
  return component;
}

/// Switches the ends of an edge of every later component and a random edge of an earlier one, until one component is
/// left. The new edges are never parallel, and the switch joins the components unless both edges were bridges.
bool make_connected(Pairing& pairing, NodeId nodes, NodeId degree, Draws& draws) {
  constexpr int most_rounds = 100;
  for (int round = 0; round < most_rounds; ++round) {
    const std::vector<NodeId> component = components(pairing, nodes);
    NodeId joined = 0;
    for (NodeId i = 0; i < nodes; ++i) {
      if (component[static_cast<std::size_t>(i)] != joined + 1) continue;
      ++joined;
      const auto own =
          Pairing::Stub{i} * degree + static_cast<Pairing::Stub>(draws.below(static_cast<std::uint64_t>(degree)));
      Pairing::Stub other = pairing.random_stub(draws);
      while (component[static_cast<std::size_t>(pairing.node(other))] >= joined) other = pairing.random_stub(draws);
      pairing.try_switch(own, other);
    }
    if (joined == 0) return true;
  }
  return false;
}

Graph graph_of(const Pairing& pairing, NodeId nodes) {
  Graph graph = empty_graph(nodes);
  for (NodeId i = 0; i < nodes; ++i)
    pairing.for_each_neighbor(i, [&](NodeId j) {
      if (i < j) add_edge(i, j, graph);
    });
  return graph;
}

Graph complement_of(const Pairing& pairing, NodeId nodes) {
  Graph graph = empty_graph(nodes);
  std::vector<NodeId> seen(static_cast<std::size_t>(nodes), -1);
  for (NodeId i = 0; i < nodes; ++i) {
    pairing.for_each_neighbor(i, [&](NodeId j) { seen[static_cast<std::size_t>(j)] = i; });
    for (NodeId j = i + 1; j < nodes; ++j)
      if (seen[static_cast<std::size_t>(j)] != i) add_edge(i, j, graph);
  }
  return graph;
}

void check(NodeId nodes, NodeId degree) {
  check_size("random_regular", nodes, 1, static_cast<double>(nodes) * degree);
  const auto refuse = [&](const char* why) {
    throw TopologyError{
        fmt::format("random_regular: no connected graph has {} nodes of degree {}: {}", nodes, degree, why)};
  };
  if (degree < 0) refuse("a degree is not negative");
  if (degree >= nodes) refuse("a degree is below the number of nodes");
  if (nodes % 2 != 0 && degree % 2 != 0) refuse("nodes times degree must be even");
  if (degree < 2 && nodes > degree + 1) refuse("more than two nodes need a degree of at least 2");
}

}  // namespace

Graph random_regular(NodeId nodes, NodeId degree, std::uint64_t seed) {
  check(nodes, degree);
  const bool sparse = degree <= (nodes - 1) / 2;
  const NodeId drawn_degree = sparse ? degree : nodes - 1 - degree;
  if (drawn_degree == 0) return complete(nodes);
  constexpr std::uint64_t most_draws = 100;
  for (std::uint64_t attempt = 0; attempt < most_draws; ++attempt) {
    Draws draws{seed, Purpose::topology, 0, attempt};
    Pairing pairing{nodes, drawn_degree, draws};
    if (!make_simple(pairing, draws)) continue;
    // A graph of degree above (n − 1)/2 is connected, since any two nodes are joined or have a common neighbor.
    if (!sparse) return complement_of(pairing, nodes);
    if (make_connected(pairing, nodes, degree, draws)) return graph_of(pairing, nodes);
  }
  throw TopologyError{fmt::format("random_regular: none of {} draws of {} nodes of degree {} was simple and connected",
                                  most_draws, nodes, degree)};
}

}  // namespace gossamer
