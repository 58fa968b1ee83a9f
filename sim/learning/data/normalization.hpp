#pragma once
#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// The rule that brings features to a common scale. Its constants are measured on the training part alone and applied
/// to both parts.
enum class Normalization {
  none,
  unit_interval,  ///< a / max: the largest training feature becomes 1; no feature may be negative
  standardize,    ///< (a_j − mean_j) / deviation_j for each feature j; a constant feature becomes 0. Dense data only
  scale,          ///< a_j / deviation_j for each feature j; a constant feature stays as it is
  unit_norm,      ///< a / ‖a‖₂ for each sample; a sample of zeros stays as it is
};

/// Normalizes both parts in place. mean_j = 1/m Σ_k a_jk and deviation_j² = 1/m Σ_k (a_jk − mean_j)².
/// Shapes  features R^{d×m}, dense or sparse; labels do not change.
/// Cost    O(d m) time for dense and O(d + stored entries) for sparse data of m samples.
///
/// Throws LearningError if `unit_interval` is applied to a negative training feature or to zeros only, and if
/// `standardize` is applied to sparse data, which centering would make dense.
void normalize(Dataset& data, Normalization kind);

}  // namespace gossamer
