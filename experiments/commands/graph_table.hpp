#pragma once
#include <optional>
#include <string>

#include "topologies/topology.hpp"

namespace gossamer {

/// Whether a table holds the spectrum of a graph of more than `most_nodes_at_once`, which can take minutes.
enum class LargeSpectrum { left_out, computed };

/// Some seconds of Lanczos steps on two cores.
inline constexpr NodeId most_nodes_at_once = 50'000;

/// The facts of a graph and its mixing matrix, one in each line: counts, distances, spectrum, effective neighbors.
/// If the spectrum is left out, a line says so. With a decay γ effective neighbors are those at γ, exact and per node
/// up to 4,000 nodes. Without, they are those at 0.95, exact up to 600 nodes, and left out if rounds are random. Throws
/// TopologyError if the spectrum cannot be computed, or if γ is out of range.
std::string graph_table(const Topology& topology, LargeSpectrum large = LargeSpectrum::left_out,
                        std::optional<double> decay = {});

}  // namespace gossamer
