#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/json.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// The seed of all randomness in an experiment, and seeds of their own for some purposes.
struct Seeds {
  std::int64_t all = 1;                   ///< of everything that has no seed of its own
  std::optional<std::int64_t> data;       ///< drawn samples, splits into parts, drawn objectives
  std::optional<std::int64_t> partition;  ///< the node that holds each sample
  std::optional<std::int64_t> topology;   ///< random graphs and rounds
  std::optional<std::int64_t> batches;    ///< minibatches, gradient noise, the samples that records evaluate
  std::optional<std::int64_t> compute;    ///< step times and stragglers
  std::optional<std::int64_t> network;    ///< jitter and positions
  std::optional<std::int64_t> faults;     ///< crashes, absences, lost messages

  /// The seed of a purpose: seeds.of(&Seeds::data).
  std::uint64_t of(std::optional<std::int64_t> Seeds::*purpose) const {
    return static_cast<std::uint64_t>((this->*purpose).value_or(all));
  }
};

/// The keys of an object at "seed".
const std::vector<Field<Seeds>>& seed_fields();

/// The seeds in an object at an experiment's key "seed", which is replaced by the number in "all", as all other readers
/// expect it; the usual ones if there is no object. Throws ExperimentError.
Seeds take_seeds(Json& experiment, const std::string& name, const Catalogue& catalogue);

/// The value of "seed" that means these seeds: a number if all of them are the same, else an object.
Json json_of(const Seeds& seeds);

}  // namespace gossamer
