#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/sweep/sweep_file.hpp"

namespace gossamer {

/// One combination of the axes' values.
struct Cell {
  std::vector<std::size_t> points;  ///< the number of the point on each axis
  std::vector<KeyChange> changes;   ///< of the experiment, by the axes and derived keys; whole blocks before their keys
  std::optional<TunedValue> tuned = {};

  /// The labels for people: "topology=ring, local_steps=4".
  std::string text(const Sweep& sweep) const;
};

/// All cells that are not excluded, the first axis being the slowest.
///
/// A block "topology" without a number of nodes gets that of the base, if its kind has to have one. Throws
/// ExperimentError for derived keys that have no value, and if no cell is left.
std::vector<Cell> cells_of(const Sweep& sweep, const Catalogue& catalogue);

/// The experiment of a cell: the base with the machine's blocks and all changes. Throws ExperimentError.
Json experiment_of(const Sweep& sweep, const std::vector<KeyChange>& changes, const Catalogue& catalogue);

}  // namespace gossamer
