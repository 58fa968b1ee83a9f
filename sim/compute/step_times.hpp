#pragma once
#include <cstdint>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Durations of minibatch steps. All functions are pure: calls in any order, from any number of threads or processes,
/// return the same values.
class StepTimes {
 public:
  virtual ~StepTimes() = default;

  /// The duration of the node's step number `step`, counted from 0, that starts at virtual time `start`.
  virtual Seconds duration(NodeId node, std::uint64_t step, Seconds start) const = 0;

  /// The additional time of a step after the reception of some bytes, which the node combines with its model: the cost
  /// per byte of additions, as in Thakur, Rabenseifner, Gropp, "Optimization of Collective Communication Operations in
  /// MPICH", IJHPCA 19(1), 2005. The node's last such step, or its start, was `steps` ≥ 1 steps before.
  virtual Seconds averaging(Bytes, [[maybe_unused]] std::uint64_t steps) const { return Seconds{0}; }

  /// The factor by which this step is slower than usual; 1 if nothing slows it down. If real hardware determines the
  /// usual time, only this function is called.
  virtual double slowdown(NodeId, std::uint64_t) const { return 1.0; }

  /// The mean of `slowdown` over the node's steps; 1 for nodes that are no stragglers.
  virtual double mean_slowdown(NodeId) const { return 1.0; }
};

/// Returns true if averaging makes any step longer.
inline bool takes_time_to_average(const StepTimes& law) {
  constexpr std::uint64_t many = 1'000'000;
  return law.averaging(1, 1) > Seconds{0} || law.averaging(1, many) > Seconds{0};
}

/// The bytes that a node has combined with its model so far.
class Averaged {
 public:
  /// The additional time of its step number `step`. Before this step it has received `received` bytes in all.
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
