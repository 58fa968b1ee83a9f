#pragma once
#include <cstdint>

#include <Eigen/Core>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// The sequence of the eigenvalues of the feature covariance, from 1 down to 1/κ.
enum class FeatureSpectrum { geometric, linear };

/// Linear regression with a known spectrum and groups that disagree about the parameters.
///
/// Sample k of group g has the features and the target
///
///     a = H^{1/2} z + w_g,    b = aᵀ(x° + v_g) + σ ε,    z ~ N(0, I_d), ε ~ N(0, 1),
///
/// where ‖x°‖ = 1, ‖v_g‖ = parameter_shift, ‖w_g‖ = feature_shift, all directions independent and uniform on the
/// sphere, and H is diagonal with h_1 = 1, …, h_d = 1/κ: h_j = κ^{−(j−1)/(d−1)} (geometric) or
/// 1 − (1 − 1/κ)(j − 1)/(d − 1) (linear). With one feature h_1 = 1.
/// If feature_shift is 0, the expected Hessian of ½(aᵀx − b)² is H on every node, and group g's expected loss is
/// least at x° + v_g. Samples are in the order of their groups, in either part, as in SyntheticClassification.
struct SyntheticRegression {
  Index samples = 1000;    ///< m ≥ 1
  Index test_samples = 0;  ///< ≥ 0
  Index features = 20;     ///< d ≥ 1
  double noise = 0.1;      ///< σ ≥ 0
  double condition = 1;    ///< κ ≥ 1
  FeatureSpectrum spectrum = FeatureSpectrum::geometric;
  Index groups = 1;            ///< ≥ 1, at most `samples`
  double parameter_shift = 0;  ///< ‖v_g‖ ≥ 0
  double feature_shift = 0;    ///< ‖w_g‖ ≥ 0
};

/// Draws the data; the same bits for any number of threads. Throws LearningError for more groups than samples.
Dataset synthetic_regression(const SyntheticRegression& settings, std::uint64_t seed);

/// The true parameters x° + v_g, as columns, and the eigenvalues h_1 … h_d. (w_g: `group_shifts`.)
Eigen::MatrixXd true_parameters(const SyntheticRegression& settings, std::uint64_t seed);
Eigen::VectorXd covariance_spectrum(const SyntheticRegression& settings);

}  // namespace gossamer
