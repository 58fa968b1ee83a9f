#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/topologies/files/temporary_file.hpp"
#include "topologies/files/graph_file.hpp"

namespace gossamer {

using Pairs = std::vector<std::pair<NodeId, NodeId>>;

/// A graph as tests compare it.
struct Reading {
  NodeId nodes = 0;
  bool directed = false;
  Pairs edges = {};  ///< in ascending order; undirected ones from the smaller number
  bool operator==(const Reading&) const = default;
};

inline Reading reading_of(const Graph& graph) {
  Reading result{.nodes = size(graph), .directed = graph.directed};
  for (NodeId i = 0; i < result.nodes; ++i)
    for (const auto j : receivers(i, graph))
      if (graph.directed || i < static_cast<NodeId>(j)) result.edges.emplace_back(i, static_cast<NodeId>(j));
  std::sort(result.edges.begin(), result.edges.end());
  return result;
}

/// The graph in a file with this name and text.
inline Reading read_text_as(const std::string& name, const std::string& text, GraphFormat format = GraphFormat::by_name,
                            NodeIds ids = NodeIds::from_0) {
  const TemporaryFile file{name, text};
  return reading_of(graph_from_file({.path = file.path().string(), .format = format, .ids = ids}).graph);
}

/// The sentence with which this file is refused, after its name.
inline std::string refusal(const std::string& name, const std::string& text, GraphFormat format = GraphFormat::by_name,
                           NodeIds ids = NodeIds::from_0) {
  const TemporaryFile file{name, text};
  try {
    graph_from_file({.path = file.path().string(), .format = format, .ids = ids});
  } catch (const InputError& error) {
    const std::string sentence = error.what();
    return sentence.starts_with(file.path().string()) ? sentence.substr(file.path().string().size()) : sentence;
  }
  return "no error";
}

}  // namespace gossamer
