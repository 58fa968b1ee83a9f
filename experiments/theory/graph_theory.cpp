#include "experiments/theory/graph_theory.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "experiments/trace/trace_header.hpp"
#include "topologies/consensus_factor.hpp"
#include "topologies/effective_neighbors.hpp"
#include "topologies/eigenvalues.hpp"
#include "topologies/spectrum.hpp"

namespace gossamer {
namespace {

constexpr NodeId most_listed = 1000;  // nodes

constexpr auto changing = "W changes from round to round: see consensus_factor";

void leave_out_all(const std::string& reason, Theory& theory) {
  for (const char* key : {"lambda_2", "lambda_n", "rho", "gap", "effective_neighbors", "consensus_factor"})
    theory.leave_out(key, reason);
}

std::string at_decay() { return fmt::format("at the decay {}", SpectrumSettings{}.decay); }

/// All eigenvalues of a symmetric W, descending.
std::vector<double> eigenvalues_of(const Mixing& mixing) {
  std::vector<double> result{1};
  if (mixing.size() == 1) return result;
  const Eigen::VectorXd others = all_eigenvalues(mixing.matrix());
  result.insert(result.end(), others.begin(), others.end());
  std::sort(result.rbegin(), result.rend());
  return result;
}

void add_eigenvalue(const char* key, std::optional<double> value, const Mixing& mixing, Theory& theory) {
  if (value)
    theory.add(key, TheoryConstant{.value = *value, .source = "eigenvalue of W"});
  else
    theory.leave_out(key, mixing.size() == 1 ? "there is one node" : "W is not symmetric");
}

void add_constant_matrix(const Mixing& mixing, Theory& theory) {
  const Spectrum found = spectrum(mixing);
  const bool doubly = mixing.stochasticity() == Stochasticity::doubly;
  add_eigenvalue("lambda_2", found.second_eigenvalue, mixing, theory);
  add_eigenvalue("lambda_n", found.smallest_eigenvalue, mixing, theory);
  theory.add("rho", TheoryConstant{.value = found.rho,
                                   .source = mixing.is_symmetric() ? "the larger of |lambda_2| and |lambda_n|"
                                             : doubly              ? "spectral norm of W - 11'/n"
                                                                   : "second largest magnitude of an eigenvalue of W"});
  theory.add("gap", TheoryConstant{.value = found.spectral_gap, .source = "1 - rho"});
  if (doubly)
    theory.add("effective_neighbors", TheoryConstant{.value = found.effective_neighbors,
                                                     .standard_error = found.effective_neighbors_error,
                                                     .source = at_decay()});
  else
    theory.leave_out("effective_neighbors", "W is not doubly stochastic");
  theory.leave_out("consensus_factor", "W is the same in every round: see rho");
  if (mixing.is_symmetric() && mixing.size() <= most_listed) theory.spectrum = eigenvalues_of(mixing);
}

void add_schedule(const MixingSchedule& schedule, NodeId nodes, Theory& theory) {
  for (const char* key : {"lambda_2", "lambda_n", "rho", "gap"}) theory.leave_out(key, changing);
  const std::optional<EffectiveNeighbors> effective =
      nodes <= dense_limit ? effective_neighbors(schedule, SpectrumSettings{}.decay) : std::nullopt;
  if (effective)
    theory.add("effective_neighbors",
               TheoryConstant{.value = effective->all, .standard_error = effective->error, .source = at_decay()});
  else
    theory.leave_out("effective_neighbors", "the rounds are too large, or not doubly stochastic");
  const auto factor = consensus_factor(schedule);
  if (!factor) return theory.leave_out("consensus_factor", "the rounds are too large, or too many");
  theory.add("consensus_factor",
             TheoryConstant{.value = factor->per_round,
                            .source = factor->expected
                                          ? "of the root of the expected Gamma in a round"
                                          : fmt::format("of the root of Gamma per round, over a period of {} rounds",
                                                        factor->rounds)});
}

}  // namespace

void add_graph(const Topology& topology, Theory& theory) {
  const NodeId nodes = topology.mixing.size();
  if (nodes > most_nodes_with_spectrum)
    return leave_out_all(fmt::format("left out above {} nodes, where it can take minutes", most_nodes_with_spectrum),
                         theory);
  Theory of_graph;  // all or nothing
  try {
    if (topology.schedule)
      add_schedule(*topology.schedule, nodes, of_graph);
    else
      add_constant_matrix(topology.mixing, of_graph);
  } catch (const TopologyError& error) {
    return leave_out_all(error.what(), theory);
  }
  theory.constants.insert(theory.constants.end(), of_graph.constants.begin(), of_graph.constants.end());
  theory.absent.insert(theory.absent.end(), of_graph.absent.begin(), of_graph.absent.end());
  theory.spectrum = of_graph.spectrum;
}

}  // namespace gossamer
