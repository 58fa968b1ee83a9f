#pragma once
#include <cstdint>

#include "sim/quantities.hpp"

namespace gossamer {

/// How long a node computes for one minibatch step. Pure functions of their arguments: any order of questions, from any
/// number of threads or processes, gets the same answers.
class StepTimes {
 public:
  virtual ~StepTimes() = default;

  /// The duration of the node's step number `step`, counted from 0, that starts at the virtual time `start`.
  virtual Seconds duration(NodeId node, std::uint64_t step, Seconds start) const = 0;

  /// How much longer a step takes that follows the reception of so many bytes, which the node has to work into its
  /// model: the cost per byte of adding, as in Thakur, Rabenseifner, Gropp, "Optimization of Collective Communication
  /// Operations in MPICH", IJHPCA 19(1), 2005.
  virtual Seconds averaging(Bytes) const { return Seconds{0}; }

  /// How many times as long as usual this step takes; 1 for steps that nothing slows down. Where real hardware decides
  /// what is usual, this is all that is asked.
  virtual double slowdown(NodeId, std::uint64_t) const { return 1.0; }

  /// The mean of `slowdown` over the node's steps; 1 for nodes that are no stragglers.
  virtual double mean_slowdown(NodeId) const { return 1.0; }
};

}  // namespace gossamer
