#pragma once
#include <iosfwd>

#include "topologies/mixing.hpp"

/// The graph of a mixing matrix, for other programs. Nodes are named 0 … n − 1. Edges have w_ij as `weight`; arcs point
/// from the sender to the receiver.
namespace gossamer {

/// Writes W's graph with its weights in DOT, the language of Graphviz.
void write_dot(const Mixing& mixing, std::ostream& out);

/// Writes W's graph with its weights in GraphML.
void write_graphml(const Mixing& mixing, std::ostream& out);

}  // namespace gossamer
