#include "topologies/graph_file.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>
#include <tuple>
#include <typeinfo>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/graph/graphml.hpp>
#include <boost/graph/graphviz.hpp>

#include "topologies/text_lines.hpp"

namespace gossamer {
namespace {

/// An edge as a file gives it; line 0 where the format has no lines.
struct FileEdge {
  NodeId from = 0;
  NodeId to = 0;
  std::int64_t line = 0;
  std::vector<std::string> texts = {};  ///< of the attributes asked for; empty where nothing stands
};

/// A graph as it stands in a file.
struct FileGraph {
  NodeId nodes = 0;
  bool directed = false;
  std::vector<FileEdge> edges = {};
};

using Names = std::vector<std::string>;  ///< of attributes

std::string place(const std::string& file, std::int64_t line) {
  return line == 0 ? file : fmt::format("{}:{}", file, line);
}

void check_simple(std::vector<FileEdge> edges, bool directed, const std::string& file) {
  for (auto& edge : edges) {
    if (edge.from == edge.to)
      throw TopologyError{fmt::format("{}: node {} is joined to itself, expected two different nodes",
                                      place(file, edge.line), edge.from)};
    if (!directed && edge.from > edge.to) std::swap(edge.from, edge.to);
  }
  const auto pair = [](const FileEdge& edge) { return std::tie(edge.from, edge.to); };
  std::ranges::stable_sort(edges, {}, pair);
  const auto twice = std::ranges::adjacent_find(edges, {}, pair);
  if (twice == edges.end()) return;
  const auto again = std::next(twice);
  const std::string before = twice->line == 0 ? "" : fmt::format(", first on line {}", twice->line);
  throw TopologyError{fmt::format("{}: the edge between {} and {} stands there twice{}", place(file, again->line),
                                  twice->from, twice->to, before)};
}

/// The columns that a line names which begins with "from to"; none where it does not.
Names columns_in(const TextLines& lines) {
  const auto& fields = lines.fields();
  if (fields.size() < 2 || fields[0] != "from" || fields[1] != "to") return {};
  Names columns{fields.begin(), fields.end()};
  for (auto column = columns.begin(); column != columns.end(); ++column)
    if (std::find(columns.begin(), column, *column) != column)
      lines.fail(fmt::format("the column \"{}\" stands there twice, expected each once", *column));
  return columns;
}

void check_fields(const TextLines& lines, const Names& columns) {
  const std::size_t fields = lines.fields().size();
  if (!columns.empty() && fields != columns.size())
    lines.fail(fmt::format("{} fields, expected {} as in the first line", fields, columns.size()));
  if (columns.empty() && fields != 2)
    lines.fail(fmt::format("{} fields, expected two node numbers \"i j\"{}", fields,
                           fields > 2 ? ", or a first line \"from to …\" that names columns" : ""));
}

std::vector<std::string> texts_in(const TextLines& lines, const Names& columns, const Names& names) {
  std::vector<std::string> texts;
  for (const std::string& name : names) {
    const auto column = std::find(columns.begin(), columns.end(), name);
    const std::string_view text =
        column == columns.end() ? "-" : lines.fields()[static_cast<std::size_t>(column - columns.begin())];
    texts.emplace_back(text == "-" ? "" : text);
  }
  return texts;
}

FileGraph read_edge_list(const std::filesystem::path& path, bool directed, const Names& names) {
  TextLines lines{path};
  FileGraph graph{.directed = directed};
  Names columns;
  for (bool first = true; lines.next(); first = false) {
    if (first && !(columns = columns_in(lines)).empty()) continue;
    check_fields(lines, columns);
    graph.edges.push_back(
        {.from = lines.node(0), .to = lines.node(1), .line = lines.line(), .texts = texts_in(lines, columns, names)});
    graph.nodes = std::max({graph.nodes, graph.edges.back().from + 1, graph.edges.back().to + 1});
  }
  return graph;
}

/// Of an edge, what stands there under each name; empty where nothing was asked for.
using Texts = std::vector<std::string>;

template <class Direction>
using NamedGraph = boost::adjacency_list<boost::vecS, boost::vecS, Direction,
                                         boost::property<boost::vertex_name_t, std::string>, Texts>;

/// Notes the values of one attribute of edges. GraphML hands over what its keys say, a number or a text.
template <class Named>
class AttributeNotes final : public boost::dynamic_property_map {
 public:
  using Edge = typename boost::graph_traits<Named>::edge_descriptor;
  AttributeNotes(Named& graph, std::size_t place, std::size_t places) : graph_{graph}, place_{place}, places_{places} {}

  void put(const boost::any& key, const boost::any& value) override {
    Texts& texts = graph_[boost::any_cast<const Edge&>(key)];
    texts.resize(places_);
    texts[place_] = text_of(value);
  }
  boost::any get(const boost::any& key) override { return get_string(key); }
  std::string get_string(const boost::any& key) override {
    return graph_[boost::any_cast<const Edge&>(key)].at(place_);
  }
  const std::type_info& key() const override { return typeid(Edge); }
  const std::type_info& value() const override { return typeid(std::string); }

 private:
  static std::string text_of(const boost::any& value) {
    if (const auto* number = boost::any_cast<double>(&value)) return fmt::format("{}", *number);
    if (const auto* number = boost::any_cast<float>(&value)) return fmt::format("{}", *number);
    if (const auto* number = boost::any_cast<int>(&value)) return fmt::format("{}", *number);
    if (const auto* number = boost::any_cast<long>(&value)) return fmt::format("{}", *number);
    if (const auto* truth = boost::any_cast<bool>(&value)) return *truth ? "true" : "false";
    return boost::any_cast<const std::string&>(value);
  }

  Named& graph_;
  std::size_t place_;
  std::size_t places_;
};

/// Properties that note what edges have under these names, and pass over all else.
template <class Named>
boost::dynamic_properties properties_of(Named& graph, const Names& names) {
  using Edge = typename boost::graph_traits<Named>::edge_descriptor;
  return boost::dynamic_properties{
      [&graph, &names](const std::string& name, const boost::any& key,
                       const boost::any&) -> boost::shared_ptr<boost::dynamic_property_map> {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end() || key.type() != typeid(Edge)) return nullptr;
        return boost::make_shared<AttributeNotes<Named>>(graph, static_cast<std::size_t>(found - names.begin()),
                                                         names.size());
      }};
}

/// The number that each vertex gets: its name, if the names are 0 … n − 1, else its place.
template <class Named>
std::vector<NodeId> numbers_of(const Named& named) {
  const auto n = static_cast<NodeId>(boost::num_vertices(named));
  std::vector<NodeId> places(static_cast<std::size_t>(n)), numbers(places.size(), -1);
  std::vector<bool> taken(places.size());
  bool all_numbers = true;
  for (std::size_t v = 0; v < places.size(); ++v) {
    places[v] = static_cast<NodeId>(v);
    const std::string& name = boost::get(boost::vertex_name, named, v);
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), numbers[v]);
    const bool fits = error == std::errc{} && end == name.data() + name.size() && numbers[v] >= 0 && numbers[v] < n;
    all_numbers = all_numbers && fits && !taken[static_cast<std::size_t>(numbers[v])];
    if (fits) taken[static_cast<std::size_t>(numbers[v])] = true;
  }
  return all_numbers ? numbers : places;
}

/// Reads with Boost's own reader into a graph of the direction asked for.
template <class Direction>
FileGraph read_as(const std::filesystem::path& path, GraphFormat format, const Names& names) {
  std::ifstream stream{path};
  if (!stream || std::filesystem::is_directory(path))
    throw TopologyError{fmt::format("{}: cannot open this file", path.string())};
  NamedGraph<Direction> named;
  boost::dynamic_properties properties = properties_of(named, names);
  if (format == GraphFormat::graphml) {
    boost::read_graphml(stream, named, properties);
  } else {
    properties.property("node_id", boost::get(boost::vertex_name, named));
    boost::read_graphviz(stream, named, properties);
  }
  const auto numbers = numbers_of(named);
  FileGraph graph{.nodes = static_cast<NodeId>(numbers.size()),
                  .directed = std::is_same_v<Direction, boost::directedS>};
  for (const auto& edge : boost::make_iterator_range(boost::edges(named))) {
    graph.edges.push_back({.from = numbers[boost::source(edge, named)],
                           .to = numbers[boost::target(edge, named)],
                           .texts = std::move(named[edge])});
    graph.edges.back().texts.resize(names.size());
  }
  return graph;
}

FileGraph read_by_boost(const std::filesystem::path& path, GraphFormat format, const Names& names) {
  try {
    try {
      return read_as<boost::undirectedS>(path, format, names);
    } catch (const boost::directed_graph_error&) {
      return read_as<boost::directedS>(path, format, names);
    }
  } catch (const InputError&) {
    throw;
  } catch (const std::exception& error) {
    const char* expected = format == GraphFormat::graphml ? "GraphML" : "DOT";
    throw TopologyError{fmt::format("{}: not a {} graph: {}", path.string(), expected, error.what())};
  }
}

GraphFormat format_of(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  if (extension == ".graphml") return GraphFormat::graphml;
  if (extension == ".dot" || extension == ".gv") return GraphFormat::dot;
  return GraphFormat::edge_list;
}

FileGraph read_graph(const std::filesystem::path& path, GraphFormat format, const Names& names) {
  if (format == GraphFormat::by_name) format = format_of(path);
  FileGraph graph = format == GraphFormat::graphml || format == GraphFormat::dot
                        ? read_by_boost(path, format, names)
                        : read_edge_list(path, format == GraphFormat::directed_edge_list, names);
  if (graph.nodes == 0) throw TopologyError{fmt::format("{}: holds no node, expected at least one", path.string())};
  check_simple(graph.edges, graph.directed, path.string());
  return graph;
}

std::optional<double> value_of(const std::string& text, const NumberField& field, const FileEdge& edge,
                               const std::string& file) {
  if (text.empty()) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !field.range.contains(value))
    throw TopologyError{fmt::format("{}: {} of the edge between {} and {} is \"{}\", expected {}",
                                    place(file, edge.line), field.name, edge.from, edge.to, text, field.expected)};
  return value;
}

}  // namespace

Graph graph_from_file(const std::filesystem::path& path, GraphFormat format) {
  const FileGraph file = read_graph(path, format, {});
  Graph graph = file.directed ? empty_directed_graph(file.nodes) : empty_graph(file.nodes);
  for (const auto& edge : file.edges) add_edge(edge.from, edge.to, graph);
  return graph;
}

std::vector<Graph> graphs_from_list(const std::filesystem::path& path) {
  TextLines lines{path};
  std::vector<std::filesystem::path> files;
  while (lines.next()) {
    if (lines.fields().size() != 1)
      lines.fail(fmt::format("{} fields, expected the path of one graph file", lines.fields().size()));
    files.push_back(path.parent_path() / lines.fields()[0]);
  }
  if (files.empty()) throw TopologyError{fmt::format("{}: names no graph file, expected one a line", path.string())};
  std::vector<Graph> graphs;
  NodeId nodes = 0;
  for (const auto& file : files) {
    graphs.push_back(graph_from_file(file));
    nodes = std::max(nodes, size(graphs.back()));
  }
  for (std::size_t k = 0; k < graphs.size(); ++k) {
    if (size(graphs[k]) < nodes && format_of(files[k]) != GraphFormat::edge_list)
      throw TopologyError{fmt::format("{}: has {} nodes, expected {} as in other rounds of {}", files[k].string(),
                                      size(graphs[k]), nodes, path.string())};
    while (size(graphs[k]) < nodes) boost::add_vertex(graphs[k].arcs);
  }
  return graphs;
}

std::vector<AttributedEdge> read_edge_attributes(const GraphFile& file, const std::vector<NumberField>& fields) {
  Names names;
  for (const auto& field : fields) names.push_back(field.name);
  std::vector<AttributedEdge> edges;
  for (const auto& edge : read_graph(file.path, file.format, names).edges) {
    edges.push_back({.from = edge.from, .to = edge.to, .values = {}});
    for (std::size_t k = 0; k < fields.size(); ++k)
      edges.back().values.push_back(value_of(edge.texts[k], fields[k], edge, file.path));
  }
  return edges;
}

}  // namespace gossamer
