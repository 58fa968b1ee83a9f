#include "sim/numerics/functions/tiling.hpp"

#include <algorithm>

namespace gossamer {
namespace {

Index largest_divisor(Index number, Index most) {
  Index divisor = std::max<Index>(1, std::min(number, most));
  while (number % divisor != 0) --divisor;
  return divisor;
}

}  // namespace

std::vector<TileGrid> Tiling::grids(Index dimension) const {
  std::vector<TileGrid> result;
  Index begin = 0;
  const auto add = [&](Index rows, Index columns) {
    if (rows * columns == 0) return;
    result.push_back({.begin = begin,
                      .rows = rows,
                      .columns = columns,
                      .tile_rows = largest_divisor(rows, side),
                      .tile_columns = largest_divisor(columns, side)});
    begin += rows * columns;
  };
  for (const Layer& layer : layers) {
    add(layer.outputs, layer.inputs);
    add(1, layer.outputs);
  }
  if (layers.empty()) add(1, dimension);
  return result;
}

}  // namespace gossamer
