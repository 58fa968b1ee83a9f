#include <cmath>
#include <functional>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/all_reduce_sgd.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/dmsgd.hpp"
#include "tests/cluster.hpp"
#include "tests/estimate.hpp"
#include "tests/graphs.hpp"

// The distance at which noise keeps models from their common minimum: f_i(x) = ½ ‖x‖² for all i, with noise of variance
// 1 on each coordinate of every gradient. Models are then autoregressive, and their stationary variances sums over the
// eigenvalues λ_k of a symmetric W.
namespace gossamer::variance_floor_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using testing::Cluster;
using testing::DiagonalQuadratics;
using testing::Estimate;

constexpr Index d = 64;

/// Variances per coordinate, of the mean of all models and, on average, of one.
struct Variances {
  Estimate of_mean, of_model;
};

/// Looks at the models once in ten rounds, in the middle of a step.
class SamplingObserver final : public Observer {
 public:
  SamplingObserver(Executor<double>& plane, Seconds first) : plane_{plane}, at_{first} {}

  std::optional<std::string> observe(const Snapshot& snapshot) override {
    at_ += 100ms;
    MatrixXd x(d, static_cast<Index>(snapshot.models.size()));
    for (Index i = 0; i < x.cols(); ++i) {
      const auto values = plane_.values(snapshot.models[static_cast<std::size_t>(i)]);
      x.col(i) = Eigen::Map<const Eigen::VectorXd>(values.data(), d);
    }
    of_mean.push_back(x.rowwise().mean().squaredNorm() / d);
    of_model.push_back(x.squaredNorm() / static_cast<double>(x.size()));
    return {};
  }
  Next next() const override { return {.time = at_}; }

  std::vector<double> of_mean, of_model;

 private:
  Executor<double>& plane_;
  Seconds at_;
};

/// The mean of a stationary sequence of looks. After a batch of 20 looks, 200 rounds, the weight of a model is
/// 0.9^200 = 1e-9 and its square 1e-18, so that batches count as independent.
Estimate over_batches(const std::vector<double>& sampling_observer) {
  constexpr std::size_t length = 20;
  return testing::estimate(static_cast<int>(sampling_observer.size() / length), [&](std::uint64_t batch) {
    double sum = 0;
    for (std::size_t k = 0; k < length; ++k) sum += sampling_observer[batch * length + k];
    return sum / length;
  });
}

/// Time averages over 40 batches of 200 rounds, after as many as one batch. The slowest mode loses 0.1 of itself a
/// round.
Variances stationary(const Mixing& w, const Program& program) {
  const NodeId n = w.size();
  const DiagonalQuadratics objective{MatrixXd::Ones(d, n), MatrixXd::Zero(d, n), 1.0};
  Cluster cluster{{.mixing = w, .objective = objective}};  // steps take 10 ms, messages nothing
  SamplingObserver sampling_observer{cluster.plane(), 2005ms};
  cluster.run(program, {.virtual_time = 82s}, &sampling_observer);
  return {over_batches(sampling_observer.of_mean), over_batches(sampling_observer.of_model)};
}

Program d_psgd_of(DPsgd::Form form, double eta) {
  return [=](Node& node) { return d_psgd(node, {.step_size = eta, .form = form}); };
}

TEST_CASE(
    "D-PSGD's models vary by their modes' variances, ATC less than AWC, and their mean by an n-th of one model's") {
  // Var(x̄) = η/(n (2 − η)); a mode of AWC, s ← (λ − η) s + η z, has η²/(1 − (λ − η)²); of ATC, s ← λ((1 − η) s + η z),
  // λ²η²/(1 − λ²(1 − η)²). A model's variance is the mean over modes.
  constexpr NodeId n = 8;
  constexpr double eta = 0.1;
  double awc = 0, atc = 0;
  for (int k = 0; k < n; ++k) {
    const double lambda = (1 + 2 * std::cos(2 * std::numbers::pi * k / n)) / 3;
    awc += eta * eta / (1 - (lambda - eta) * (lambda - eta)) / n;
    atc += lambda * lambda * eta * eta / (1 - lambda * lambda * (1 - eta) * (1 - eta)) / n;
  }
  const double mean = eta / (n * (2 - eta));
  CHECK(mean == doctest::Approx(0.0065789).epsilon(1e-5));
  CHECK(awc == doctest::Approx(0.0183789).epsilon(1e-5));
  CHECK(atc == doctest::Approx(0.0104905).epsilon(1e-5));
  for (const auto& [form, model] : {std::pair{DPsgd::Form::awc, awc}, std::pair{DPsgd::Form::atc, atc}}) {
    const Variances measured = stationary(testing::ring(n), d_psgd_of(form, eta));
    check(measured.of_mean, mean);
    check(measured.of_model, model);
  }
}

TEST_CASE("With momentum the mean varies by (η/n)(1 + β)/((1 − β)(2(1 + β) − η)), in any form, on any graph") {
  constexpr NodeId n = 8;
  constexpr double eta = 0.02, beta = 0.8;
  const double mean = eta / n * (1 + beta) / ((1 - beta) * (2 * (1 + beta) - eta));
  CHECK(mean == doctest::Approx(0.0062849).epsilon(1e-4));
  for (const Mixing& w : {testing::ring(n), testing::tangle(n)}) {
    for (const DPsgd::Form form : {DPsgd::Form::atc, DPsgd::Form::awc}) {
      const Program program = [=](Node& node) {
        return dmsgd(node, {.step_size = eta, .form = form, .local = {.momentum = beta}});
      };
      check(stationary(w, program).of_mean, mean);
    }
  }
}

TEST_CASE("n nodes make the variance of the mean an n-th, on every graph, as gathering all gradients does") {
  constexpr double eta = 0.1;
  for (const NodeId n : {4, 16, 32}) {
    CAPTURE(n);
    const double mean = eta / (n * (2 - eta));
    for (const Mixing& w : {testing::ring(n), testing::complete(n), testing::exponential(n)})
      check(stationary(w, d_psgd_of(DPsgd::Form::awc, eta)).of_mean, mean);
    const Program gathered = [](Node& node) { return all_reduce_sgd(node, {.step_size = eta}); };
    const Variances central = stationary(testing::complete(n), gathered);
    check(central.of_mean, mean);
    check(central.of_model, mean);
  }
}

}  // namespace
}  // namespace gossamer::variance_floor_test
