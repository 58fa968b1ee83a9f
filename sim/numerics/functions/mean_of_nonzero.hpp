#pragma once
#include "sim/numerics/vector_function.hpp"

namespace gossamer {

/// For each coordinate the mean of the arguments that are not zero there, summed in the order of the arguments; zero if
/// all are: the mean of sparse messages over their senders.
class MeanOfNonzero final : public ElementwiseFunctionOf<MeanOfNonzero> {
 public:
  template <class Scalar>
  void values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const;
};

}  // namespace gossamer
