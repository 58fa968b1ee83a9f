#include "sim/learning/data/synthetic_regression.hpp"

#include <cmath>

#include "sim/ground/buffered_draws.hpp"
#include "sim/learning/data/dense_samples.hpp"
#include "sim/learning/data/synthetic_groups.hpp"

namespace gossamer {
namespace {

Samples draw_regression_part(const SyntheticRegression& settings, Index count, std::uint64_t seed,
                             SyntheticTable table) {
  const Eigen::MatrixXd parameters = true_parameters(settings, seed);
  const Eigen::MatrixXd shifts = group_shifts(settings, seed);
  const Eigen::VectorXd roots = covariance_spectrum(settings).cwiseSqrt();
  Samples part = unset_samples(settings.features, count);
#pragma omp parallel for schedule(static)
  for (Index k = 0; k < count; ++k) {
    BufferedDraws draws{synthetic_draws(seed, table, k)};
    const Index group = group_of(k, count, settings.groups);
    auto a = part.dense.col(k);
    fill_standard_normal(draws, features_of(part, k));
    a = (a.cwiseProduct(roots) + shifts.col(group)).eval();
    double noise = 0;
    fill_standard_normal(draws, {&noise, 1});
    part.labels[k] = a.dot(parameters.col(group)) + settings.noise * noise;
  }
  return part;
}

}  // namespace

Dataset synthetic_regression(const SyntheticRegression& settings, std::uint64_t seed) {
  return synthetic_dataset("synthetic_regression", settings, seed, draw_regression_part);
}

Eigen::MatrixXd true_parameters(const SyntheticRegression& settings, std::uint64_t seed) {
  const Eigen::VectorXd common = vectors_of_length(1, settings.features, 1, seed, SyntheticTable::truth);
  return vectors_of_length(settings.parameter_shift, settings.features, settings.groups, seed,
                           SyntheticTable::parameter_shifts)
             .colwise() +
         common;
}

Eigen::VectorXd covariance_spectrum(const SyntheticRegression& settings) {
  Eigen::VectorXd spectrum = Eigen::VectorXd::Ones(settings.features);
  for (Index j = 1; j < settings.features; ++j) {
    const double along = static_cast<double>(j) / static_cast<double>(settings.features - 1);
    spectrum[j] = settings.spectrum == FeatureSpectrum::geometric ? std::pow(settings.condition, -along)
                                                                  : 1 - (1 - 1 / settings.condition) * along;
  }
  return spectrum;
}

}  // namespace gossamer
