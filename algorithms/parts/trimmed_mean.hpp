#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

#include "sim/node.hpp"

namespace gossamer {

/// For each coordinate the mean of the arguments' values without the k smallest and the k largest ones. Of m arguments,
/// k ≤ (m − 1)/2. With the largest k it is the median: the middle value, or the mean of the two in the middle.
class TrimmedMeanFunction final : public ElementwiseFunctionOf<TrimmedMeanFunction> {
 public:
  explicit TrimmedMeanFunction(std::size_t k) : k_{k} {}

  template <class Scalar>
  void values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const {
    std::vector<Scalar> sorted(arguments.size());
    const auto left = static_cast<double>(arguments.size() - 2 * k_);
    for (Index k = range.begin; k < range.end; ++k) {
      for (std::size_t m = 0; m < arguments.size(); ++m) sorted[m] = arguments[m][k];
      std::sort(sorted.begin(), sorted.end());
      double sum = 0;
      for (std::size_t m = k_; m < sorted.size() - k_; ++m) sum += static_cast<double>(sorted[m]);
      value[k] = static_cast<Scalar>(sum / left);
    }
  }

 private:
  std::size_t k_;
};

}  // namespace gossamer
