#include "experiments/theory/problem_theory.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <Eigen/Core>

#include "sim/learning/problem.hpp"
#include "sim/learning/theory/node_gradients.hpp"

namespace gossamer {
namespace {

constexpr NodeId most_listed_nodes = 1000;
constexpr std::size_t most_listed_coordinates = 1000;

class ProblemTheory {
 public:
  ProblemTheory(const Experiment& experiment, const Problem<double>& problem, Theory& theory)
      : start_{experiment.initial_params},
        problem_{problem},
        nodes_{experiment.workers()},
        first_{mean_start()},
        theory_{theory} {}

  void add_all() {
    add_curvature();
    const Finding<std::vector<double>> best = problem_.minimizer();
    if (best.value)
      add_optimum(Eigen::Map<const Eigen::VectorXd>(best.value->data(), problem_.dimension()), best.source);
    else
      for (const char* key : {"sigma_squared", "zeta_star_squared", "f_star", "distance_start_squared"})
        theory_.leave_out(key, best.source);
    add_start();
  }

 private:
  Eigen::VectorXd start_of(NodeId node) const {
    Eigen::VectorXd x(problem_.dimension());
    start_.fill(node, x.data());
    return x;
  }

  Eigen::VectorXd mean_start() const {
    if (start_.shared()) return start_of(0);
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(problem_.dimension());
    for (NodeId i = 0; i < nodes_; ++i) sum += start_of(i);
    return sum / nodes_;
  }

  void list(const char* key, const std::vector<double>& values) {
    if (nodes_ <= most_listed_nodes) theory_.nodes.emplace_back(key, values);
  }

  void add_curvature() {
    const CurvatureConstants curvature = problem_.curvature_constants();
    theory_.add("L", curvature.L);
    theory_.add("mu", curvature.mu);
    const auto add_extreme = [&](const char* key, const char* listed, const Finding<std::vector<double>>& of_nodes,
                                 auto extreme) {
      if (!of_nodes.value) return theory_.leave_out(key, of_nodes.source);
      theory_.add(key, TheoryConstant{.value = *extreme(of_nodes.value->begin(), of_nodes.value->end()),
                                      .source = "of the nodes: " + of_nodes.source});
      list(listed, *of_nodes.value);
    };
    const auto largest = [](auto begin, auto end) { return std::max_element(begin, end); };
    const auto smallest = [](auto begin, auto end) { return std::min_element(begin, end); };
    add_extreme("L_max", "L", curvature.L_of_nodes, largest);
    add_extreme("mu_min", "mu", curvature.mu_of_nodes, smallest);
  }

  /// The mean of the nodes' variances, whose estimates are independent.
  TheoryConstant mean_of(const GradientNoise& noise, const char* place) const {
    const auto mean = [this](const std::vector<double>& values) {
      return std::accumulate(values.begin(), values.end(), 0.0) / nodes_;
    };
    double squares = 0;
    for (const double error : noise.standard_errors) squares += error * error;
    return {.value = mean(noise.variances),
            .standard_error = std::sqrt(squares) / nodes_,
            .source = fmt::format("at {}: {}", place, noise.source)};
  }

  void add_optimum(const Eigen::VectorXd& best, const std::string& source) {
    const GradientNoise noise = problem_.gradient_noise(best.data(), nodes_);
    theory_.add("sigma_squared", mean_of(noise, "x*"));
    list("sigma_squared", noise.variances);
    const NodeGradients gradients = node_gradients(problem_, nodes_, best);
    const std::string of_best = fmt::format("x*: {}", source);
    theory_.add("zeta_star_squared", TheoryConstant{.value = gradients.mean_square, .source = "at " + of_best});
    list("zeta_star_squared", gradients.squares);
    const Evaluation evaluation = problem_.evaluate(best.data(), {.test = false, .gradient = false});
    theory_.add("f_star", TheoryConstant{.value = evaluation.train_loss, .source = "f at " + of_best});
    double distance = 0;
    if (start_.shared())
      distance = (first_ - best).squaredNorm();
    else
      for (NodeId i = 0; i < nodes_; ++i) distance += (start_of(i) - best).squaredNorm() / nodes_;
    theory_.add("distance_start_squared", TheoryConstant{.value = distance, .source = "to " + of_best});
    const auto d = static_cast<std::size_t>(best.size());
    if (d <= most_listed_coordinates) theory_.optimum.assign(best.begin(), best.end());
  }

  void add_start() {
    const char* const place = start_.shared() ? "x_0" : "the mean of the nodes' starts";
    const TheoryConstant noise = mean_of(problem_.gradient_noise(first_.data(), nodes_), place);
    const NodeGradients gradients = node_gradients(problem_, nodes_, first_);
    theory_.add("sigma_squared_start", noise);
    theory_.add("zeta_squared_start",
                TheoryConstant{.value = gradients.spread, .source = fmt::format("at {}: from all gradients", place)});
    theory_.add("M_squared", TheoryConstant{.value = gradients.mean_square + noise.value,
                                            .standard_error = noise.standard_error,
                                            .source = fmt::format("at {}: mean of the squared norms of the nodes' "
                                                                  "gradients, plus sigma_squared_start",
                                                                  place)});
  }

  const InitialParams& start_;
  const Problem<double>& problem_;
  NodeId nodes_;
  Eigen::VectorXd first_;
  Theory& theory_;
};

}  // namespace

void add_problem(const Experiment& experiment, Theory& theory) {
  if (!experiment.exact_problem) {
    for (const char* key : {"L", "mu", "L_max", "mu_min", "sigma_squared", "zeta_star_squared", "f_star",
                            "distance_start_squared", "sigma_squared_start", "zeta_squared_start", "M_squared"})
      theory.leave_out(key, "there is no model");
    return;
  }
  const std::unique_ptr<Problem<double>> problem = experiment.exact_problem();
  ProblemTheory{experiment, *problem, theory}.add_all();
}

}  // namespace gossamer
