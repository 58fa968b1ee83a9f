#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/configuration.hpp"
#include "sim/proof/worst_case.hpp"

namespace gossamer {

/// An experiment that was written, and what its run attains.
struct WrittenInstance {
  std::filesystem::path experiment;  ///< its file
  NodeId nodes = 0;                  ///< n
  Index dimension = 0;               ///< d
  std::uint64_t node_steps = 0;      ///< of each node
  double attained = 0;               ///< the measure after the last round, by a run
  std::string columns;               ///< the measure in columns of the last record, such as "suboptimality"
};

/// Writes the problem on which an algorithm does as badly as its worst case says, as an experiment of its own: the file
/// experiment.json, the functions (functions.json), W (mixing.npy), and the nodes' models at the start (start.npy) unless they
/// are zero. The algorithm is that of the configuration; a compressor becomes the worst of its contraction. The folder is made if it is not there.
///
/// Of the instances by several tolerances it is that whose run comes closest to the worst case.
/// Throws ExperimentError, with `place`, if the worst case is an upper bound that no instance need attain, or if the
/// folder has other files; InputError if a file cannot be written.
WrittenInstance write_instance(const std::filesystem::path& folder, const Configuration& configuration,
                               const WorstCase& worst, const WorstCaseSettings& settings, const Catalogue& catalogue);

}  // namespace gossamer
