#pragma once
#include <cstdint>

#include <Eigen/Core>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// Gaussian clusters, one for each class; each group of samples is shifted by a vector of its own.
///
/// Sample k of group g has a class c uniform on {0, …, C − 1} and the features
///
///     a = μ_c + ν_g + σ z,    z ~ N(0, I_d),    ‖μ_c‖ = separation,    ‖ν_g‖ = feature_shift,
///
/// with the directions of all μ_c and ν_g independent and uniform on the sphere. With probability `label_noise` its
/// label is one of the other classes, each equally likely; else it is c.
/// With a `density` below 1, samples are sparse: a sample keeps K = max(1, round(density · d)) of its features, at places
/// of its own, all sets of places equally likely. The other features are 0. So the mean of a is K/d (μ_c + ν_g).
/// Samples are in the order of their groups (sizes differ by at most 1), in either part: the contiguous partition over
/// as many nodes as groups, or a multiple, gives nodes whose mean features differ; the iid partition gives similar
/// nodes. Labels have the same distribution in all groups.
/// Sample k of a part depends on the seed, k and its group alone. So with one group, more samples do not change the
/// samples before them.
struct SyntheticClassification {
  Index samples = 1000;      ///< m ≥ 1
  Index test_samples = 0;    ///< ≥ 0
  Index features = 20;       ///< d ≥ 1
  int classes = 2;           ///< C ≥ 2
  double separation = 2;     ///< ‖μ_c‖ ≥ 0
  double noise = 1;          ///< σ ≥ 0
  double label_noise = 0;    ///< in [0, 1]
  Index groups = 1;          ///< ≥ 1, at most `samples`
  double feature_shift = 0;  ///< ‖ν_g‖ ≥ 0
  double density = 1;        ///< above 0, at most 1
};

/// Draws the data; the same bits for any number of threads. Throws LearningError for more groups than samples, and for
/// sparse parts of 2³¹ or more kept features.
Dataset synthetic_classification(const SyntheticClassification& settings, std::uint64_t seed);

/// The true means μ_c, as columns. (ν_g: `group_shifts`.)
Eigen::MatrixXd class_means(const SyntheticClassification& settings, std::uint64_t seed);

/// K, the number of features that a sample keeps.
Index kept_features(const SyntheticClassification& settings);

}  // namespace gossamer
