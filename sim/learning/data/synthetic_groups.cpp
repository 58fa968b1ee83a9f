#include "sim/learning/data/synthetic_groups.hpp"

#include <fmt/format.h>

#include "sim/learning/problem.hpp"

namespace gossamer {

Eigen::MatrixXd vectors_of_length(double length, Index dimension, Index count, std::uint64_t seed,
                                  SyntheticTable table) {
  Eigen::MatrixXd vectors(dimension, count);
  for (Index c = 0; c < count; ++c) {
    Draws draws = synthetic_draws(seed, table, c);
    auto vector = vectors.col(c);
    for (double& entry : vector) entry = standard_normal(draws);
    vector *= length / vector.norm();
  }
  return vectors;
}

void check_groups(const std::string& source, Index groups, Index samples) {
  if (groups > samples)
    throw LearningError{fmt::format("{}: {} groups need as many samples, but there are {}", source, groups, samples)};
}

}  // namespace gossamer
