#pragma once
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"

namespace gossamer {

/// The arguments of `gossamer topology`.
struct TopologyCommand {
  std::string source;  ///< an experiment file, `kind:key=value,…`, or a topology block as JSON
  std::vector<std::string> overrides = {};
  std::optional<double> decay = {};  ///< for effective neighbors
  bool spectrum = false;             ///< of large graphs, too
  bool json = false;                 ///< facts, spectrum and edges for programs, in place of the table
  std::optional<std::filesystem::path> matrix = {};
  std::optional<std::filesystem::path> dot = {};
  std::optional<std::filesystem::path> graphml = {};
  std::optional<std::filesystem::path> matchings = {};
};

/// Prints graph facts and spectrum; that of a large graph only if `spectrum` is set. JSON has an object of each, with the
/// keys of a trace's header, and the edges: pairs in ascending order, or arcs "i sends to j" of a directed graph. Writes W
/// and the graph if their paths are given. Throws ExperimentError, TopologyError.
void topology_command(const TopologyCommand& command, const Catalogue& catalogue, std::ostream& out);

}  // namespace gossamer
