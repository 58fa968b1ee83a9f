#include "topologies/files/dot.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/ground/line_reader.hpp"
#include "topologies/files/dot_tokens.hpp"

namespace gossamer {
namespace {

using Texts = std::vector<std::string>;  ///< by attribute; empty: not given

/// The content of braces: their nodes, and the default attributes of edges.
struct Group {
  std::vector<NodeId> nodes = {};  ///< their keys
  Texts defaults = {};
};

void remove_repeated(std::vector<NodeId>& nodes) {
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
}

class DotReader {
 public:
  DotReader(const std::string& text, std::string file, const AttributeNames& attributes)
      : file_{std::move(file)}, attributes_{attributes}, tokens_{text, file_} {}

  FileGraph read() {
    strict_ = skip_keyword("strict");
    graph_.directed = tokens_.current().is_keyword("digraph");
    if (!graph_.directed && !tokens_.current().is_keyword("graph")) expected("\"graph\" or \"digraph\"");
    tokens_.take();
    if (tokens_.current().is_id()) tokens_.take();
    Group all{.defaults = Texts(attributes_.size())};
    read_braces(all, 0);
    if (tokens_.current().kind != DotToken::Kind::end) expected("the end of the file after one graph");
    number_nodes(graph_, names_, names_.numbers(), file_);
    return std::move(graph_);
  }

 private:
  [[noreturn]] void expected(std::string_view what) const {
    const DotToken& token = tokens_.current();
    const std::string found = token.kind == DotToken::Kind::end ? "the file ends" : in_quotes(token.text);
    fail_at(file_, token.line, fmt::format("not DOT: {}, expected {}", found, what));
  }

  bool skip(char symbol) {
    if (!tokens_.current().is(symbol)) return false;
    tokens_.take();
    return true;
  }

  bool skip_keyword(std::string_view keyword) {
    if (!tokens_.current().is_keyword(keyword)) return false;
    tokens_.take();
    return true;
  }

  DotToken take_id(std::string_view what) {
    if (!tokens_.current().is_id()) expected(what);
    return tokens_.take();
  }

  void read_braces(Group& group, int level) {
    check_level(level, file_, tokens_.current().line);
    if (!skip('{')) expected("\"{\"");
    while (!skip('}'))
      if (!skip(';')) read_statement(group, level);
    remove_repeated(group.nodes);
  }

  void read_statement(Group& group, int level) {
    for (const std::string_view keyword : {"graph", "node", "edge"}) {
      if (!skip_keyword(keyword)) continue;
      if (!tokens_.current().is('[')) expected(fmt::format("\"[\" after \"{}\"", keyword));
      Texts of_others(attributes_.size());
      read_attributes(keyword == "edge" ? group.defaults : of_others);
      return;
    }
    if (begins_group())
      read_edges({read_group(group, level)}, group, level);
    else if (const DotToken id = take_name(); skip('='))
      take_id("a value");
    else
      read_edges({node(id, group)}, group, level);
  }

  /// The rest of a statement that begins with a node or a group, which is a chain of edges unless nothing follows.
  void read_edges(std::vector<std::vector<NodeId>> chain, Group& group, int level) {
    const std::int64_t line = tokens_.current().line;
    while (tokens_.current().kind == DotToken::Kind::edge) {
      const std::string_view right = graph_.directed ? "->" : "--";
      if (tokens_.current().text != right)
        expected(fmt::format("\"{}\" in {}", right, graph_.directed ? "a digraph" : "an undirected graph"));
      tokens_.take();
      chain.push_back(begins_group() ? read_group(group, level) : node(take_name(), group));
    }
    Texts given(attributes_.size());
    read_attributes(given);
    for (std::size_t k = 1; k < chain.size(); ++k) join(chain[k - 1], chain[k], given, group.defaults, line);
  }

  bool begins_group() const { return tokens_.current().is('{') || tokens_.current().is_keyword("subgraph"); }

  /// The keys of the nodes of a group, which are nodes of the group around it, too.
  std::vector<NodeId> read_group(Group& around, int level) {
    std::string name;
    if (skip_keyword("subgraph") && tokens_.current().is_id()) name = tokens_.take().text;
    Group group{.defaults = around.defaults};
    if (!name.empty()) group.nodes = named_[name];
    spend(static_cast<std::int64_t>(group.nodes.size()));
    read_braces(group, level + 1);
    if (!name.empty()) named_[name] = group.nodes;
    if (level > 0) around.nodes.insert(around.nodes.end(), group.nodes.begin(), group.nodes.end());
    return group.nodes;
  }

  DotToken take_name() {
    for (const std::string_view keyword : {"graph", "digraph", "node", "edge", "strict"})
      if (tokens_.current().is_keyword(keyword)) expected("a node");
    return take_id("a node, an edge, an attribute or \"}\"");
  }

  std::vector<NodeId> node(const DotToken& id, Group& group) {
    for (int ports = 0; ports < 2 && skip(':'); ++ports) take_id("a port");
    const NodeId key = names_.mention(id.text);
    names_.declare(key);
    group.nodes.push_back(key);
    return {key};
  }

  void read_attributes(Texts& texts) {
    while (skip('[')) {
      while (!skip(']')) {
        const std::string name = take_id("an attribute or \"]\"").text;
        const std::string value = skip('=') ? take_id("a value").text : "true";
        const auto found = std::find(attributes_.begin(), attributes_.end(), name);
        if (found != attributes_.end()) texts[static_cast<std::size_t>(found - attributes_.begin())] = value;
        if (!skip(',')) skip(';');
      }
    }
  }

  void join(const std::vector<NodeId>& from, const std::vector<NodeId>& to, const Texts& given, const Texts& defaults,
            std::int64_t line) {
    const auto count = static_cast<std::int64_t>(from.size()) * static_cast<std::int64_t>(to.size());
    if (count > 1) spend(count);
    for (const NodeId i : from)
      for (const NodeId j : to) add(i, j, given, defaults, line);
  }

  void add(NodeId i, NodeId j, const Texts& given, const Texts& defaults, std::int64_t line) {
    FileEdge edge{.from = i, .to = j, .line = line, .texts = defaults};
    const auto place = graph_.edges.size();
    FileEdge* written = &edge;
    if (strict_) {
      const auto [low, high] = graph_.directed ? std::pair{i, j} : std::pair{std::min(i, j), std::max(i, j)};
      const auto key = static_cast<std::uint64_t>(low) << 32 | static_cast<std::uint64_t>(high);
      if (const auto [at, is_new] = places_.emplace(key, place); !is_new) written = &graph_.edges[at->second];
    }
    for (std::size_t k = 0; k < given.size(); ++k)
      if (!given[k].empty()) written->texts[k] = given[k];
    if (written == &edge) graph_.edges.push_back(std::move(edge));
  }

  /// Counts the costs of a file beyond its length.
  void spend(std::int64_t edges) {
    spent_ += edges;
    if (spent_ > most_group_edges)
      fail_at(
          file_, tokens_.current().line,
          fmt::format("groups of nodes are joined by more than {} edges, expected at most as many", most_group_edges));
  }

  std::string file_;
  const AttributeNames& attributes_;
  DotTokens tokens_;
  FileGraph graph_;
  NodeNames names_;
  std::map<std::string, std::vector<NodeId>> named_;            ///< nodes of groups
  std::unordered_map<std::uint64_t, std::size_t> places_ = {};  ///< of the edges of a strict graph
  bool strict_ = false;
  std::int64_t spent_ = 0;
};

}  // namespace

FileGraph read_dot(const std::filesystem::path& path, const AttributeNames& attributes) {
  const std::string text = read_text(path);
  return DotReader{text, path.string(), attributes}.read();
}

}  // namespace gossamer
