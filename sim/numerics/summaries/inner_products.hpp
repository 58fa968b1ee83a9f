#pragma once
#include <memory>
#include <utility>

#include "sim/numerics/summary.hpp"

namespace gossamer {

/// ‖v‖² of one vector, summed in the order of the coordinates of 8 interleaved parts.
std::shared_ptr<const VectorSummary> squared_norm_summary();

/// (‖u‖², ⟨u, v⟩) of two vectors, summed in the same way.
std::shared_ptr<const VectorSummary> inner_product_summary();

/// The same for these vectors.
inline Summary norm_of(Params v) {
  Summary summary{squared_norm_summary(), {}};
  summary.of.push_back(std::move(v));
  return summary;
}
inline Summary norm_and_product_of(Params u, Params v) {
  Summary summary{inner_product_summary(), {}};
  summary.of.push_back(std::move(u));
  summary.of.push_back(std::move(v));
  return summary;
}

}  // namespace gossamer
