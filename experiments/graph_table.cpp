#include "experiments/graph_table.hpp"

#include <string_view>

#include <fmt/format.h>

#include "topologies/spectrum.hpp"

namespace gossamer {
namespace {

void add(std::string& table, std::string_view name, std::string_view value) {
  table += fmt::format("  {:<28}{}\n", name, value);
}

std::string yes_or_no(bool truth) { return truth ? "yes" : "no"; }

/// Twelve digits: more than a Lanczos solver would vouch for.
std::string number(double value) { return fmt::format("{:.12g}", value); }

std::string degrees(const Facts& facts) {
  if (facts.degree_min == facts.degree_max) return fmt::format("{}", facts.degree_min);
  return fmt::format("{} to {}, mean {:.6g}", facts.degree_min, facts.degree_max, facts.degree_mean);
}

/// Some seconds of Lanczos steps on two cores.
constexpr NodeId most_nodes_at_once = 50'000;

std::string counts(const Topology& topology) {
  const Facts& facts = topology.facts;
  std::string table;
  add(table, "topology", topology.kind);
  add(table, "nodes", fmt::format("{}", facts.nodes));
  add(table, facts.directed ? "arcs" : "edges", fmt::format("{}", facts.edges));
  add(table, facts.directed ? "in-degree" : "degree", degrees(facts));
  add(table, "diameter", facts.diameter ? fmt::format("{}", *facts.diameter) : "not computed: too large a graph");
  add(table, "connected", yes_or_no(facts.connected));
  add(table, "bipartite", yes_or_no(facts.bipartite));
  add(table, "W symmetric", yes_or_no(topology.mixing.is_symmetric()));
  return table;
}

std::string spectrum_lines(const Mixing& mixing) {
  const SpectrumSettings settings;
  const Spectrum spectrum = gossamer::spectrum(mixing, settings);
  std::string table;
  add(table, "rho", number(spectrum.rho));
  add(table, "spectral gap 1 - rho", number(spectrum.spectral_gap));
  if (spectrum.laplacian_second) add(table, "lambda_2 of the Laplacian", number(*spectrum.laplacian_second));
  const std::string error =
      spectrum.effective_neighbors_error > 0 ? fmt::format(" +- {:.2g}", spectrum.effective_neighbors_error) : "";
  add(table, "effective neighbors",
      fmt::format("{:.6g}{} (at decay {})", spectrum.effective_neighbors, error, settings.decay));
  return table;
}

}  // namespace

std::string graph_table(const Topology& topology, LargeSpectrum large) {
  std::string table = counts(topology);
  if (topology.facts.nodes <= most_nodes_at_once || large == LargeSpectrum::computed)
    return table + spectrum_lines(topology.mixing);
  add(table, "spectrum",
      fmt::format("left out above {} nodes, where it can take minutes; `gossamer topology --spectrum` computes it",
                  most_nodes_at_once));
  return table;
}

}  // namespace gossamer
