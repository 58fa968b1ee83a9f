#pragma once
#include <cstddef>
#include <span>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// Dense samples whose elements have no value yet, on huge pages: threads that write them wait less for the system.
Samples unset_samples(Index features, Index count);

/// The features of dense sample k.
inline std::span<double> features_of(Samples& samples, Index k) {
  return {samples.dense.col(k).data(), static_cast<std::size_t>(samples.dense.rows())};
}

}  // namespace gossamer
