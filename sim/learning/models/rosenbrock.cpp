#include "sim/learning/models/rosenbrock.hpp"

#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

constexpr double steepness = 100;  // the factor of (y − x²)²

template <class Scalar>
double value(const Scalar* at, Index dimension) {
  double sum = 0;
  for (Index k = 0; k < dimension; k += 2) {
    const double x = at[k], y = at[k + 1];
    const double off = y - x * x;
    sum += (1 - x) * (1 - x) + steepness * off * off;
  }
  return sum;
}

/// (∂f/∂x, ∂f/∂y) of one pair.
template <class Scalar>
std::pair<Scalar, Scalar> slope(Scalar x, Scalar y) {
  const Scalar along_y = static_cast<Scalar>(2 * steepness) * (y - x * x);
  return {-2 * (1 - x) - 2 * x * along_y, along_y};
}

}  // namespace

template <class Scalar>
Rosenbrock<Scalar>::Rosenbrock(Index dimension, double noise, std::uint64_t seed)
    : dimension_{dimension}, noise_{noise}, seed_{seed} {
  if (dimension < 2 || dimension % 2 != 0)
    throw LearningError{
        fmt::format("rosenbrock: the dimension is {}, expected an even number of at least 2", dimension)};
}

template <class Scalar>
void Rosenbrock<Scalar>::gradient(NodeId node, std::uint64_t step, const Scalar* x, Scalar* g, Workspace&) const {
  for (Index k = 0; k < dimension_; k += 2) {
    const auto [along_x, along_y] = slope(x[k], x[k + 1]);
    g[k] = along_x;
    g[k + 1] = along_y;
  }
  if (noise_ == 0 || !GradientAddress::is_minibatch(step)) return;
  Draws draws{seed_, Purpose::noise, node, step};
  for (Index k = 0; k < dimension_; ++k) g[k] += static_cast<Scalar>(noise_ * standard_normal(draws));
}

template <class Scalar>
double Rosenbrock<Scalar>::loss(NodeId, const Scalar* x, Workspace&) const {
  return value(x, dimension_);
}

template <class Scalar>
std::vector<double> Rosenbrock<Scalar>::known_minimum() const {
  return std::vector<double>(static_cast<std::size_t>(dimension_), 1.0);
}

template <class Scalar>
Evaluation Rosenbrock<Scalar>::evaluate(const Scalar* x, const EvaluationScope& scope) const {
  Evaluation result;
  result.train_loss = value(x, dimension_);
  result.suboptimality = result.train_loss;  // f(x*) = 0
  double squared_distance = 0, squared_gradient = 0;
  for (Index k = 0; k < dimension_; k += 2) {
    const double first = x[k], second = x[k + 1];
    squared_distance += (first - 1) * (first - 1) + (second - 1) * (second - 1);
    const auto [along_x, along_y] = slope(first, second);
    squared_gradient += along_x * along_x + along_y * along_y;
  }
  result.distance_to_optimum = std::sqrt(squared_distance);
  if (scope.gradient) result.gradient_norm = std::sqrt(squared_gradient);
  return result;
}

template <class Scalar>
std::vector<ModelScore> Rosenbrock<Scalar>::score(std::span<const Scalar* const> models, const ScoreScope&) const {
  std::vector<ModelScore> result(models.size());
  for (std::size_t i = 0; i < models.size(); ++i) result[i].train_loss = value(models[i], dimension_);
  return result;
}

/// Eight operations for a pair: x², y − x² and 200 times it; 1 − x and −2 times it; 2 x, its product with ∂f/∂y, and the
/// difference.
template <class Scalar>
Work Rosenbrock<Scalar>::step_work(NodeId) const {
  const auto d = static_cast<double>(dimension_);
  return {.flops = 4 * d, .bytes = static_cast<double>(sizeof(Scalar)) * 2 * d};
}

template <class Scalar>
std::optional<double> Rosenbrock<Scalar>::gradient_variance() const {
  return static_cast<double>(dimension_) * noise_ * noise_;
}

namespace {

struct NoisyRosenbrock {
  Index dimension = 2;
  double noise = 0;
};

}  // namespace

template <class Scalar>
ModelEntry<Scalar> rosenbrock_entry() {
  using S = NoisyRosenbrock;
  const auto build = [](const S& settings, const LearningContext& context) -> std::unique_ptr<Problem<Scalar>> {
    return std::make_unique<Rosenbrock<Scalar>>(settings.dimension, settings.noise, context.seed);
  };
  return {entry<std::unique_ptr<Problem<Scalar>>(const LearningContext&)>(
      "rosenbrock", "Rosenbrock's curved valley for every pair of variables, the same for all nodes", build,
      std::vector<Field<S>>{{"dimension", &S::dimension, at_least(2), "d, even"},
                            {"noise", &S::noise, at_least(0), "σ, standard deviation of each gradient coordinate"}},
      "Rosenbrock, \"An Automatic Method for Finding the Greatest or Least Value of a Function\", The Computer Journal "
      "3, "
      "1960")};
}

template ModelEntry<float> rosenbrock_entry();
template ModelEntry<double> rosenbrock_entry();

template class Rosenbrock<float>;
template class Rosenbrock<double>;

}  // namespace gossamer
