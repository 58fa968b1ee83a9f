#include "experiments/configuration/suitability.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/setting_text.hpp"
#include "topologies/eigenvalues.hpp"

namespace gossamer {
namespace {

constexpr double tolerance = 1e-9;               // of eigenvalues
constexpr NodeId most_for_eigenvalues = 20'000;  // above, finding them takes longer than some runs

/// Doubly stochastic matrices are both others, too.
bool has(const GraphFacts& facts, Stochasticity needed) {
  return facts.stochasticity == Stochasticity::doubly || facts.stochasticity == needed;
}

/// Two neighbors that are both of even or both of odd number, if there are any.
std::optional<std::pair<NodeId, NodeId>> neighbors_of_equal_parity(const Mixing& mixing) {
  for (NodeId i = 0; i < mixing.size(); ++i)
    for (const NodeId j : mixing.neighbors(i))
      if ((j - i) % 2 == 0) return std::pair{i, j};
  return std::nullopt;
}

/// λ_n of a symmetric W, or a lower bound of it that is not below −1/3; empty if it is not found in a short time.
std::optional<double> smallest_eigenvalue(const Mixing& mixing) {
  double bound = 1;  // Gershgorin's: λ ≥ w_ii − Σ_{j≠i} w_ij = 2 w_ii − 1
  for (NodeId i = 0; i < mixing.size(); ++i) bound = std::min(bound, 2 * mixing.weight(i, i) - 1);
  if (bound >= -1.0 / 3 || mixing.size() == 1) return bound;
  if (mixing.size() > most_for_eigenvalues) return std::nullopt;
  try {
    return extreme_eigenvalues(mixing.matrix()).smallest;
  } catch (const TopologyError&) {  // it does not converge
    return std::nullopt;
  }
}

/// A need that an experiment does not meet: the fact in its place, and a remedy.
struct Mismatch {
  std::string found;
  std::string expected;
};

std::optional<Mismatch> mismatch_of_sums(Stochasticity needed, const Topology& on) {
  if (has(on.facts, needed)) return std::nullopt;
  return Mismatch{fmt::format("that of {} is {}", on.kind, name(on.facts.stochasticity)),
                  "other \"weights\" of the topology, or another algorithm"};
}

std::optional<Mismatch> mismatch_of(Need::What need, const Topology& on) {
  using enum Need::What;
  const std::string other = ", or another algorithm";
  const bool changes = on.schedule != nullptr;
  switch (need) {
    case fixed:
      if (changes) return Mismatch{fmt::format("{} changes", on.kind), "a topology that stays" + other};
      break;
    case undirected:
      if (on.mixing.is_directed() || (changes && !on.facts.symmetric))
        return Mismatch{fmt::format("{} is directed", on.kind), "an undirected topology" + other};
      break;
    case symmetric:
      if (!on.facts.symmetric)
        return Mismatch{fmt::format("that of {} is not", on.kind),
                        "an undirected topology with weights such as metropolis_hastings" + other};
      break;
    case odd_even:
      if (const auto edge = neighbors_of_equal_parity(on.mixing))
        return Mismatch{fmt::format("this {} joins {} and {}", on.kind, edge->first, edge->second),
                        "a topology such as path, or a ring or torus of even sides" + other};
      break;
    case tree:
      if (changes) return Mismatch{fmt::format("{} changes", on.kind), "a topology such as path, star or binary_tree"};
      if (on.facts.directed || on.facts.edges != on.facts.nodes - 1)
        return Mismatch{fmt::format("this {} of {} nodes has {} edges", on.kind, on.facts.nodes, on.facts.edges),
                        "a topology such as path, star or binary_tree"};
      break;
    case aperiodic:
      if (const NodeId k = changes ? 1 : period(on.mixing); k > 1)
        return Mismatch{fmt::format("those of {} have the period {}, as no node gives itself weight", on.kind, k),
                        "a topology with \"laziness\": 0.5, or other \"weights\""};
      break;
    case from_minus_a_third:
      if (const auto smallest = smallest_eigenvalue(on.mixing); smallest && *smallest < -1.0 / 3 - tolerance)
        return Mismatch{fmt::format("the smallest of {} is {:.4g}", on.kind, *smallest),
                        "a topology with \"laziness\": 0.5" + other};
      break;
    case doubly_stochastic:
      return mismatch_of_sums(Stochasticity::doubly, on);
    case column_stochastic:
      return mismatch_of_sums(Stochasticity::columns, on);
  }
  return std::nullopt;
}

/// A worker and a server that are not joined, if there are any.
std::optional<std::pair<NodeId, NodeId>> worker_without_server(const Mixing& mixing, NodeId workers) {
  for (NodeId server = workers; server < mixing.size(); ++server) {
    const auto joined = mixing.neighbors(server);
    for (NodeId i = 0; i < workers; ++i)
      if (!std::binary_search(joined.begin(), joined.end(), i)) return std::pair{i, server};
  }
  return std::nullopt;
}

void check_servers(const AlgorithmEntry& entry, const Place& kind, const Topology& topology) {
  if (entry.servers == 0) return;
  const std::string expected = fmt::format(
      "\"topology\": {{\"kind\": \"star\", \"nodes\": n + 1, \"center\": n}} for n workers, or another one in which "
      "the "
      "last node is joined to all others");
  const NodeId nodes = topology.facts.nodes;
  if (nodes <= entry.servers)
    refuse(kind, fmt::format("{} needs a server and a worker, and there are {} nodes", entry.name, nodes), expected);
  if (topology.mixing.is_directed() || topology.schedule)
    refuse(kind, fmt::format("{} needs messages both ways at any time between its server and every worker", entry.name),
           expected);
  if (const auto pair = worker_without_server(topology.mixing, nodes - entry.servers))
    refuse(kind,
           fmt::format("the last node is the server of {}, and this {} does not join nodes {} and {}", entry.name,
                       topology.kind, pair->first, pair->second),
           expected);
}

}  // namespace

void check_problem(const Choice<AlgorithmEntry>& algorithm, const AnyProblem* problem) {
  const AlgorithmEntry& entry = *algorithm.entry;
  const Place kind = algorithm.place.at("kind");
  if (!problem && (entry.decides_by_values || entry.needs_optimum))
    refuse(kind, fmt::format("{} decides by the values of models, and this experiment computes none", entry.name),
           "a \"model\" and \"numerics\": \"float32\" or \"float64\", or another algorithm");
  if (problem && entry.needs_hessians && !problem->has_newton_directions())
    refuse(kind, fmt::format("{} needs Hessians, which this model does not offer", entry.name),
           "a model such as logistic_regression, linear_regression or quadratic, or another algorithm");
  if (problem && entry.needs_optimum && problem->known_minimum().empty())
    refuse(kind, fmt::format("{} knows the minimum x*, and that of this problem is not known", entry.name),
           "a model such as quadratic, or linear_regression with a unique solution, or another algorithm");
}

void check_suitability(const Choice<AlgorithmEntry>& algorithm, const Topology& topology) {
  const AlgorithmEntry& entry = *algorithm.entry;
  const Place kind = algorithm.place.at("kind");
  check_servers(entry, kind, topology);
  if (entry.sums)
    if (const auto mismatch = mismatch_of_sums(*entry.sums, topology))
      refuse(kind, fmt::format("{} needs a {} W, and {}", entry.name, name(*entry.sums), mismatch->found),
             mismatch->expected);
  for (const auto& [what, where] : entry.needs) {
    if (where && !where->holds(algorithm.values)) continue;
    if (const auto mismatch = mismatch_of(what, topology))
      refuse(where ? algorithm.place.at(where->setting) : kind,
             fmt::format("{} needs {}{}, and {}", entry.name, name(what),
                         where ? " if " + text(*where, entry.settings) : "", mismatch->found),
             mismatch->expected);
  }
  if (!entry.without_matchings.empty() && !topology.draws_matchings)
    refuse(kind,
           fmt::format("{} is meant for the topology \"matcha\", and this one is \"{}\"", entry.name, topology.kind),
           fmt::format("\"topology\": {{\"kind\": \"matcha\", …}}, or {}", entry.without_matchings));
}

}  // namespace gossamer
