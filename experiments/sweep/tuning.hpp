#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/vocabulary.hpp"
#include "experiments/sweep/objective.hpp"
#include "experiments/sweep/search.hpp"

namespace gossamer {

/// A key whose value is searched in each cell, on seeds of its own.
struct Tuning {
  std::string pointer;
  SearchRange range = {};
  int grid = 5;  ///< values that are tried before the search is refined
  SearchObjective objective = {};
  std::vector<std::int64_t> seeds = {};
};

/// Reads the block "tune" of a sweep. Throws ExperimentError.
Tuning read_tuning(BlockReader& block, const Vocabulary& words);

/// The value that was found in a cell.
struct TunedValue {
  std::string pointer;
  double value = 0;
  bool edge = false;     ///< whether a better value may be beyond the range
  std::size_t runs = 0;  ///< that the search has made
};

}  // namespace gossamer
