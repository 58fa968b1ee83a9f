#include "topologies/files/graph_file.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "topologies/files/dot.hpp"
#include "topologies/files/edge_list.hpp"
#include "topologies/files/file_graph.hpp"
#include "topologies/files/gml.hpp"
#include "topologies/files/graphml.hpp"
#include "topologies/files/matrix_market.hpp"
#include "topologies/files/text_lines.hpp"

namespace gossamer {
namespace {

/// The format of a file by its name, which may end in .gz.
GraphFormat format_of(std::filesystem::path path) {
  if (path.extension() == ".gz") path.replace_extension();
  std::string extension = path.extension().string();
  for (char& letter : extension) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  if (extension == ".graphml") return GraphFormat::graphml;
  if (extension == ".dot" || extension == ".gv") return GraphFormat::dot;
  if (extension == ".gml") return GraphFormat::gml;
  if (extension == ".mtx") return GraphFormat::matrix_market;
  return GraphFormat::edge_list;
}

bool is_edge_list(GraphFormat format) {
  return format == GraphFormat::edge_list || format == GraphFormat::directed_edge_list;
}

/// The format in which a file is read: the given one, or the one of its name and its first line.
GraphFormat format_of(const GraphFile& file) {
  if (file.format != GraphFormat::by_name) return file.format;
  const GraphFormat format = format_of(std::filesystem::path{file.path});
  return is_edge_list(format) && is_matrix_market(file.path) ? GraphFormat::matrix_market : format;
}

FileGraph read_as(GraphFormat format, const GraphFile& file, const AttributeNames& attributes) {
  switch (format) {
    case GraphFormat::graphml:
      return read_graphml(file.path, attributes);
    case GraphFormat::dot:
      return read_dot(file.path, attributes);
    case GraphFormat::gml:
      return read_gml(file.path, attributes);
    case GraphFormat::matrix_market:
      return read_matrix_market_graph(file.path, attributes);
    default:
      return read_edge_list(file.path, attributes,
                            {.directed = format == GraphFormat::directed_edge_list, .ids = file.ids});
  }
}

/// Whether each edge i j of an undirected graph is there as j i, too.
bool all_both_ways(const std::vector<FileEdge>& sorted) {
  const auto pair = [](const FileEdge& edge) { return std::pair{edge.from, edge.to}; };
  return std::ranges::all_of(sorted, [&](const FileEdge& edge) {
    return std::ranges::binary_search(sorted, std::pair{edge.to, edge.from}, std::less<>{}, pair);
  });
}

/// Refuses an edge that is there twice. An undirected graph may have each of its edges in both directions.
void check_once(FileGraph& graph, const std::string& file) {
  std::vector<FileEdge> edges;
  for (const FileEdge& edge : graph.edges) edges.push_back({.from = edge.from, .to = edge.to, .line = edge.line});
  const auto pair = [](const FileEdge& edge) { return std::tie(edge.from, edge.to); };
  std::ranges::stable_sort(edges, {}, pair);
  graph.both_ways = !graph.directed && all_both_ways(edges);
  if (!graph.directed && !graph.both_ways) {
    for (FileEdge& edge : edges)
      if (edge.from > edge.to) std::swap(edge.from, edge.to);
    std::ranges::stable_sort(edges, {}, [](const FileEdge& edge) { return std::tie(edge.from, edge.to, edge.line); });
  }
  const auto twice = std::ranges::adjacent_find(edges, {}, pair);
  if (twice == edges.end()) return;
  fail_at(file, std::next(twice)->line,
          fmt::format("the edge between {} and {} is there twice{}, expected every edge once{}", twice->from, twice->to,
                      twice->line == 0 ? "" : fmt::format(", first on line {}", twice->line),
                      graph.directed ? "" : ", or every edge in both directions"));
}

void check_simple(FileGraph& graph, const std::string& file) {
  for (const FileEdge& edge : graph.edges)
    if (edge.from == edge.to)
      fail_at(file, edge.line, fmt::format("node {} is joined to itself, expected two different nodes", edge.from));
  check_once(graph, file);
}

/// The nodes without an edge are refused first: no more than two nodes an edge take memory from then on.
class NodesWithEdges {
 public:
  void add(const FileGraph& graph) {
    nodes_.resize(std::max(nodes_.size(), static_cast<std::size_t>(graph.nodes)));
    for (const FileEdge& edge : graph.edges)
      for (const NodeId node : {edge.from, edge.to}) nodes_[static_cast<std::size_t>(node)] = true;
  }

  /// Throws TopologyError if there are several nodes, and one has no edge; the hint is for the first of them.
  template <class Hint>
  void check_all(const std::string& file, std::string_view where, const Hint& hint) const {
    const auto without = std::find(nodes_.begin(), nodes_.end(), false);
    if (without == nodes_.end() || nodes_.size() == 1) return;
    const auto node = static_cast<NodeId>(without - nodes_.begin());
    fail_at(file, 0,
            fmt::format("node {} has no edge{}, expected one at every node from 0 to {}{}", node, where,
                        nodes_.size() - 1, hint(node)));
  }

 private:
  std::vector<bool> nodes_;
};

std::string hint_of_ids(NodeId node) {
  return node == 0 ? "; if the numbers of this file begin at 1, set \"ids\" to \"from_1\""
                   : "; if the numbers of this file have gaps, set \"ids\" to \"names\"";
}

FileGraph read_nodes_and_edges(const GraphFile& file, const AttributeNames& attributes) {
  const GraphFormat format = format_of(file);
  if (file.ids != NodeIds::from_0 && !is_edge_list(format))
    fail_at(file.path, 0, "\"ids\" has no effect: only edge lists have them, and this file is read as another format");
  FileGraph graph = read_as(format, file, attributes);
  if (graph.nodes == 0) fail_at(file.path, 0, "holds no node, expected at least one");
  return graph;
}

FileGraph read_connected(const GraphFile& file, const AttributeNames& attributes) {
  FileGraph graph = read_nodes_and_edges(file, attributes);
  NodesWithEdges nodes;
  nodes.add(graph);
  nodes.check_all(file.path, "", [&](NodeId node) {
    const bool may_be_ids = is_edge_list(format_of(file)) && file.ids == NodeIds::from_0;
    return may_be_ids ? hint_of_ids(node) : std::string{};
  });
  check_simple(graph, file.path);
  return graph;
}

/// The graph with so many nodes.
Graph graph_of(const FileGraph& file, NodeId nodes) {
  Graph graph = file.directed ? empty_directed_graph(nodes) : empty_graph(nodes);
  for (const FileEdge& edge : file.edges)
    if (!file.both_ways || edge.from < edge.to) add_edge(edge.from, edge.to, graph);
  return graph;
}

struct Round {
  GraphFile file;
  FileGraph graph;
};

std::vector<Round> read_rounds(const std::filesystem::path& list, NodeIds ids) {
  TextLines lines{list, Fields::between_blanks};
  std::vector<Round> rounds;
  while (lines.next()) {
    if (lines.fields().size() != 1)
      lines.fail(fmt::format("{} fields, expected the path of one graph file", lines.fields().size()));
    GraphFile file{.path = (list.parent_path() / lines.fields()[0]).string()};
    if (is_edge_list(format_of(file))) file.ids = ids;
    rounds.push_back({file, read_nodes_and_edges(file, {})});
    check_simple(rounds.back().graph, file.path);
  }
  return rounds;
}

std::optional<double> value_of(const std::string& text, const NumberField& field, const FileEdge& edge,
                               const std::string& file) {
  if (text.empty()) return std::nullopt;
  double value = 0;
  if (!read_number(text, value) || !field.range.contains(value))
    fail_at(file, edge.line,
            fmt::format("{} of the edge between {} and {} is {}, expected {}", field.name, edge.from, edge.to,
                        in_quotes(text), field.expected));
  return value;
}

}  // namespace

GraphInFile graph_from_file(const GraphFile& file) {
  FileGraph graph = read_connected(file, {});
  return {.graph = graph_of(graph, graph.nodes), .notes = std::move(graph.notes)};
}

std::vector<Graph> graphs_from_list(const std::filesystem::path& path, NodeIds ids) {
  const std::vector<Round> rounds = read_rounds(path, ids);
  if (rounds.empty()) fail_at(path.string(), 0, "names no graph file, expected one a line");
  NodesWithEdges with_edges;
  NodeId nodes = 0;
  for (const Round& round : rounds) {
    with_edges.add(round.graph);
    nodes = std::max(nodes, round.graph.nodes);
  }
  for (const Round& round : rounds)
    if (round.graph.nodes < nodes && !is_edge_list(format_of(round.file)))
      fail_at(
          round.file.path, 0,
          fmt::format("has {} nodes, expected {} as in other rounds of {}", round.graph.nodes, nodes, path.string()));
  with_edges.check_all(path.string(), " in any round", [ids](NodeId node) {
    return ids == NodeIds::from_0 && node == 0 ? hint_of_ids(0) : std::string{};
  });
  std::vector<Graph> graphs;
  for (const Round& round : rounds) graphs.push_back(graph_of(round.graph, nodes));
  return graphs;
}

std::vector<AttributedEdge> read_edge_attributes(const GraphFile& file, const std::vector<NumberField>& fields) {
  AttributeNames names;
  for (const auto& field : fields) names.push_back(field.name);
  std::vector<AttributedEdge> edges;
  for (const auto& edge : read_connected(file, names).edges) {
    edges.push_back({.from = edge.from, .to = edge.to, .values = {}});
    for (std::size_t k = 0; k < fields.size(); ++k)
      edges.back().values.push_back(value_of(edge.texts[k], fields[k], edge, file.path));
  }
  return edges;
}

}  // namespace gossamer
