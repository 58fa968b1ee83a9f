#include "sim/learning/data/synthetic_classification.hpp"

#include "sim/ground/buffered_draws.hpp"
#include "sim/learning/data/dense_samples.hpp"
#include "sim/learning/data/synthetic_groups.hpp"

namespace gossamer {
namespace {

double noisy_label(int label, const SyntheticClassification& settings, Draws& draws) {
  if (draws.uniform() >= settings.label_noise) return label;
  const auto other = static_cast<int>(draws.below(static_cast<std::uint64_t>(settings.classes) - 1));
  return other < label ? other : other + 1;
}

Samples draw_classification_part(const SyntheticClassification& settings, Index count, std::uint64_t seed,
                                 SyntheticTable table) {
  const Eigen::MatrixXd means = class_means(settings, seed);
  const Eigen::MatrixXd shifts = group_shifts(settings, seed);
  Samples part = unset_samples(settings.features, count);
#pragma omp parallel for schedule(static)
  for (Index k = 0; k < count; ++k) {
    Draws draws = synthetic_draws(seed, table, k);
    const auto label = static_cast<int>(draws.below(static_cast<std::uint64_t>(settings.classes)));
    part.labels[k] = noisy_label(label, settings, draws);
    auto a = part.dense.col(k);
    BufferedDraws noise{draws};
    fill_standard_normal(noise, features_of(part, k));
    a = settings.noise * a + (means.col(label) + shifts.col(group_of(k, count, settings.groups)));
  }
  return part;
}

}  // namespace

Dataset synthetic_classification(const SyntheticClassification& settings, std::uint64_t seed) {
  Dataset data = synthetic_dataset("synthetic_classification", settings, seed, draw_classification_part);
  data.classes = settings.classes;
  return data;
}

Eigen::MatrixXd class_means(const SyntheticClassification& settings, std::uint64_t seed) {
  return vectors_of_length(settings.separation, settings.features, settings.classes, seed, SyntheticTable::truth);
}

}  // namespace gossamer
