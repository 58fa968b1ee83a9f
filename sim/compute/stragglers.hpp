#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/compute/step_times.hpp"

/// Stragglers: nodes and steps that are slower than a law of step times. Each wraps any law and does not change its
/// draws.
namespace gossamer {

/// A fraction of the nodes, chosen at random, is always `slowdown` times as slow. The choice depends on the number of
/// nodes.
struct SlowShare {
  double fraction = 0.125;  ///< fraction of the nodes, in [0, 1]; rounded to the nearest number of nodes
  double slowdown = 5;      ///< ≥ 1
};

/// Slow nodes together with their law: steps are constant, or exponential with mean `step` if `law` is exponential.
struct SlowNodes {
  enum class Law { constant, exponential };
  Seconds step{10e-3};      ///< > 0, (mean) step time of a usual node
  double fraction = 0.125;  ///< as in `SlowShare`
  double slowdown = 5;      ///< as in `SlowShare`
  Law law = Law::constant;
};

/// One node, the same for every seed, is always `slowdown` times as slow.
struct OneSlowNode {
  NodeId node = 0;      ///< 0 … n − 1
  double slowdown = 5;  ///< ≥ 1
};

/// Node i computes `speeds[i mod size]` times as fast as the law: different kinds of machines in turn.
struct NodeSpeeds {
  std::vector<double> speeds = {1.0};  ///< each > 0; 1 … n of them
};

/// Each step of each node is, independently, `slowdown` times as long with probability q. The mean is 1 + (r − 1) q
/// times as long; the mean of the slowest of n constant steps is 1 + (r − 1)(1 − (1 − q)ⁿ) times as long.
struct Bimodal {
  double probability = 0.05;  ///< q in [0, 1]
  double slowdown = 4;        ///< r ≥ 1
};

/// Phases of slow steps: each node is a chain of two states, independent of the others, that makes one move per step.
///
///     P(slow at k + 1 | fast at k) = p,   P(fast at k + 1 | slow at k) = q;   P(slow at 0) = p/(p + q)
///
/// The chain is stationary, so a fraction p/(p + q) of the steps is slow at any time. Slow phases last 1/q steps in the
/// mean.
struct Markov {
  double to_slow = 0.02;  ///< p in (0, 1]
  double to_fast = 0.2;   ///< q in (0, 1]
  double slowdown = 4;    ///< ≥ 1
};

std::unique_ptr<StepTimes> with_stragglers(SlowShare settings, std::unique_ptr<StepTimes> usual, NodeId nodes,
                                           std::uint64_t seed);
/// Throws ComputeError if there is no such node.
std::unique_ptr<StepTimes> with_stragglers(OneSlowNode settings, std::unique_ptr<StepTimes> usual, NodeId nodes);
/// Throws ComputeError if there is no speed, if a speed is not above 0, and if there are more speeds than nodes.
std::unique_ptr<StepTimes> with_stragglers(NodeSpeeds settings, std::unique_ptr<StepTimes> usual, NodeId nodes);
std::unique_ptr<StepTimes> with_stragglers(Bimodal settings, std::unique_ptr<StepTimes> usual, std::uint64_t seed);
std::unique_ptr<StepTimes> with_stragglers(Markov settings, std::unique_ptr<StepTimes> usual, NodeId nodes,
                                           std::uint64_t seed);

std::unique_ptr<StepTimes> step_times(SlowNodes settings, NodeId nodes, std::uint64_t seed);

}  // namespace gossamer
