#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "topologies/files/file_graph.hpp"

namespace gossamer {

/// A square sparse matrix of a Matrix Market file, with all entries, including those that follow by symmetry.
struct MatrixMarket {
  struct Entry {
    NodeId row = 0;  ///< from 0
    NodeId column = 0;
    double value = 1;
    std::int64_t line = 0;
  };

  NodeId size = 0;
  bool has_values = true;  ///< false: a pattern
  bool symmetric = false;  ///< whether the file holds one triangle
  std::vector<Entry> entries = {};
};

/// Whether the path is a regular file that begins with %%MatrixMarket. False for a pipe, which can be read only once.
bool is_matrix_market(const std::filesystem::path& path);

/// Reads a file of the form "coordinate" with values of the type "real", "integer" or "pattern" and the symmetry
/// "general" or "symmetric" (Boisvert, Pozo, Remington 1996, NISTIR 5935). Numbers begin at 1.
/// Throws InputError, with file and line, if it has another form, is not square, holds more or fewer entries than its
/// header announces, has one twice, an entry outside of the matrix, or a value that is not finite.
MatrixMarket read_matrix_market(const std::filesystem::path& path);

/// The graph of a Matrix Market file: an edge from i to j for each entry at row i, column j that is not zero and not on
/// the diagonal. If the matrix has an entry at j, i for each at i, j, the graph is undirected.
FileGraph read_matrix_market_graph(const std::filesystem::path& path, const AttributeNames& attributes);

}  // namespace gossamer
