#include "experiments/trace/topology_facts.hpp"

#include <vector>

#include <nlohmann/json.hpp>

#include "topologies/consensus_factor.hpp"
#include "topologies/spectrum.hpp"

namespace gossamer {
namespace {

Json facts_of_matrix(const Mixing& mixing, std::optional<double> decay) {
  SpectrumSettings settings;
  if (decay) settings.decay = *decay;
  const Spectrum eigenvalues = spectrum(mixing, settings);
  Json result{{"rho", eigenvalues.rho}, {"spectral_gap", eigenvalues.spectral_gap}};
  const auto add = [&result](const char* key, std::optional<double> value) {
    if (value) result[key] = *value;
  };
  add("second_eigenvalue", eigenvalues.second_eigenvalue);
  add("smallest_eigenvalue", eigenvalues.smallest_eigenvalue);
  add("laplacian_second", eigenvalues.laplacian_second);
  add("laplacian_largest", eigenvalues.laplacian_largest);
  if (mixing.stochasticity() == Stochasticity::doubly) result["effective_neighbors"] = eigenvalues.effective_neighbors;
  return result;
}

/// The probability and the edges of each matching. The edges of a large graph are left out to keep the header readable.
Json facts_of_matchings(const std::vector<ActiveMatching>& matchings) {
  constexpr std::size_t most_edges = 256;
  std::size_t edges = 0;
  for (const ActiveMatching& matching : matchings) edges += matching.edges.size();
  Json result = Json::array();
  for (const ActiveMatching& matching : matchings) {
    Json entry{{"probability", matching.probability}};
    if (edges <= most_edges) entry["edges"] = matching.edges;
    result.push_back(std::move(entry));
  }
  return result;
}

}  // namespace

Json graph_facts(const Topology& topology) {
  const GraphFacts& facts = topology.facts;
  Json result{{"kind", topology.kind},
              {"nodes", facts.nodes},
              {"edges", facts.edges},
              {"degree_min", facts.degree_min},
              {"degree_mean", facts.degree_mean},
              {"degree_max", facts.degree_max}};
  if (facts.diameter) result["diameter"] = *facts.diameter;
  result["bipartite"] = facts.bipartite;
  result["directed"] = facts.directed;
  if (facts.stochasticity != Stochasticity::doubly) result["stochasticity"] = name(facts.stochasticity);
  if (topology.schedule && topology.schedule->period()) result["period"] = *topology.schedule->period();
  if (!topology.matchings.empty()) result["matchings"] = facts_of_matchings(topology.matchings);
  return result;
}

Json spectrum_facts(const Topology& topology, std::optional<double> decay) {
  if (!topology.schedule) return facts_of_matrix(topology.mixing, decay);
  // The mean of W has a spectrum, too, but it does not determine the rate of consensus.
  const auto found = consensus_factor(*topology.schedule);
  if (!found) return Json::object();
  return {{"consensus_factor", found->factor}, {"consensus_factor_per_round", found->per_round}};
}

}  // namespace gossamer
