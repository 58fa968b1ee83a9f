#pragma once
#include <algorithm>

#include "sim/ground/random.hpp"
#include "sim/numerics/vector_function.hpp"

namespace gossamer {

/// A vector of standard normal draws, without arguments: the same for all nodes that use the same address.
class NormalVector final : public VectorFunctionOf<NormalVector> {
 public:
  explicit NormalVector(const Draws& draws) : draws_{draws} {}

  bool elementwise() const override { return false; }  // draws are made in the order of the coordinates

  template <class Scalar>
  void compute(std::span<const Scalar* const>, CoordinateRange range, Scalar* value, Workspace&) const {
    Draws draws = draws_;
    std::generate(value + range.begin, value + range.end,
                  [&draws] { return static_cast<Scalar>(standard_normal(draws)); });
  }

 private:
  Draws draws_;
};

}  // namespace gossamer
