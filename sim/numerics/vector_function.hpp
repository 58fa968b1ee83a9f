#pragma once
#include <span>

#include "sim/ground/quantities.hpp"

namespace gossamer {

class Workspace;

/// The coordinates begin ≤ k < end of a vector.
struct CoordinateRange {
  Index begin = 0;
  Index end = 0;
};

/// A function of some vectors of R^d whose value is a vector of R^d: an operation that is no sum, such as Adam's step.
///
/// Immutable and free of hidden state: any thread may apply it at any time and gets the same bits.
class VectorFunction {
 public:
  virtual ~VectorFunction() = default;

  /// Whether coordinate k of the value depends on k and on coordinate k of the arguments alone. Threads may then share
  /// the coordinates, and the value may overwrite an argument. The bits are the same for any ranges.
  virtual bool elementwise() const = 0;

  /// value[k] ← f(arguments)[k] for all k of `range`, which is 0 ≤ k < d if the function is not elementwise. `value`
  /// may be one of the arguments if it is elementwise, and overlaps none of them otherwise.
  virtual void apply(std::span<const float* const> arguments, CoordinateRange range, float* value,
                     Workspace& workspace) const = 0;
  virtual void apply(std::span<const double* const> arguments, CoordinateRange range, double* value,
                     Workspace& workspace) const = 0;
};

/// A function that is written once for both scalar types. S has `compute(arguments, range, value, workspace)`.
template <class S>
class VectorFunctionOf : public VectorFunction {
 public:
  void apply(std::span<const float* const> arguments, CoordinateRange range, float* value,
             Workspace& workspace) const final {
    static_cast<const S&>(*this).compute(arguments, range, value, workspace);
  }
  void apply(std::span<const double* const> arguments, CoordinateRange range, double* value,
             Workspace& workspace) const final {
    static_cast<const S&>(*this).compute(arguments, range, value, workspace);
  }
};

/// The same for an elementwise function. S has `values(arguments, range, value)`, which reads coordinate k of all
/// arguments before it writes coordinate k of the value.
template <class S>
class ElementwiseFunctionOf : public VectorFunctionOf<S> {
 public:
  bool elementwise() const final { return true; }

  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value, Workspace&) const {
    static_cast<const S&>(*this).values(arguments, range, value);
  }
};

}  // namespace gossamer
