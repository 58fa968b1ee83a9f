#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "sim/numerics/summary.hpp"

namespace gossamer {

/// An AMS sketch: l rows of m buckets. Coordinate k of row r is added to bucket h_r(k) with the sign s_r(k), where the
/// bucket is a pairwise independent hash and the sign a 4-wise independent one, both polynomials modulo 2⁶¹ − 1 with
/// coefficients from the seed. A sketch is linear in the vector.
///
/// Alon, Matias, Szegedy, "The Space Complexity of Approximating the Frequency Moments", STOC 1996; Cormode, Garofalakis,
/// "Sketching Streams Through the Net: Distributed Approximate Query Tracking", VLDB 2005.
struct AmsSketch {
  std::size_t rows = 5;       ///< l ≥ 1
  std::size_t buckets = 250;  ///< m ≥ 1
  std::uint64_t seed = 1;     ///< the same on all nodes
};

/// (‖v‖², the l m numbers of the sketch, row by row).
std::shared_ptr<const VectorSummary> sketch_summary(const AmsSketch& sketch);

/// The estimate of ‖v‖²: the median over the rows of the sum of squares of a row.
double estimated_square(const AmsSketch& sketch, std::span<const double> numbers);

}  // namespace gossamer
