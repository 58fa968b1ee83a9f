#pragma once
#include <cmath>
#include <memory>

#include "sim/learning/models/model_registry.hpp"

namespace own {
using namespace gossamer;

/// Linear regression that outliers disturb little: Huber's loss of the residual r = ⟨a, x⟩ − y.
///
///     ℓ(r) = r²/2 if |r| ≤ 1, else |r| − 1/2
///
/// Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35 (1964).
struct HuberLoss {
  static constexpr bool classifies = false;
  static constexpr double least_curvature = 0;
  static constexpr double largest_curvature = 1;

  static double value(double z, double y) {
    const double r = std::abs(z - y);
    return r <= 1 ? r * r / 2 : r - 0.5;
  }
  template <class Scalar>
  static Scalar derivative(Scalar z, Scalar y) {
    const Scalar r = z - y;
    return r > 1 ? Scalar{1} : r < -1 ? Scalar{-1} : r;
  }
  static bool correct(double, double) { return false; }
};

struct MyModel {
  double l2 = 0;          ///< λ ≥ 0
  Index batch_size = 32;  ///< B ≥ 1
};

/// The mean loss of every node over its samples, by minibatches.
template <class Scalar>
std::unique_ptr<Problem<Scalar>> my_model(MyModel settings, const LearningContext& context);

/// Its name, settings and data, as experiment files and messages have them, for float and double.
template <class Scalar>
ModelEntry<Scalar> my_model_entry();

}  // namespace own
