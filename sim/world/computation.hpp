#pragma once
#include <cstdint>

#include "sim/ground/quantities.hpp"
#include "sim/numerics/objective.hpp"
#include "sim/numerics/params.hpp"

namespace gossamer {

/// The samples of a node, for the time that it takes to compute over them.
struct LocalSamples {
  std::uint64_t count = 1;
  double steps = 1;  ///< time of a gradient over all of them, in gradients over a minibatch
};

/// A computation of a node. It occupies the node's processor, so a node has at most one at a time.
struct Computation {
  enum class Kind : std::uint8_t {
    step,             ///< a gradient that is a node-step
    second_gradient,  ///< a gradient that belongs to the node-step before
    newton_direction,
    loss,
  };

  Kind kind = Kind::step;
  std::uint64_t address = 0;  ///< of a gradient: the step of `GradientAddress`
  double steps = 1;           ///< its time, in gradients over a minibatch
  Params second = {};         ///< of a Newton direction: g
};

/// The computations of a node, in runs with others than plain steps.
struct Computations {
  Computation current = {};
  std::uint32_t given_up = 0;  ///< gradients that have used their minibatch and have no result
  std::uint32_t dropped = 0;   ///< other computations that were given up

  /// Differs between any two computations of a program of which the earlier one was given up.
  std::uint32_t number() const { return given_up + dropped; }
};

}  // namespace gossamer
