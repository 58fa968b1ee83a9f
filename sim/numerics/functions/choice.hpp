#pragma once
#include <utility>
#include <vector>

#include "sim/ground/random.hpp"
#include "sim/numerics/coordinatewise_linear.hpp"
#include "sim/numerics/vector_function.hpp"

namespace gossamer {

/// Of the arguments (a, b): a at the coordinates of some ranges, and b elsewhere.
class RangeChoice final : public ElementwiseFunctionOf<RangeChoice>, public CoordinatewiseLinear {
 public:
  /// Ranges in ascending order, which do not overlap.
  explicit RangeChoice(std::vector<CoordinateRange> ranges) : ranges_{std::move(ranges)} {}

  template <class Scalar>
  void values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const;

 private:
  std::vector<CoordinateRange> ranges_;
};

/// Of the arguments (a, b): a at the coordinates of one of m parts, and b elsewhere. Part k of a vector of R^d has the
/// coordinates ⌈k d/m⌉ to ⌈(k + 1) d/m⌉ − 1.
class PartChoice final : public VectorFunctionOf<PartChoice>, public CoordinatewiseLinear {
 public:
  /// Needs 0 ≤ part < parts.
  PartChoice(Index part, Index parts) : part_{part}, parts_{parts} {}

  bool elementwise() const override { return false; }  // the part depends on d

  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
               Workspace& workspace) const;

 private:
  Index part_;
  Index parts_;
};

/// Of the arguments (a, b): a at random coordinates, each with a probability p and independently, and b elsewhere. The
/// set is a function of the address of its draws: the same for all nodes that use the same address. p is rounded to a
/// multiple of 2⁻³².
class RandomChoice final : public VectorFunctionOf<RandomChoice>, public CoordinatewiseLinear {
 public:
  RandomChoice(double probability, const Draws& draws) : probability_{probability}, draws_{draws} {}

  bool elementwise() const override { return false; }  // draws are made in the order of the coordinates

  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
               Workspace& workspace) const;

 private:
  double probability_;
  Draws draws_;
};

}  // namespace gossamer
