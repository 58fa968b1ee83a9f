#include "algorithms/periodic/hierarchical_local_sgd.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "algorithms/error.hpp"
#include "algorithms/periodic/local_sgd.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"
#include "tests/outer_golden.hpp"

namespace gossamer::hierarchical_local_sgd_test {
namespace {

using Eigen::MatrixXd;
using testing::Quadratics;
using testing::SynchronousRun;
namespace golden = testing::outer_golden;

Program program_of(const HierarchicalLocalSgd& settings) {
  return [=](Node& node) { return hierarchical_local_sgd(node, settings); };
}

TEST_CASE("Hierarchical local SGD gives its golden iterates: pairs every 2, all every 6 steps") {
  // The table has the models of nodes 0 and 2 every 3 steps. Partners differ after odd steps.
  const Quadratics f = golden::objective();
  const Mixing ring = golden::lazy_ring();
  const SynchronousRun run{.mixing = ring, .objective = f, .start = golden::start()};
  const Program program =
      program_of({.step_size = golden::step_size, .group_sizes = {2}, .group_periods = {2}, .global_period = 6});
  for (const auto& [number, models] : golden::table("G23")) {
    const auto round = number;
    CAPTURE(round);
    const MatrixXd x = run.models(program, 3 * round);
    CHECK((x.row(0) - models.row(0)).cwiseAbs().maxCoeff() < 1e-12);
    CHECK((x.row(2) - models.row(1)).cwiseAbs().maxCoeff() < 1e-12);
  }
}

constexpr NodeId n = 8;
constexpr Index d = 3;

MatrixXd averaged_in_groups(const MatrixXd& x, NodeId size) {
  MatrixXd result = x;
  for (NodeId first = 0; first < n; first += size) {
    const NodeId count = std::min(size, n - first);
    result.middleRows(first, count) = testing::averaged(x.middleRows(first, count));
  }
  return result;
}

TEST_CASE("Of the levels whose period divides the step, the one with the longest period acts") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  const HierarchicalLocalSgd settings{
      .step_size = 0.2, .group_sizes = {2, 4}, .group_periods = {2, 4}, .global_period = 12, .momentum = 0.5};
  testing::LocalRuns local{f, 0.2, 0.5};
  MatrixXd x = testing::normal_matrix(n, d, 7);
  for (std::uint64_t t = 1; t <= 25; ++t) {
    x = local(x, 1);
    if (t % 12 == 0)
      x = testing::averaged(x);
    else if (t % 2 == 0)
      x = averaged_in_groups(x, t % 4 == 0 ? 4 : 2);
    CHECK(testing::deviation(run.models(program_of(settings), t), x) < 1e-12);
  }
}

TEST_CASE("With groups of one node hierarchical local SGD is local SGD, bit by bit") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  CHECK(run.models(program_of({.group_sizes = {1}, .group_periods = {2}, .global_period = 4}), 40) ==
        run.models([](Node& node) { return local_sgd(node, {.averaging_period = 4}); }, 40));
}

TEST_CASE("Lists of groups with different lengths are refused") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(n, d, 7)};
  CHECK_THROWS_AS(run.models(program_of({.group_sizes = {2, 4}, .group_periods = {2}}), 2), AlgorithmError);
}

}  // namespace
}  // namespace gossamer::hierarchical_local_sgd_test
