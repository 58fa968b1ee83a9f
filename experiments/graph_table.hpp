#pragma once
#include <string>

#include "topologies/topology.hpp"

namespace gossamer {

/// Whether a table holds the spectrum of a graph of more than 50,000 nodes, which can take minutes.
enum class LargeSpectrum { left_out, computed };

/// What there is to say of a graph and its mixing matrix, a line each: counts, distances, spectrum. Where the spectrum
/// is left out, a line says so.
/// Throws TopologyError where the spectrum cannot be computed.
std::string graph_table(const Topology& topology, LargeSpectrum large = LargeSpectrum::left_out);

}  // namespace gossamer
