#pragma once
#include <cstdint>
#include <optional>

#include "topologies/schedule.hpp"

namespace gossamer {

/// How fast a schedule brings models together: what ρ is to a W that stays.
struct ConsensusFactor {
  std::uint64_t rounds = 1;  ///< P, the period; 1 where rounds are random
  /// ‖W(P − 1) ⋯ W(0) − J‖₂, by which √Γ falls at least in a period; 0 where it is below 1e-13, which rounding leaves
  /// of J. Where rounds are random, √‖E[WᵀW] − J‖₂, by which the root of the expected Γ falls at least in a round.
  /// If some W(k) keeps rows or columns alone, the second largest magnitude of an eigenvalue of W(P − 1) ⋯ W(0): the
  /// share of disagreement that a period leaves in the long run.
  double factor = 0;
  double per_round = 0;   ///< factor^{1/rounds}
  bool expected = false;  ///< whether rounds are random
};

/// Exactly, from the rounds of a period or from E[WᵀW]; empty where the schedule has neither, and above 600 nodes if
/// some W(k) is not doubly stochastic. Cost    up to 600 nodes P dense products; above, Lanczos steps of 2 P sparse
/// ones each, some hundreds of them. Throws TopologyError where an eigenvalue does not converge.
std::optional<ConsensusFactor> consensus_factor(const MixingSchedule& schedule);

}  // namespace gossamer
