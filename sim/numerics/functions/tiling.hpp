#pragma once
#include <vector>

#include "sim/numerics/layer.hpp"

namespace gossamer {

/// A matrix in a vector, row by row, that is cut into equal tiles. A list of numbers is a matrix of one row.
struct TileGrid {
  Index begin = 0;
  Index rows = 0;
  Index columns = 0;
  Index tile_rows = 0;
  Index tile_columns = 0;

  Index size() const { return rows * columns; }
  Index tile_size() const { return tile_rows * tile_columns; }
};

/// The cut of a model into tiles: the weights of a layer into rectangles, its biases into pieces; a model without layers
/// is one list of numbers. A side of a tile is the largest divisor of the side of its matrix that is at most `side`.
struct Tiling {
  std::vector<Layer> layers = {};
  Index side = 64;

  std::vector<TileGrid> grids(Index dimension) const;
};

}  // namespace gossamer
