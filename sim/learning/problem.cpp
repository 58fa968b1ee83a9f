#include "sim/learning/problem.hpp"

#include <utility>

#include "sim/learning/models/initial_params.hpp"
#include "sim/learning/theory/gradient_noise.hpp"
#include "sim/numerics/executor.hpp"

namespace gossamer {
namespace {

template <class Scalar>
const Scalar* coordinates(DataPlane& plane, const Params& model) {
  return reinterpret_cast<const Scalar*>(plane.bytes(model).data());
}

}  // namespace

Finding<std::vector<double>> AnyProblem::minimizer() const {
  std::vector<double> x = known_minimum();
  if (x.empty()) return unknown<std::vector<double>>("the minimizer of this model is not known");
  return found(std::move(x), "known of the model");
}

CurvatureConstants AnyProblem::curvature_constants() const {
  const std::string reason = "the Hessian of this model has no known bounds";
  return {.L = unknown<double>(reason),
          .mu = unknown<double>(reason),
          .L_of_nodes = unknown<std::vector<double>>(reason),
          .mu_of_nodes = unknown<std::vector<double>>(reason)};
}

template <class Scalar>
GradientNoise Problem<Scalar>::gradient_noise(const Scalar* x, NodeId nodes) const {
  return noise_of_draws(*this, nodes, x);
}

template <class Scalar>
std::unique_ptr<DataPlane> Problem<Scalar>::make_plane(const InitialParams& start, int threads,
                                                       std::optional<std::size_t> window) const {
  return std::make_unique<Executor<Scalar>>(
      typename Executor<Scalar>::Setup{.objective = *this,
                                       .initial_params = [&start](NodeId node, Scalar* x) { start.fill(node, x); },
                                       .common_initial_params = start.shared(),
                                       .threads = threads,
                                       .window = window});
}

template <class Scalar>
Evaluation Problem<Scalar>::evaluate_on(DataPlane& plane, const Params& model, const EvaluationScope& scope) const {
  return evaluate(coordinates<Scalar>(plane, model), scope);
}

template <class Scalar>
std::vector<ModelScore> Problem<Scalar>::score_on(DataPlane& plane, std::span<const Params> models,
                                                  const ScoreScope& scope) const {
  std::vector<const Scalar*> points;
  for (const Params& model : models) points.push_back(coordinates<Scalar>(plane, model));
  return score(points, scope);
}

template class Problem<float>;
template class Problem<double>;

}  // namespace gossamer
