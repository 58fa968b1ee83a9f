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
  /// Operations in MPICH", IJHPCA 19(1), 2005. The node did so last, or started, `steps` ≥ 1 steps before.
  virtual Seconds averaging(Bytes, [[maybe_unused]] std::uint64_t steps) const { return Seconds{0}; }

  /// How many times as long as usual this step takes; 1 for steps that nothing slows down. Where real hardware decides
  /// what is usual, this is all that is asked.
  virtual double slowdown(NodeId, std::uint64_t) const { return 1.0; }

  /// The mean of `slowdown` over the node's steps; 1 for nodes that are no stragglers.
  virtual double mean_slowdown(NodeId) const { return 1.0; }
};

/// Whether averaging ever makes steps longer.
inline bool takes_time_to_average(const StepTimes& law) {
  constexpr std::uint64_t many = 1'000'000;
  return law.averaging(1, 1) > Seconds{0} || law.averaging(1, many) > Seconds{0};
}

/// What a node has worked into its model so far.
class Averaged {
 public:
  /// How much longer its step number `step` takes, before which it has received `received` bytes in all.
  Seconds next(const StepTimes& law, Bytes received, std::uint64_t step) {
    const Bytes fresh = received - received_;
    if (fresh == 0) return Seconds{0};
    const std::uint64_t steps = step > step_ ? step - step_ : 1;
    received_ = received;
    step_ = step;
    return law.averaging(fresh, steps);
  }

 private:
  Bytes received_ = 0;
  std::uint64_t step_ = 0;
};

}  // namespace gossamer
