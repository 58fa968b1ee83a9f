#pragma once
#include <algorithm>

#include "sim/node.hpp"

namespace gossamer {

/// A vector whose coordinates are all c; its argument gives the length alone.
class ConstantVector final : public ElementwiseFunctionOf<ConstantVector> {
 public:
  explicit ConstantVector(double c) : c_{c} {}

  template <class Scalar>
  void values(std::span<const Scalar* const>, CoordinateRange range, Scalar* value) const {
    std::fill(value + range.begin, value + range.end, static_cast<Scalar>(c_));
  }

 private:
  double c_;
};

}  // namespace gossamer
