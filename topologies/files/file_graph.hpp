#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "topologies/error.hpp"

/// The types that all readers of graph files share: the names of the requested attributes.
namespace gossamer {

using AttributeNames = std::vector<std::string>;

/// An edge as a file gives it; line 0 if the format has no lines.
struct FileEdge {
  NodeId from = 0;
  NodeId to = 0;
  std::int64_t line = 0;
  std::vector<std::string> texts = {};  ///< of the attributes asked for, in their order; empty text: not given
};

/// A graph as a file gives it. Edges may still be loops or repeat each other.
struct FileGraph {
  NodeId nodes = 0;
  bool directed = false;
  std::vector<FileEdge> edges = {};
  bool both_ways = false;               ///< whether it is undirected, and has each edge in both directions
  std::vector<std::string> notes = {};  ///< on ignored parts of the file
};

/// Brackets, braces and elements may be nested so deep. Real files have about ten levels.
inline constexpr int most_levels = 200;

/// "file:line: sentence" as a TopologyError; without the line if it is 0.
[[noreturn]] void fail_at(std::string_view file, std::int64_t line, std::string_view sentence);

/// Refuses the level `most_levels` + 1.
void check_level(int level, std::string_view file, std::int64_t line);

/// A text in quotation marks, as messages show it: control characters as \xNN, the rest of a long text left out.
std::string in_quotes(std::string_view text);

/// The numbers of nodes with these names, if the names are 0 … n − 1 in any order; else nothing. A name is a number
/// only in its shortest decimal form: "7", but neither "07" nor "n7".
std::optional<std::vector<NodeId>> numbers_in(const std::vector<std::string_view>& names);

/// The nodes of a file that names them. Every name gets a key when it is first mentioned, and a place, in the order of
/// the file, when it is declared. In some formats the first mention declares a node.
class NodeNames {
 public:
  /// The key of a name: 0, 1, … in the order of mention.
  NodeId mention(std::string_view name);

  /// False if this node is declared already.
  bool declare(NodeId key);

  bool is_declared(NodeId key) const { return places_[static_cast<std::size_t>(key)] >= 0; }
  const std::string& name(NodeId key) const { return *names_[static_cast<std::size_t>(key)]; }

  /// The number of declared nodes.
  NodeId size() const { return static_cast<NodeId>(declared_.size()); }

  /// The keys of declared nodes, in the order of the file.
  const std::vector<NodeId>& declared() const { return declared_; }

  /// The number of every key: its name, if the names are 0 … n − 1, else its place.
  std::vector<NodeId> numbers() const;

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::unordered_map<std::string, NodeId, Hash, std::equal_to<>> keys_;
  std::vector<const std::string*> names_;  ///< by key
  std::vector<NodeId> places_;             ///< by key; −1: not declared
  std::vector<NodeId> declared_;
};

/// Replaces the keys at the ends of all edges by the numbers of the nodes, and counts these.
/// Throws TopologyError, with file and line, if an edge ends at a node that is not declared.
void number_nodes(FileGraph& graph, const NodeNames& names, const std::vector<NodeId>& numbers, std::string_view file);

}  // namespace gossamer
