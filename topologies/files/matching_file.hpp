#pragma once
#include <filesystem>
#include <vector>

#include "topologies/mixing.hpp"
#include "topologies/rounds/matching.hpp"

namespace gossamer {

/// The matchings in a text file, of the edges of W's graph: "i j m" a line, the edge between nodes i and j belongs to
/// matching m; fields are between blanks or commas, # or % begins a comment. The matchings are in ascending order of
/// their numbers m.
///
/// Throws InputError, with file and line if there is one, if a line is not as above, i j is no edge of the
/// graph or occurs twice, two edges of a matching share a node, an edge of the graph is missing, or the graph is
/// directed.
std::vector<Matching> matchings_from_file(const std::filesystem::path& path, const Mixing& base);

/// Writes matchings, the first with number 0. Throws InputError if the file cannot be written.
void write_matchings(const std::vector<ActiveMatching>& matchings, const std::filesystem::path& path);

}  // namespace gossamer
