#pragma once
#include <atomic>
#include <cstdint>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// A stationary chain of two states, fast and slow, for each node: see `Markov`.
///
/// The state at a step is a pure function of (seed, node, step). One uniform draw U_k for each step moves both states
/// at the same time: fast becomes slow if U_k < p; slow stays slow if U_k < 1 − q. A draw that moves both states to the
/// same state determines the chain, and the last such draw decides (Propp, Wilson, "Exact sampling with coupled Markov
/// chains and applications to statistical mechanics", Random Structures & Algorithms 9, 1996). Step 0 is drawn from the
/// stationary law.
/// Cost    one draw for the step after the last requested one, otherwise about 1/(p + q): each node's last answer is
///         kept.
class MarkovChain {
 public:
  /// p = to_slow and q = to_fast in (0, 1].
  MarkovChain(double to_slow, double to_fast, NodeId nodes, std::uint64_t seed);

  /// Returns true if the node is slow at that step. Safe to call from several threads.
  bool slow(NodeId node, std::uint64_t step) const;

  /// p/(p + q).
  double share() const { return share_; }

 private:
  double to_slow_;
  double to_fast_;
  double share_;
  std::uint64_t seed_;
  /// 2 · step + state of the last answer. The value is a pure function, so any thread may store it.
  mutable std::vector<std::atomic<std::uint64_t>> last_states_;
};

}  // namespace gossamer
