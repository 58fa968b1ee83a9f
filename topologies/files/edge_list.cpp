#include "topologies/files/edge_list.hpp"

#include <algorithm>
#include <cctype>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "topologies/files/text_lines.hpp"
#include "topologies/graph.hpp"

namespace gossamer {
namespace {

/// Whether columns of these names hold the ends of edges.
bool name_ends(std::string_view first, std::string_view second) {
  std::string both = fmt::format("{} {}", first, second);
  for (char& letter : both) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return both == "from to" || both == "source target" || both == "src dst";
}

class EdgeListReader {
 public:
  EdgeListReader(const std::filesystem::path& path, const AttributeNames& attributes, EdgeListKind kind)
      : lines_{path, Fields::before_a_dictionary}, attributes_{attributes}, kind_{kind} {}

  FileGraph read() {
    graph_.directed = kind_.directed;
    for (bool first = true; lines_.next(); first = false)
      if (!first || !read_top_level()) read_edge(first);
    if (kind_.ids == NodeIds::names)
      number_nodes(graph_, names_, names_.numbers(), lines_.name());
    else
      count_nodes();
    if (line_of_weight_ > 0)
      graph_.notes.push_back(
          fmt::format("{}:{}: the third number of a line is not used", lines_.name(), line_of_weight_));
    return std::move(graph_);
  }

 private:
  NodeId first_node() const { return kind_.ids == NodeIds::from_1 ? 1 : 0; }

  /// Whether the first line is no edge: it names columns or counts the nodes.
  bool read_top_level() {
    const auto& fields = lines_.fields();
    if (fields.size() >= 2 && name_ends(fields[0], fields[1])) {
      read_columns();
      return true;
    }
    if (fields.size() != 1 || kind_.ids == NodeIds::names) return false;
    graph_.nodes = lines_.node(0, 1);
    counted_ = true;
    return true;
  }

  void read_columns() {
    columns_.assign(lines_.fields().begin(), lines_.fields().end());
    for (auto column = columns_.begin(); column != columns_.end(); ++column)
      if (std::find(columns_.begin(), column, *column) != column)
        lines_.fail(fmt::format("the column {} is there twice, expected each once", in_quotes(*column)));
  }

  void read_edge(bool first) {
    check_fields();
    graph_.edges.push_back({.from = node(0), .to = node(1), .line = lines_.line(), .texts = texts()});
    may_count_ = may_count_ || (first && columns_.empty() && fields_ == 2 && kind_.ids != NodeIds::names);
  }

  void check_fields() {
    const auto& fields = lines_.fields();
    if (!columns_.empty() && fields.size() != columns_.size())
      lines_.fail(fmt::format("{} fields, expected {} as in the first line", fields.size(), columns_.size()));
    if (!columns_.empty()) return;
    double weight = 0;
    const bool weighted = fields.size() == 3 && read_number(fields[2], weight);
    if (fields.size() != 2 && !weighted)
      lines_.fail(
          fmt::format("{} field{}, expected \"i j\" or \"i j weight\" with the numbers of two nodes, or a first "
                      "line \"from to …\" that names columns",
                      fields.size(), fields.size() == 1 ? "" : "s"));
    if (may_count_ && graph_.edges.size() == 1 && weighted) {
      must_count_ = true;
      fields_ = 3;
    }
    if (fields_ != 0 && fields.size() != fields_)
      lines_.fail(fmt::format("{} fields, expected {} as in the lines before", fields.size(), fields_));
    fields_ = fields.size();
    if (weighted && line_of_weight_ == 0) line_of_weight_ = lines_.line();
  }

  NodeId node(std::size_t field) {
    if (kind_.ids != NodeIds::names) return lines_.node(field, first_node()) - first_node();
    if (lines_.fields()[field].empty()) lines_.fail("the name of a node is empty");
    const NodeId key = names_.mention(lines_.fields()[field]);
    names_.declare(key);
    return key;
  }

  std::vector<std::string> texts() const {
    std::vector<std::string> result;
    for (const std::string& name : attributes_) {
      const auto column = std::find(columns_.begin(), columns_.end(), name);
      const std::string_view text =
          column == columns_.end() ? "-" : lines_.fields()[static_cast<std::size_t>(column - columns_.begin())];
      result.emplace_back(text == "-" ? "" : text);
    }
    return result;
  }

  void count_nodes() {
    if (may_count_) interpret_first_line();
    for (const FileEdge& edge : graph_.edges) {
      const NodeId last = std::max(edge.from, edge.to);
      if (!counted_) graph_.nodes = std::max(graph_.nodes, last + 1);
      if (last >= graph_.nodes)
        fail_at(lines_.name(), edge.line,
                fmt::format("node {}, and the first line counts {} nodes{}", last + first_node(), graph_.nodes,
                            last == graph_.nodes && first_node() == 0 ? hint_of_ids() : ""));
    }
  }

  static std::string hint_of_ids() { return "; if their numbers begin at 1, set \"ids\" to \"from_1\""; }

  /// Removes a first line "n m" from the edges if it counts nodes and edges. Throws InputError if this is unclear.
  void interpret_first_line() {
    const FileEdge& first = graph_.edges.front();
    const NodeId n = first.from + first_node(), m = first.to + first_node();
    const std::span<const FileEdge> others = std::span<const FileEdge>{graph_.edges}.subspan(1);
    const bool counts =
        n > 0 && static_cast<std::size_t>(m) == others.size() &&
        std::all_of(others.begin(), others.end(), [n](const FileEdge& edge) { return edge.from < n && edge.to < n; });
    if (must_count_ && !counts)
      fail_at(
          lines_.name(), first.line,
          fmt::format("\"{} {}\", and {} edges \"i j weight\" follow, expected \"i j weight\" or the numbers of nodes "
                      "and edges",
                      n, m, others.size()));
    if (!counts) return;
    if (!must_count_ && can_be_edge(first, others))
      fail_at(
          lines_.name(), first.line,
          fmt::format("\"{} {}\" may be an edge or count nodes and edges; let the line begin with # if it counts, or "
                      "move it down if it is an edge",
                      n, m));
    graph_.edges.erase(graph_.edges.begin());
    graph_.nodes = n;
    counted_ = true;
  }

  /// Whether the edge joins another node to the graph of the others, or two of its nodes that are not yet joined.
  bool can_be_edge(const FileEdge& edge, std::span<const FileEdge> others) const {
    if (edge.from == edge.to) return false;
    const NodeId last = std::max(edge.from, edge.to);
    std::vector<bool> touched(static_cast<std::size_t>(last) + 1);
    for (const FileEdge& other : others) {
      const bool same = other.from == edge.from && other.to == edge.to;
      const bool reverse = !graph_.directed && other.from == edge.to && other.to == edge.from;
      if (same || reverse) return false;
      for (const NodeId node : {other.from, other.to})
        if (node <= last) touched[static_cast<std::size_t>(node)] = true;
    }
    const bool joined = touched[static_cast<std::size_t>(edge.from)] || touched[static_cast<std::size_t>(edge.to)];
    touched[static_cast<std::size_t>(edge.from)] = touched[static_cast<std::size_t>(edge.to)] = true;
    return joined && std::find(touched.begin(), touched.end(), false) == touched.end();
  }

  TextLines lines_;
  const AttributeNames& attributes_;
  EdgeListKind kind_;
  FileGraph graph_;
  NodeNames names_;
  std::vector<std::string> columns_;
  std::size_t fields_ = 0;  ///< of every line, without columns; 0: not yet known
  bool counted_ = false;    ///< whether the file counts its nodes
  bool may_count_ = false;  ///< whether the first edge may be "n m"
  bool must_count_ = false;
  std::int64_t line_of_weight_ = 0;
};

}  // namespace

FileGraph read_edge_list(const std::filesystem::path& path, const AttributeNames& attributes, EdgeListKind kind) {
  return EdgeListReader{path, attributes, kind}.read();
}

}  // namespace gossamer
