#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <Eigen/Core>
#include <Eigen/LU>

#include "algorithms/parts/local_steps.hpp"
#include "tests/cluster.hpp"
#include "topologies/schedule.hpp"

/// Algorithms in matrix form, by dense linear algebra: the models of all nodes are the rows of X, n × d, and one round
/// of averaging is X ← W X. Tests of algorithms compare programs with such formulas.
namespace gossamer::testing {

/// Objectives f_i(x) = ½ xᵀA_i x − b_iᵀx with full symmetric A_i, so that coordinates are coupled, and nodes share
/// neither curvature nor minimum. Shapes: A_i is d × d; row i of b, n × d, is b_i.
class Quadratics final : public Objective<double> {
 public:
  Quadratics(std::vector<Eigen::MatrixXd> a, Eigen::MatrixXd b) : a_{std::move(a)}, b_{std::move(b)} {}

  Index dimension() const override { return b_.cols(); }
  void gradient(NodeId node, std::uint64_t, const double* x, double* g, Workspace&) const override {
    const Index d = dimension();
    Eigen::Map<Eigen::VectorXd>(g, d) =
        a_[static_cast<std::size_t>(node)] * Eigen::Map<const Eigen::VectorXd>(x, d) - b_.row(node).transpose();
  }

  double loss(NodeId node, const double* x, Workspace&) const override {
    const Eigen::Map<const Eigen::VectorXd> point(x, dimension());
    return point.dot(a(node) * point) / 2 - b_.row(node).dot(point);
  }

  const Eigen::MatrixXd& a(Index node) const { return a_[static_cast<std::size_t>(node)]; }
  const Eigen::MatrixXd& b() const { return b_; }
  Index nodes() const { return b_.rows(); }

  /// Row i is ∇f_i at row i of x.
  Eigen::MatrixXd gradients(const Eigen::MatrixXd& x) const {
    Eigen::MatrixXd g = -b_;
    for (Index i = 0; i < nodes(); ++i) g.row(i) += x.row(i) * a(i);
    return g;
  }

  /// The minimum of Σ_i f_i.
  Eigen::RowVectorXd minimum() const {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(dimension(), dimension());
    for (const Eigen::MatrixXd& a : a_) sum += a;
    return sum.lu().solve(b_.colwise().sum().transpose()).transpose();
  }

 private:
  std::vector<Eigen::MatrixXd> a_;
  Eigen::MatrixXd b_;
};

/// Normal entries, drawn at one address.
inline Eigen::MatrixXd normal_matrix(Index rows, Index columns, std::uint64_t address) {
  Draws draws{address, Purpose::objective};
  return Eigen::MatrixXd::NullaryExpr(rows, columns, [&](auto, auto) { return standard_normal(draws); });
}

/// Quadratics with A_i = ½ I + ½ M_i M_iᵀ/‖M_i M_iᵀ‖, M_i normal, so that ½ ≤ A_i ≤ 1, and normal b_i.
inline Quadratics heterogeneous_quadratics(NodeId n, Index d) {
  std::vector<Eigen::MatrixXd> a;
  for (NodeId i = 0; i < n; ++i) {
    const Eigen::MatrixXd m = normal_matrix(d, d, 100 + static_cast<std::uint64_t>(i));
    const Eigen::MatrixXd square = m * m.transpose();
    a.push_back(0.5 * Eigen::MatrixXd::Identity(d, d) + (0.5 / square.norm()) * square);
  }
  return {std::move(a), normal_matrix(n, d, 99)};
}

/// The same objectives on workers, and a server as the last node, whose objective is never used.
inline Quadratics with_server(const Quadratics& f) {
  std::vector<Eigen::MatrixXd> a;
  Eigen::MatrixXd b = Eigen::MatrixXd::Zero(f.nodes() + 1, f.dimension());
  for (Index i = 0; i < f.nodes(); ++i) a.push_back(f.a(i));
  a.push_back(Eigen::MatrixXd::Zero(f.dimension(), f.dimension()));
  b.topRows(f.nodes()) = f.b();
  return {std::move(a), std::move(b)};
}

/// The direction of a round at X: what H local steps come to, divided by the step size of the first one, and momentum
/// that looks ahead or not.
class Directions {
 public:
  Directions(const Quadratics& f, StepSize eta, LocalSteps local) : f_{f}, eta_{std::move(eta)}, local_{local} {}

  Eigen::MatrixXd operator()(const Eigen::MatrixXd& x) {
    Eigen::MatrixXd z = x;
    const double first = eta_.at(steps_);
    for (int h = 0; h < local_.steps; ++h) z -= eta_.at(steps_++) * f_.gradients(z);
    const Eigen::MatrixXd g = (x - z) / first;
    if (m_.size() == 0) m_ = Eigen::MatrixXd::Zero(x.rows(), x.cols());
    m_ = local_.momentum * m_ + g;
    return local_.nesterov ? g + local_.momentum * m_ : m_;
  }

 private:
  const Quadratics& f_;
  StepSize eta_;
  LocalSteps local_;
  std::uint64_t steps_ = 0;
  Eigen::MatrixXd m_;
};

/// What H local steps with heavy-ball momentum make of X; the momentum stays from run to run.
class LocalRuns {
 public:
  LocalRuns(const Quadratics& f, double step_size, double momentum = 0)
      : f_{f}, eta_{step_size}, beta_{momentum}, m_{Eigen::MatrixXd::Zero(f.nodes(), f.dimension())} {}

  Eigen::MatrixXd operator()(Eigen::MatrixXd x, int steps) {
    for (int h = 0; h < steps; ++h) {
      m_ = beta_ * m_ + f_.gradients(x);
      x -= eta_ * m_;
    }
    return x;
  }

  Eigen::MatrixXd& momentum() { return m_; }

 private:
  const Quadratics& f_;
  double eta_;
  double beta_;
  Eigen::MatrixXd m_;
};

/// The mean of all rows, in every row.
inline Eigen::MatrixXd averaged(const Eigen::MatrixXd& x) {
  return Eigen::VectorXd::Ones(x.rows()) * x.colwise().mean();
}

/// Rounds that go through some matrices over and over.
class Cycle final : public MixingSchedule {
 public:
  explicit Cycle(std::vector<Mixing> rounds) {
    for (Mixing& w : rounds) rounds_.push_back(std::make_shared<const Mixing>(std::move(w)));
  }

  std::shared_ptr<const Mixing> round(std::uint64_t k) const override { return rounds_[k % rounds_.size()]; }
  std::optional<std::uint64_t> period() const override { return rounds_.size(); }

 private:
  std::vector<std::shared_ptr<const Mixing>> rounds_;
};

/// A run of a synchronous algorithm in virtual time. Its nodes differ in speed, and its messages take most of a step:
/// neither may change the models.
struct SynchronousRun {
  const Mixing& mixing;
  const Objective<double>& objective;
  Eigen::MatrixXd start;  ///< n × d
  const MixingSchedule* schedule = nullptr;

  /// The models, n × d, after so many steps of every node.
  Eigen::MatrixXd models(const Program& program, std::uint64_t node_steps) const {
    Cluster cluster{{.mixing = mixing,
                     .objective = objective,
                     .step_time =
                         [](NodeId i, std::uint64_t k) {
                           const auto phase = static_cast<double>((7 * static_cast<std::uint64_t>(i) + 3 * k) % 5);
                           return Seconds{10e-3 * (1 + 0.3 * phase)};
                         },
                     .message_time = Seconds{8e-3},
                     .initial = start.transpose(),
                     .schedule = schedule}};
    cluster.run(program, {.node_steps = node_steps});
    return cluster.models().transpose();
  }
};

/// The largest difference of two models, relative to the largest model where that is above 1.
inline double deviation(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y) {
  return (x - y).cwiseAbs().maxCoeff() / std::max(1.0, y.cwiseAbs().maxCoeff());
}

}  // namespace gossamer::testing
