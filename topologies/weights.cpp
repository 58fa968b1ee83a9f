#include "topologies/weights.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "topologies/assemble.hpp"
#include "topologies/eigenvalues.hpp"

namespace gossamer {
namespace {

NodeId degree(NodeId i, const Graph& graph) {
  return static_cast<NodeId>(boost::out_degree(static_cast<std::size_t>(i), graph.arcs));
}

NodeId max_degree(const Graph& graph) {
  NodeId highest = 0;
  for (NodeId i = 0; i < size(graph); ++i) highest = std::max(highest, degree(i, graph));
  return highest;
}

/// Row i contains the senders of node i, so it needs the arcs into i.
template <class Weight, class Self>
SparseMatrix matrix_of(const Graph& incoming, const Weight& weight, const Self& self) {
  return assemble(
      size(incoming), [&](NodeId i) { return receivers(i, incoming); }, weight, self);
}

void check_undirected(const Graph& graph, const char* rule) {
  if (graph.directed)
    throw TopologyError{
        fmt::format("{}: the graph is directed, expected an undirected one (or weights \"uniform\")", rule)};
}

/// w_ij = 1/(own + max(d_i, d_j)), where `own` is 1 if the node counts itself, else 0. w_ii is computed as a sum of
/// nonnegative terms: so it is exact on regular graphs and never rounds below 0.
Mixing metropolis(const Graph& graph, NodeId own, const char* rule, Connectivity connectivity) {
  check_undirected(graph, rule);
  const auto share = [&](NodeId i) { return 1.0 / (own + degree(i, graph)); };
  const auto weight = [&](NodeId i, NodeId j) { return std::min(share(i), share(j)); };
  const auto self = [&](NodeId i) {
    if (degree(i, graph) == 0) return 1.0;
    double kept = own * share(i);
    for (const auto j : receivers(i, graph)) kept += share(i) - weight(i, static_cast<NodeId>(j));
    return kept;
  };
  return Mixing{matrix_of(graph, weight, self), {.connectivity = connectivity}};
}

void check_regular(const Graph& graph, const char* what) {
  for (NodeId i = 1; i < size(graph); ++i)
    if (degree(i, graph) != degree(0, graph))
      throw TopologyError{fmt::format("uniform: node 0 {} {} others and node {} {} {}, expected equal degrees", what,
                                      degree(0, graph), i, what, degree(i, graph))};
}

/// I − c Lap
SparseMatrix constant_weight(const Graph& graph, double c) {
  return matrix_of(
      graph, [c](NodeId, NodeId) { return c; }, [&](NodeId i) { return 1 - c * degree(i, graph); });
}

Mixing uniform(const Graph& graph, Connectivity connectivity) {
  const Graph incoming = reversed(graph);
  check_regular(graph, "speaks to");
  check_regular(incoming, "hears");
  const double share = 1.0 / (1 + degree(0, graph));
  return Mixing{matrix_of(
                    incoming, [share](NodeId, NodeId) { return share; }, [share](NodeId) { return share; }),
                {.connectivity = connectivity}};
}

Mixing max_degree_shares(const Graph& graph, Connectivity connectivity) {
  check_undirected(graph, "max_degree");
  const NodeId shares = max_degree(graph) + 1;
  const double share = 1.0 / shares;
  return Mixing{matrix_of(
                    graph, [share](NodeId, NodeId) { return share; },
                    [&](NodeId i) { return share * (shares - degree(i, graph)); }),
                {.connectivity = connectivity}};
}

Mixing best_constant(const Graph& graph) {
  check_undirected(graph, "best_constant");
  if (size(graph) == 1) return Mixing{constant_weight(graph, 0)};
  const SparseMatrix laplacian = matrix_of(
      graph, [](NodeId, NodeId) { return -1.0; }, [&](NodeId i) { return static_cast<double>(degree(i, graph)); });
  const auto [smallest, largest] = extreme_eigenvalues(laplacian);
  if (!(largest > 0)) throw TopologyError{"best_constant: the graph has no edge, expected a connected one"};
  return Mixing{constant_weight(graph, 2 / (smallest + largest)), {.diagonal = Diagonal::any_sign}};
}

Mixing in_uniform(const Graph& graph, Connectivity connectivity) {
  const Graph incoming = reversed(graph);
  const auto share = [&](NodeId i) { return 1.0 / (1 + degree(i, incoming)); };
  return Mixing{matrix_of(
                    incoming, [&](NodeId i, NodeId) { return share(i); }, share),
                {.stochasticity = Stochasticity::rows, .connectivity = connectivity}};
}

Mixing out_uniform(const Graph& graph, Connectivity connectivity) {
  const auto share = [&](NodeId j) { return 1.0 / (1 + degree(j, graph)); };
  return Mixing{matrix_of(
                    reversed(graph), [&](NodeId, NodeId j) { return share(j); }, share),
                {.stochasticity = Stochasticity::columns, .connectivity = connectivity}};
}

Mixing ruled(const Graph& graph, Weighting::Rule rule, Connectivity connectivity) {
  switch (rule) {
    case Weighting::Rule::automatic:
      return graph.directed ? uniform(graph, connectivity) : metropolis(graph, 1, "metropolis_hastings", connectivity);
    case Weighting::Rule::metropolis_hastings:
      return metropolis(graph, 1, "metropolis_hastings", connectivity);
    case Weighting::Rule::metropolis_hastings_without_self:
      return metropolis(graph, 0, "metropolis_hastings_without_self", connectivity);
    case Weighting::Rule::uniform:
      return uniform(graph, connectivity);
    case Weighting::Rule::in_uniform:
      return in_uniform(graph, connectivity);
    case Weighting::Rule::out_uniform:
      return out_uniform(graph, connectivity);
    case Weighting::Rule::max_degree:
      return max_degree_shares(graph, connectivity);
    case Weighting::Rule::best_constant:
      return best_constant(graph);
  }
  throw TopologyError{"weights: a rule without a name"};
}

}  // namespace

Mixing metropolis_hastings(const Graph& graph) {
  return ruled(graph, Weighting::Rule::metropolis_hastings, Connectivity::connected);
}

Mixing metropolis_hastings_without_self(const Graph& graph) {
  return ruled(graph, Weighting::Rule::metropolis_hastings_without_self, Connectivity::connected);
}

Mixing uniform_weights(const Graph& graph) { return uniform(graph, Connectivity::connected); }

Mixing in_uniform_weights(const Graph& graph) { return in_uniform(graph, Connectivity::connected); }

Mixing out_uniform_weights(const Graph& graph) { return out_uniform(graph, Connectivity::connected); }

Mixing max_degree_weights(const Graph& graph) { return max_degree_shares(graph, Connectivity::connected); }

Mixing best_constant_weights(const Graph& graph) { return best_constant(graph); }

Mixing lazy(const Mixing& mixing, double laziness, Connectivity connectivity) {
  if (!(laziness >= 0 && laziness < 1))
    throw TopologyError{fmt::format("laziness: {} is out of range, expected at least 0 and below 1", laziness)};
  if (laziness == 0) return mixing;
  SparseMatrix identity(mixing.size(), mixing.size());
  identity.setIdentity();
  return Mixing{
      laziness * identity + (1 - laziness) * mixing.matrix(),
      {.diagonal = Diagonal::any_sign, .stochasticity = mixing.stochasticity(), .connectivity = connectivity}};
}

Graph graph_of(const Mixing& mixing) {
  Graph graph = mixing.is_directed() ? empty_directed_graph(mixing.size()) : empty_graph(mixing.size());
  for (NodeId i = 0; i < mixing.size(); ++i)
    for (const NodeId j : mixing.neighbors(i))
      if (graph.directed || j < i) add_edge(j, i, graph);
  return graph;
}

Mixing weigh(const Graph& graph, const Weighting& weighting, Connectivity connectivity) {
  return lazy(ruled(graph, weighting.rule, connectivity), weighting.laziness, connectivity);
}

}  // namespace gossamer
