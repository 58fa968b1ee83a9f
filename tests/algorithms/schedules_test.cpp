#include "algorithms/schedules/schedules.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/error.hpp"
#include "algorithms/registry.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

namespace gossamer::schedules_test {
namespace {

using Eigen::MatrixXd;
using testing::Cluster;
using testing::DiagonalQuadratics;

std::vector<double> first(int count, const StepSize& step_size) {
  std::vector<double> values;
  for (int k = 0; k < count; ++k) values.push_back(step_size.at(static_cast<std::uint64_t>(k)));
  return values;
}

TEST_CASE("A number is a step size that stays") {
  CHECK(first(3, 0.1) == std::vector{0.1, 0.1, 0.1});
  CHECK(first(3, step_size_by(ConstantStepSize{0.3})) == std::vector{0.3, 0.3, 0.3});
}

TEST_CASE("Step decay multiplies by the factor after each of the given numbers of steps") {
  CHECK(first(6, step_size_by(StepDecay{.base = 0.5, .steps = {2, 4}, .factor = 0.5})) ==
        std::vector{0.5, 0.5, 0.25, 0.25, 0.125, 0.125});
}

TEST_CASE("A warm-up of K steps rises linearly, has the next schedule's first value in step K − 1, and follows it") {
  CHECK(first(6, step_size_by(WarmUp{.steps = 4, .from = 0, .then = 1.0})) ==
        std::vector{0.25, 0.5, 0.75, 1.0, 1.0, 1.0});
  const StepSize halved = step_size_by(StepDecay{.base = 1, .steps = {1}, .factor = 0.5});
  CHECK(first(4, step_size_by(WarmUp{.steps = 2, .from = 0.5, .then = halved})) == std::vector{0.75, 1.0, 1.0, 0.5});
}

TEST_CASE("Inverse time is half of its first value after T steps, and a third after 2 T") {
  const StepSize eta = step_size_by(InverseTime{.base = 0.6, .halved_at = 50});
  CHECK(eta.at(0) == 0.6);
  CHECK(eta.at(50) == doctest::Approx(0.3).epsilon(1e-15));
  CHECK(eta.at(100) == doctest::Approx(0.2).epsilon(1e-15));
}

TEST_CASE("Half a cosine is at its mean after half of its steps, and stays at its last value") {
  const StepSize eta = step_size_by(Cosine{.base = 0.5, .steps = 100, .last = 0.1});
  CHECK(eta.at(0) == 0.5);
  CHECK(eta.at(50) == doctest::Approx(0.3).epsilon(1e-15));
  CHECK(eta.at(25) == doctest::Approx(0.3 + 0.2 * std::sqrt(0.5)).epsilon(1e-15));
  CHECK(eta.at(100) == 0.1);
  CHECK(eta.at(1'000'000) == 0.1);
}

TEST_CASE("A list gives each value for so many steps, and then its last one") {
  CHECK(first(6, step_size_by(StepSizeList{.values = {0.3, 0.2}, .every = 2})) ==
        std::vector{0.3, 0.3, 0.2, 0.2, 0.2, 0.2});
  const auto& list = step_size_schedules().back();
  CHECK_THROWS_WITH_AS(list.make({{"values", std::vector<double>{}}, {"every", std::int64_t{1}}}),
                       "a list of step sizes has at least one", AlgorithmError);
}

TEST_CASE("A step size and its value as a setting are the same, constant or not") {
  CHECK(StepSize{StepSize{0.3}.value()}.at(7) == 0.3);
  CHECK(StepSize{0.3}.value() == StepSize{0.3}.value());
  CHECK_FALSE(StepSize{0.3}.value() == StepSize{0.2}.value());
  const StepSize decay = step_size_by(StepDecay{.base = 1, .steps = {5}});
  CHECK(first(7, StepSize{decay.value()}) == first(7, decay));
}

/// f_i(x) = −x on every node, so that every gradient is −1.
MatrixXd mean_after(std::uint64_t steps, const AlgorithmEntry& algorithm, const Values& values) {
  constexpr NodeId n = 8;
  const DiagonalQuadratics slope{MatrixXd::Zero(1, n), MatrixXd::Ones(1, n)};
  const Mixing w = algorithm.always_needs(Need::What::tree) ? testing::line(n) : testing::ring(n);
  Cluster cluster{{.mixing = w,
                   .objective = slope,
                   .step_time =
                       [](NodeId i, std::uint64_t k) {
                         return Seconds{1e-3 * static_cast<double>(5 + (static_cast<std::uint64_t>(i) + 3 * k) % 7)};
                       },
                   .message_time = Seconds{3e-3}}};
  cluster.run(algorithm.make(values), {.node_steps = steps});
  return cluster.models().rowwise().mean();
}

TEST_CASE("Every algorithm that learns multiplies the gradient of a node's step k by η_k, of local steps too") {
  constexpr std::uint64_t steps = 24;
  const StepSize eta = step_size_by(StepDecay{.base = 1, .steps = {2, 7, 13, 20}, .factor = 0.5});
  double sum = 0;
  for (std::uint64_t k = 0; k < steps; ++k) sum += eta.at(k);
  int checked = 0;
  for (const AlgorithmEntry& algorithm : algorithms()) {
    if (!algorithm.learns || algorithm.servers > 0 || algorithm.needs_hessians || algorithm.needs_optimum) continue;
    CAPTURE(algorithm.name);
    Values values = defaults(algorithm.settings);
    REQUIRE(values.contains("step_size"));
    values["step_size"] = eta.value();
    for (const char* const momentum : {"momentum", "global_momentum"})
      if (values.contains(momentum)) values[momentum] = 0.0;
    if (!algorithm.keeps_mean || algorithm.exact_locally) continue;  // the latter hold η_k for a round
    Values constant = values;
    constant["step_size"] = StepSize{1.0}.value();
    if (mean_after(steps, algorithm, constant)(0, 0) != steps) continue;  // its steps are no sums of η_k g
    ++checked;
    for (const std::int64_t local_steps : {1, 3}) {
      if (values.contains("local_steps")) values["local_steps"] = local_steps;
      CHECK(mean_after(steps, algorithm, values)(0, 0) == doctest::Approx(sum).epsilon(1e-13));
    }
  }
  CHECK(checked >= 19);
}

/// The largest distance of a node from the minimum of heterogeneous quadratics after so many steps of an exact method.
double distance_to_minimum(const AlgorithmEntry& algorithm, const StepSize& step_size) {
  constexpr NodeId n = 7;  // an odd ring, whose W has no eigenvalue at −1/3
  const testing::Quadratics f = testing::heterogeneous_quadratics(n, 3);
  const Mixing w = algorithm.always_needs(Need::What::tree) ? testing::line(n) : testing::ring(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, 3, 7)};
  Values values = defaults(algorithm.settings);
  values["step_size"] = step_size.value();
  const MatrixXd x = run.models(algorithm.make(values), 2000);
  return (x.rowwise() - f.minimum()).cwiseAbs().maxCoeff();
}

TEST_CASE(
    "Exact methods reach the minimum after a change of the step size, and while it changes only three of them do") {
  // While η_k = η/(1 + k/T) falls, the methods whose corrections hold η_k G are off by about ‖G‖ (η_k − η_{k+1})/η_k, which
  // is 1/(T + k) = 5e-4; the others by what is left of the start, less than (1 + k/T)^(−ηTμ) = 21^(−15) = 1e-20.
  for (const AlgorithmEntry& algorithm : algorithms()) {
    if (!algorithm.exact || algorithm.exact_locally || algorithm.all_reduces || algorithm.servers > 0) continue;
    CAPTURE(algorithm.name);
    CHECK(distance_to_minimum(algorithm, step_size_by(StepDecay{.base = 0.3, .steps = {60}, .factor = 0.5})) < 1e-10);
    const double while_falling =
        distance_to_minimum(algorithm, step_size_by(InverseTime{.base = 0.3, .halved_at = 100}));
    const bool stays = algorithm.name == "gradient_tracking" || algorithm.name == "lead" || algorithm.name == "beer";
    CHECK((while_falling < 1e-10) == stays);
    CHECK(while_falling < 5e-3);
  }
}

}  // namespace
}  // namespace gossamer::schedules_test
