#include "sim/learning/data/synthetic_classification.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sim/ground/buffered_draws.hpp"
#include "sim/ground/random_set.hpp"
#include "sim/learning/data/dense_samples.hpp"
#include "sim/learning/data/synthetic_groups.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

double noisy_label(int label, const SyntheticClassification& settings, Draws& draws) {
  if (draws.uniform() >= settings.label_noise) return label;
  const auto other = static_cast<int>(draws.below(static_cast<std::uint64_t>(settings.classes) - 1));
  return other < label ? other : other + 1;
}

/// One part of the data that is drawn.
struct DrawnPart {
  const SyntheticClassification& settings;
  Index count;
  std::uint64_t seed;
  SyntheticTable table;
};

/// Draws all labels of a part, and the features of each sample by `draw_features(k, mean, draws)`, on all threads.
template <class DrawFeatures>
void draw_samples(const DrawnPart& part, Eigen::VectorXd& labels, const DrawFeatures& draw_features) {
  const SyntheticClassification& settings = part.settings;
  const Eigen::MatrixXd means = class_means(settings, part.seed);
  const Eigen::MatrixXd shifts = group_shifts(settings, part.seed);
#pragma omp parallel for schedule(static)
  for (Index k = 0; k < part.count; ++k) {
    Draws draws = synthetic_draws(part.seed, part.table, k);
    const auto label = static_cast<int>(draws.below(static_cast<std::uint64_t>(settings.classes)));
    labels[k] = noisy_label(label, settings, draws);
    draw_features(k, means.col(label) + shifts.col(group_of(k, part.count, settings.groups)), draws);
  }
}

Samples draw_dense_part(const DrawnPart& part) {
  Samples samples = unset_samples(part.settings.features, part.count);
  draw_samples(part, samples.labels, [&](Index k, const auto& mean, const Draws& draws) {
    BufferedDraws noise{draws};
    fill_standard_normal(noise, features_of(samples, k));
    auto a = samples.dense.col(k);
    a = part.settings.noise * a + mean;
  });
  return samples;
}

/// Sparse samples of which each has `kept` features whose places and values are not drawn yet.
Samples unset_sparse_samples(Index features, Index kept, Index count) {
  constexpr Index most = std::numeric_limits<std::int32_t>::max();
  if (features > most || count > most / kept)
    throw LearningError{
        fmt::format("synthetic_classification: {} sparse samples with {} of {} features are too large, expected at "
                    "most {} features in all samples together",
                    count, kept, features, most)};
  Samples samples;
  samples.labels.resize(count);
  samples.sparse.resize(features, count);
  samples.sparse.resizeNonZeros(kept * count);
  for (Index k = 0; k <= count; ++k) samples.sparse.outerIndexPtr()[k] = static_cast<std::int32_t>(k * kept);
  return samples;
}

Samples draw_sparse_part(const DrawnPart& part) {
  const Index features = part.settings.features, kept = kept_features(part.settings);
  Samples samples = unset_sparse_samples(features, kept, part.count);
  draw_samples(part, samples.labels, [&](Index k, const auto& mean, Draws& draws) {
    std::int32_t* place = samples.sparse.innerIndexPtr() + k * kept;
    double* value = samples.sparse.valuePtr() + k * kept;
    for_each_member(random_set(kept, features, draws), [&](std::size_t j) {
      *place++ = static_cast<std::int32_t>(j);
      *value++ = part.settings.noise * standard_normal(draws) + mean[static_cast<Index>(j)];
    });
  });
  return samples;
}

Samples draw_classification_part(const SyntheticClassification& settings, Index count, std::uint64_t seed,
                                 SyntheticTable table) {
  const DrawnPart part{.settings = settings, .count = count, .seed = seed, .table = table};
  return settings.density < 1 ? draw_sparse_part(part) : draw_dense_part(part);
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

Index kept_features(const SyntheticClassification& settings) {
  return std::max<Index>(1, std::llround(settings.density * static_cast<double>(settings.features)));
}

}  // namespace gossamer
