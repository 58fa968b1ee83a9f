#include "sim/learning/models/logistic_regression.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/learning/models/linear_model.hpp"

namespace gossamer {

template <class Scalar>
Scalar softplus(Scalar t) {
  return std::log1p(std::exp(-std::abs(t))) + std::max(t, Scalar{0});
}

template <class Scalar>
Scalar sigmoid(Scalar t) {
  const Scalar e = std::exp(-std::abs(t));
  return (t >= 0 ? Scalar{1} : e) / (1 + e);
}

namespace {

/// Labels are 0 and 1 here.
struct LogisticLoss {
  static constexpr bool classifies = true;
  static constexpr double least_curvature = 0;
  static constexpr double largest_curvature = 0.25;

  static double value(double z, double label) { return softplus(label > 0 ? -z : z); }
  template <class Scalar>
  static Scalar derivative(Scalar z, Scalar label) {
    return label > 0 ? -sigmoid(-z) : sigmoid(z);
  }
  static double curvature(double z) { return sigmoid(z) * sigmoid(-z); }
  static bool correct(double z, double label) { return (z > 0) == (label > 0); }
};

}  // namespace

template <class Scalar>
std::unique_ptr<Model<Scalar>> logistic_regression(const Dataset& data, const LogisticRegression& settings) {
  if (data.classes != 2)
    throw LearningError{
        data.classes == 0
            ? fmt::format("logistic_regression: data set \"{}\" has real targets, expected two classes", data.name)
            : fmt::format("logistic_regression: data set \"{}\" has {} classes, expected two", data.name,
                          data.classes)};
  return std::make_unique<LinearModel<Scalar, LogisticLoss>>(data.train.features(), settings.l2, settings.intercept);
}

template float softplus(float);
template double softplus(double);
template float sigmoid(float);
template double sigmoid(double);
template std::unique_ptr<Model<float>> logistic_regression(const Dataset&, const LogisticRegression&);
template std::unique_ptr<Model<double>> logistic_regression(const Dataset&, const LogisticRegression&);

}  // namespace gossamer
