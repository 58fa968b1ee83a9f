#pragma once
#include <functional>
#include <utility>

#include <Eigen/Core>

#include "sim/compute/step_times.hpp"
#include "sim/ground/random.hpp"
#include "sim/numerics/objective.hpp"

namespace gossamer::testing {

/// Objectives f_i(x) = ½ Σ_k a_ik x_k² − b_ik x_k with independent normal noise of standard deviation s on each
/// coordinate of every gradient: a_ik x_k − b_ik + s z. Shapes: a and b are d × n, one node per column.
class DiagonalQuadratics final : public Objective<double> {
 public:
  DiagonalQuadratics(Eigen::MatrixXd a, Eigen::MatrixXd b, double noise = 0, std::uint64_t seed = 1)
      : a_{std::move(a)}, b_{std::move(b)}, noise_{noise}, seed_{seed} {}

  Index dimension() const override { return a_.rows(); }
  void gradient(NodeId node, std::uint64_t step, const double* x, double* g, Workspace&) const override {
    Draws draws{seed_, Purpose::noise, node, step};
    for (Index k = 0; k < a_.rows(); ++k) {
      g[k] = a_(k, node) * x[k] - b_(k, node);
      if (noise_ > 0 && GradientAddress::is_minibatch(step)) g[k] += noise_ * standard_normal(draws);
    }
  }
  void newton_direction(NodeId node, const double*, const double* g, double* p, Workspace&) const override {
    for (Index k = 0; k < a_.rows(); ++k) p[k] = g[k] / a_(k, node);
  }
  double loss(NodeId node, const double* x, Workspace&) const override {
    double sum = 0;
    for (Index k = 0; k < a_.rows(); ++k) sum += a_(k, node) * x[k] * x[k] / 2 - b_(k, node) * x[k];
    return sum;
  }

 private:
  Eigen::MatrixXd a_;
  Eigen::MatrixXd b_;
  double noise_;
  std::uint64_t seed_;
};

/// Objectives without gradient, for tests of times and messages alone. d coordinates, n nodes.
inline DiagonalQuadratics flat(NodeId n, Index d = 1) {
  return {Eigen::MatrixXd::Zero(d, n), Eigen::MatrixXd::Zero(d, n)};
}

/// Step times by a formula.
class StepsBy final : public StepTimes {
 public:
  explicit StepsBy(std::function<Seconds(NodeId, std::uint64_t)> formula) : formula_{std::move(formula)} {}
  Seconds duration(NodeId node, std::uint64_t step, Seconds) const override { return formula_(node, step); }

 private:
  std::function<Seconds(NodeId, std::uint64_t)> formula_;
};

}  // namespace gossamer::testing
