#pragma once
#include <cstdint>
#include <optional>

#include "topologies/schedule.hpp"

namespace gossamer {

/// The rate at which models converge to their mean under a schedule: the counterpart of ρ for a constant W.
struct ConsensusFactor {
  std::uint64_t rounds = 1;  ///< P, the period; 1 if rounds are random
  /// ‖W(P − 1) ⋯ W(0) − J‖₂: a period multiplies √Γ by this factor at most. 0 if the norm is below 1e-13, the size of
  /// rounding errors. If rounds are random, √‖E[WᵀW] − J‖₂: a round multiplies the root of the expected Γ by this
  /// factor at most. If some W(k) is only row- or only column-stochastic, the second largest eigenvalue magnitude of
  /// W(P − 1) ⋯ W(0): the fraction of disagreement that a period leaves in the long run.
  double factor = 0;
  double per_round = 0;   ///< factor^{1/rounds}
  bool expected = false;  ///< whether rounds are random
};

/// The exact factor, from the rounds of a period or from E[WᵀW]. Empty if the schedule has neither, and above 600 nodes
/// if some W(k) is not doubly stochastic.
/// Cost    up to 600 nodes P dense products; above, some hundred Lanczos steps of 2 P sparse products each.
/// Throws TopologyError if an eigenvalue does not converge.
std::optional<ConsensusFactor> consensus_factor(const MixingSchedule& schedule);

}  // namespace gossamer
