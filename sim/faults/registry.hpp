#pragma once
#include <cstdint>
#include <vector>

#include "sim/faults/faults.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// Inputs of faults besides their settings.
struct FaultContext {
  NodeId nodes = 0;
  std::uint64_t seed = 1;
};

/// Adds a fault to the faults of a run.
using FaultKind = void(Faults&, const FaultContext&);
using FaultEntry = Entry<FaultKind>;

/// All kinds of faults by name. `make` throws FaultError for settings that cannot be used.
const std::vector<FaultEntry>& fault_kinds();

/// The seed of block number `repetition` of one kind, counted from 0: blocks of one kind have independent draws.
std::uint64_t seed_of_repetition(std::uint64_t seed, std::uint64_t repetition);

}  // namespace gossamer
