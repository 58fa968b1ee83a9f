#include "experiments/commands/graph_json.hpp"

#include <nlohmann/json.hpp>

#include "experiments/configuration/json.hpp"
#include "experiments/trace/topology_facts.hpp"

namespace gossamer {
namespace {

/// Every edge once, from its smaller node; every arc of a directed graph.
Json edges_of(const Mixing& mixing) {
  Json result = Json::array();
  for (NodeId i = 0; i < mixing.size(); ++i)
    for (const NodeId j : mixing.receivers(i))
      if (mixing.is_directed() || i < j) result.push_back({i, j});
  return result;
}

}  // namespace

std::string graph_json(const Topology& topology, LargeSpectrum large, std::optional<double> decay) {
  const bool complete = topology.facts.nodes <= most_nodes_at_once || large == LargeSpectrum::computed;
  return compact({{"topology", graph_facts(topology)},
                  {"spectrum", complete ? spectrum_facts(topology, decay) : Json::object()},
                  {"edges", edges_of(topology.mixing)}});
}

}  // namespace gossamer
