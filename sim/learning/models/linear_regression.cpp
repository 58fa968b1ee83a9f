#include "sim/learning/models/linear_regression.hpp"

#include <fmt/format.h>

#include "sim/learning/models/linear_model.hpp"

namespace gossamer {
namespace {

struct SquaredLoss {
  static constexpr bool classifies = false;
  static constexpr double least_curvature = 1;
  static constexpr double largest_curvature = 1;

  static double value(double z, double y) { return (z - y) * (z - y) / 2; }
  template <class Scalar>
  static Scalar derivative(Scalar z, Scalar y) {
    return z - y;
  }
  static double curvature(double) { return 1; }
  static bool correct(double, double) { return false; }
};

}  // namespace

template <class Scalar>
std::unique_ptr<Model<Scalar>> linear_regression(const Dataset& data, const LinearRegression& settings) {
  if (data.classes != 0)
    throw LearningError{fmt::format("linear_regression: data set \"{}\" has {} classes, expected real targets",
                                    data.name, data.classes)};
  return std::make_unique<LinearModel<Scalar, SquaredLoss>>(data.train.features(), settings.l2, settings.intercept);
}

template std::unique_ptr<Model<float>> linear_regression(const Dataset&, const LinearRegression&);
template std::unique_ptr<Model<double>> linear_regression(const Dataset&, const LinearRegression&);

}  // namespace gossamer
