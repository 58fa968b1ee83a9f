#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/compute/step_times.hpp"

/// Who is slower than a law of step times says, by which factor and when. Each wraps any law and leaves its draws
/// alone.
namespace gossamer {

/// A share of the nodes, chosen at random, is `slowdown` times as slow, always. Which ones depends on how many there
/// are.
struct SlowShare {
  double fraction = 0.125;  ///< of the nodes, in [0, 1]; rounded to the nearest number of nodes
  double slowdown = 5;      ///< ≥ 1
};

/// Slow nodes whose law is named with them: steps are constant, or exponential with that mean where `law` says so.
struct SlowNodes {
  enum class Law { constant, exponential };
  Seconds step{10e-3};      ///< > 0, (mean) step time of a usual node
  double fraction = 0.125;  ///< as in `SlowShare`
  double slowdown = 5;      ///< as in `SlowShare`
  Law law = Law::constant;
};

/// One node, the same for every seed, is `slowdown` times as slow, always.
struct OneSlowNode {
  NodeId node = 0;      ///< 0 … n − 1
  double slowdown = 5;  ///< ≥ 1
};

/// Node i computes `speeds[i mod size]` times as fast as the law says: different kinds of machines in turn.
struct NodeSpeeds {
  std::vector<double> speeds = {1.0};  ///< each > 0; 1 … n of them
};

/// Each step of each node is, independently, `slowdown` times as long with probability q: 1 + (r − 1) q times in the
/// mean, and 1 + (r − 1)(1 − (1 − q)ⁿ) times for the slowest of n constant steps.
struct Bimodal {
  double probability = 0.05;  ///< q in [0, 1]
  double slowdown = 4;        ///< r ≥ 1
};

/// Phases of slow steps: each node is a chain of two states, independent of the others, that moves once a step.
///
///     P(slow at k + 1 | fast at k) = p,   P(fast at k + 1 | slow at k) = q;   P(slow at 0) = p/(p + q)
///
/// The chain is stationary, so that a share p/(p + q) of the steps is slow at any time; slow phases last 1/q steps.
struct Markov {
  double to_slow = 0.02;  ///< p in (0, 1]
  double to_fast = 0.2;   ///< q in (0, 1]
  double slowdown = 4;    ///< ≥ 1
};

std::unique_ptr<StepTimes> with_stragglers(SlowShare settings, std::unique_ptr<StepTimes> usual, NodeId nodes,
                                           std::uint64_t seed);
/// Throws ComputeError where there is no such node.
std::unique_ptr<StepTimes> with_stragglers(OneSlowNode settings, std::unique_ptr<StepTimes> usual, NodeId nodes);
/// Throws ComputeError for no speed, a speed that is not above 0, and more speeds than nodes.
std::unique_ptr<StepTimes> with_stragglers(NodeSpeeds settings, std::unique_ptr<StepTimes> usual, NodeId nodes);
std::unique_ptr<StepTimes> with_stragglers(Bimodal settings, std::unique_ptr<StepTimes> usual, std::uint64_t seed);
std::unique_ptr<StepTimes> with_stragglers(Markov settings, std::unique_ptr<StepTimes> usual, NodeId nodes,
                                           std::uint64_t seed);

std::unique_ptr<StepTimes> step_times(SlowNodes settings, NodeId nodes, std::uint64_t seed);

}  // namespace gossamer
