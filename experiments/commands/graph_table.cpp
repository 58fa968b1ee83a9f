#include "experiments/commands/graph_table.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "topologies/consensus_factor.hpp"
#include "topologies/effective_neighbors.hpp"
#include "topologies/spectrum.hpp"

namespace gossamer {
namespace {

void add(std::string& table, std::string_view name, std::string_view value) {
  table += fmt::format("  {:<28}{}\n", name, value);
}

std::string yes_or_no(bool truth) { return truth ? "yes" : "no"; }

/// Twelve digits: more than a Lanczos solver guarantees.
std::string number(double value) { return fmt::format("{:.12g}", value); }

std::string degrees(const GraphFacts& facts) {
  if (facts.degree_min == facts.degree_max) return fmt::format("{}", facts.degree_min);
  return fmt::format("{} to {}, mean {:.6g}", facts.degree_min, facts.degree_max, facts.degree_mean);
}

std::string rounds(const MixingSchedule& schedule) {
  if (const auto period = schedule.period())
    return fmt::format("a period of {}; the above is of all together", *period);
  return "random; the above is of all that can be";
}

/// As many edges as fit on a line, or two.
constexpr std::size_t most_edges_at_once = 24;

std::string matching(const ActiveMatching& matching) {
  std::string result = fmt::format("active with probability {:.6g}:", matching.probability);
  for (const auto& [i, j] : std::span{matching.edges}.first(std::min(matching.edges.size(), most_edges_at_once)))
    result += fmt::format(" {}-{}", i, j);
  if (matching.edges.size() > most_edges_at_once)
    result += fmt::format(" and {} more", matching.edges.size() - most_edges_at_once);
  return result;
}

std::string counts(const Topology& topology) {
  const GraphFacts& facts = topology.facts;
  std::string table;
  add(table, "topology", topology.kind);
  for (const std::string& note : topology.notes) add(table, "note", note);
  add(table, "nodes", fmt::format("{}", facts.nodes));
  add(table, facts.directed ? "arcs" : "edges", fmt::format("{}", facts.edges));
  add(table, facts.directed ? "in-degree" : "degree", degrees(facts));
  add(table, "diameter", facts.diameter ? fmt::format("{}", *facts.diameter) : "not computed: too large a graph");
  add(table, "connected", yes_or_no(facts.connected));
  add(table, "bipartite", yes_or_no(facts.bipartite));
  add(table, "W symmetric", yes_or_no(facts.symmetric));
  if (const Stochasticity sums = facts.stochasticity; sums != Stochasticity::doubly) add(table, "W", name(sums));
  if (topology.schedule) add(table, "rounds", rounds(*topology.schedule));
  for (std::size_t m = 0; m < topology.matchings.size(); ++m)
    add(table, fmt::format("matching {}", m), matching(topology.matchings[m]));
  return table;
}

/// The consensus factor, which replaces ρ if W changes from round to round. The mean of W has a spectrum, too, but it
/// does not determine the rate of consensus.
std::string consensus_lines(const MixingSchedule& schedule) {
  std::string table;
  const auto found = consensus_factor(schedule);
  if (!found) return table;
  const std::string factor = number(found->factor);
  if (found->expected)
    add(table, "consensus factor", factor + " in a round, the root of the share of Gamma that is expected to be left");
  else if (found->factor > 0)
    add(table, "consensus factor", fmt::format("{} of a period, {} per round", factor, number(found->per_round)));
  else
    add(table, "consensus factor", "0 of a period, which averages exactly");
  return table;
}

std::string spread_of(const Eigen::VectorXd& nodes) {
  return fmt::format("{:.6g} to {:.6g}, mean {:.6g}", nodes.minCoeff(), nodes.maxCoeff(), nodes.mean());
}

std::string effective_lines(double value, double error, double decay) {
  std::string table;
  add(table, "effective neighbors",
      fmt::format("{:.6g}{} (at decay {})", value, error > 0 ? fmt::format(" +- {:.2g}", error) : "", decay));
  return table;
}

/// Effective neighbors: exact if that is quick, or if a decay is given.
std::string effective_lines(const Topology& topology, std::optional<double> decay) {
  constexpr NodeId most_quick_nodes = 600;
  const MixingSchedule* const schedule = topology.schedule.get();
  const bool quick = topology.facts.nodes <= most_quick_nodes && (!schedule || schedule->period());
  if (!quick && !decay) return "";
  const double gamma = decay.value_or(SpectrumSettings{}.decay);
  const auto found = schedule ? effective_neighbors(*schedule, gamma) : effective_neighbors(topology.mixing, gamma);
  if (!found) return "";
  std::string table = effective_lines(found->all, found->error, gamma);
  if (found->nodes.size() > 0) add(table, "  of a node", spread_of(found->nodes));
  return table;
}

std::string spectrum_lines(const Topology& topology, std::optional<double> decay) {
  SpectrumSettings settings;
  if (decay) settings.decay = *decay;
  const Spectrum spectrum = gossamer::spectrum(topology.mixing, settings);
  std::string table;
  add(table, "rho", number(spectrum.rho));
  add(table, "spectral gap 1 - rho", number(spectrum.spectral_gap));
  if (spectrum.laplacian_second) add(table, "lambda_2 of the Laplacian", number(*spectrum.laplacian_second));
  if (topology.mixing.stochasticity() != Stochasticity::doubly) return table;
  const std::string exact = effective_lines(topology, decay);
  return table + (exact.empty() ? effective_lines(spectrum.effective_neighbors, spectrum.effective_neighbors_error,
                                                  settings.decay)
                                : exact);
}

}  // namespace

std::string graph_table(const Topology& topology, LargeSpectrum large, std::optional<double> decay) {
  std::string table = counts(topology);
  if (topology.facts.nodes <= most_nodes_at_once || large == LargeSpectrum::computed)
    return table + (topology.schedule ? consensus_lines(*topology.schedule) + effective_lines(topology, decay)
                                      : spectrum_lines(topology, decay));
  add(table, "spectrum",
      fmt::format("left out above {} nodes, where it can take minutes; `gossamer topology --spectrum` computes it",
                  most_nodes_at_once));
  return table;
}

}  // namespace gossamer
