#pragma once
#include <cstdint>
#include <vector>

#include "sim/faults/faults.hpp"
#include "sim/settings.hpp"

namespace gossamer {

/// What faults need beside their settings.
struct FaultContext {
  NodeId nodes = 0;
  std::uint64_t seed = 1;
};

/// Adds to the faults of a run.
using FaultKind = void(Faults&, const FaultContext&);

/// All kinds of faults by name. `make` throws FaultError for settings that cannot be used.
const std::vector<Entry<FaultKind>>& fault_kinds();

/// The seed of the block number `repetition` of one kind, counted from 0: blocks of one kind draw apart from each
/// other.
std::uint64_t seed_of_repetition(std::uint64_t seed, std::uint64_t repetition);

}  // namespace gossamer
