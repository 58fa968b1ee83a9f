#pragma once
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "sim/proof/instance.hpp"
#include "tests/cluster.hpp"

/// Runs of programs in virtual time, and the measures of worst cases.
namespace gossamer::testing {

/// The d × n models of each round, up to `rounds`.
class RoundsOf final : public Observer {
 public:
  RoundsOf(DataPlane& plane, int rounds) : plane_{plane}, rounds_{static_cast<std::size_t>(rounds)} {}

  std::optional<std::string> observe(const Snapshot& snapshot) override {
    // All nodes report at the same instants, once before the first round.
    if (snapshot.reports != snapshot.models.size() * (models.size() + 2)) return std::nullopt;
    Eigen::MatrixXd x(plane_.dimension(), static_cast<Index>(snapshot.models.size()));
    for (Index i = 0; i < x.cols(); ++i) {
      const std::vector<double> values = plane_.values(snapshot.models[static_cast<std::size_t>(i)]);
      x.col(i) = Eigen::Map<const Eigen::VectorXd>(values.data(), x.rows());
    }
    models.push_back(x);
    return models.size() == rounds_ ? std::optional<std::string>{"all rounds"} : std::nullopt;
  }
  Next next() const override { return {.at_changes = true}; }

  std::vector<Eigen::MatrixXd> models;

 private:
  DataPlane& plane_;
  std::size_t rounds_;
};

/// The measure of a problem whose minimum is known.
inline double measured_models(const Problem<double>& f, WorstMeasure measure,
                              const std::vector<Eigen::MatrixXd>& models) {
  const Eigen::MatrixXd& x = models.back();
  const Eigen::VectorXd mean = x.rowwise().mean();
  const std::vector<double> known = f.known_minimum();
  const Eigen::VectorXd best = Eigen::Map<const Eigen::VectorXd>(known.data(), mean.size());
  const auto n = static_cast<double>(x.cols());
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(mean.size());
  for (const Eigen::MatrixXd& round : models) sum += round.rowwise().mean();
  const Eigen::VectorXd mean_of_means = sum / static_cast<double>(models.size());
  switch (measure) {
    case WorstMeasure::value:
      return f.evaluate(mean.data(), {}).suboptimality.value();
    case WorstMeasure::mean:
      return (mean - best).squaredNorm();
    case WorstMeasure::distance:
      return (x.colwise() - best).squaredNorm() / n;
    case WorstMeasure::consensus:
      return (x.colwise() - mean).squaredNorm() / n;
    case WorstMeasure::gradient:
      return std::pow(f.evaluate(mean.data(), {}).gradient_norm.value(), 2);
    case WorstMeasure::average:
      break;
  }
  return f.evaluate(mean_of_means.data(), {}).suboptimality.value();
}

/// W(k) of some rounds, over and over.
class RoundsInTurn final : public MixingSchedule {
 public:
  explicit RoundsInTurn(std::vector<std::shared_ptr<const Mixing>> rounds) : rounds_{std::move(rounds)} {}
  std::shared_ptr<const Mixing> round(std::uint64_t k) const override { return rounds_[k % rounds_.size()]; }
  std::optional<std::uint64_t> period() const override { return rounds_.size(); }

 private:
  std::vector<std::shared_ptr<const Mixing>> rounds_;
};

inline SparseMatrix sparse(const Eigen::MatrixXd& W) { return W.sparseView(); }

/// The measure of a program on a problem, after the rounds of a worst case.
inline double measured_run(const Program& program, const std::vector<Eigen::MatrixXd>& rounds,
                           const Problem<double>& problem, const Eigen::MatrixXd& start,
                           const WorstCaseSettings& settings) {
  std::vector<std::shared_ptr<const Mixing>> mixings;
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(rounds[0].rows(), rounds[0].cols());
  for (const Eigen::MatrixXd& W : rounds) {
    mixings.push_back(std::make_shared<const Mixing>(sparse(W), MixingPromise{.connectivity = Connectivity::any}));
    sum += W;
  }
  const Mixing all{sparse(sum / static_cast<double>(rounds.size()))};
  const RoundsInTurn schedule{mixings};
  Cluster cluster{{.mixing = all,
                   .objective = problem,
                   .initial = start,
                   .schedule = rounds.size() > 1 ? &schedule : nullptr,
                   .optimum = problem.known_minimum()}};
  RoundsOf observer{cluster.plane(), settings.rounds};
  cluster.run(program, {}, &observer);
  return measured_models(problem, settings.measure, observer.models);
}

}  // namespace gossamer::testing
